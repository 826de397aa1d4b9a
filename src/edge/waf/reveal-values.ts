import type { ValueCollection } from '../../../rules/schema.ts';
import { hexDigit } from './bytes.ts';
import { readLiterals } from './read-literals.ts';
import type { ViewValue } from './request-view.ts';
import { base64Decode } from './transformations/base64.ts';
import { rewrite } from './transformations/edits.ts';
import { htmlEntityDecode } from './transformations/html-entity-decode.ts';
import { urlDecodeUni } from './transformations/url-decode-uni.ts';
import type { ValueCollector } from './value-collector.ts';

/** Base64 in either alphabet (RFC 4648), line breaks as in mail; a blank is a plus that nobody escaped. */
const BASE64 = /^[A-Za-z0-9+/ _\r\n-]+={0,2}$/;
/** Enough for `${7*7}`; shorter ones are words, and say nothing. */
const MIN_BASE64 = 8;

/** More layers than any origin takes off are not looked under. */
const LAYERS = 4;

/** Characters that somebody took the trouble to write as escapes of JavaScript, or by number as XML has them: ASCII, so not for lack of another way. */
const ESCAPES = /\\(?:u00|x)(0[9ad]|[2-7][0-9a-f])/gi;
const REFERENCES = /&#(?:x0*(?:[9ad]|[2-7][0-9a-f])|0*(?:9|1[03]|3[2-9]|[4-9]\d|1[01]\d|12[0-6]));/i;

/** Where origins decode what they are sent. */
const WRAPPING: ReadonlySet<ValueCollection> = new Set([
  'ARGS_GET',
  'ARGS_POST',
  'REQUEST_COOKIES',
  'REQUEST_HEADERS',
  'REQUEST_FILENAME',
  'UNPARSED_BODY',
  'XML',
] satisfies readonly ValueCollection[]);

/** Credentials, and what proxies and browsers write by themselves. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'host',
  'sec-websocket-key',
  'traceparent',
]);

/**
 * Adds what values say once further layers are taken off, as `REVEALED` under the same name: base64 of printable text, escapes
 * of ASCII, percent-encoding thrice or more, each within the other; the strings in a value that is itself JSON or GraphQL; and
 * arguments of one name joined by commas, as ASP.NET hands them over. Tokens, keys and images stay what they are: their bytes are
 * no text. Linear: each layer is shorter than the one around it.
 */
export function revealValues(out: ValueCollector): void {
  const { values } = out;
  const end = values.length;
  for (let at = 0; at < end; at++) {
    const value = values[at]!;
    if (!WRAPPING.has(value.collection) || value.value.length < MIN_BASE64) continue;
    if (value.collection === 'REQUEST_HEADERS' && PLAIN_HEADERS.has(value.name)) continue;
    if (value.collection !== 'REQUEST_FILENAME') {
      revealOne(value.value, value.name, out);
      continue;
    }
    for (const segment of value.value.split('/')) if (segment.length >= MIN_BASE64) revealOne(segment, '', out);
  }
  revealRepeated(values, end, out);
}

function revealOne(text: string, name: string, out: ValueCollector): void {
  const revealed = unwrap(text);
  if (revealed !== null) out.addRevealed(name, revealed);
  const literals = readLiterals(text);
  for (const literal of literals.length > 0 || revealed === null ? literals : readLiterals(revealed)) {
    out.addRevealed(name, unwrap(literal) ?? literal);
  }
}

/** The text under the layers, or null when there are none that the rules' own decoding would leave. */
function unwrap(text: string): string | null {
  let inner = text;
  let percents = 0;
  let isWrapped = false;
  for (let layer = 0; layer < LAYERS; layer++) {
    const decoded = decodePrintable(inner);
    if (decoded !== null) {
      isWrapped = true;
      inner = decoded;
    } else if (isEscaped(inner)) {
      inner = rewrite(inner, urlDecodeUni);
      percents++;
    } else if (inner.includes('\\') && inner.search(ESCAPES) >= 0) {
      isWrapped = true;
      inner = inner.replace(ESCAPES, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    } else if (inner.includes('&#') && REFERENCES.test(inner)) {
      isWrapped = true;
      inner = rewrite(inner, htmlEntityDecode);
    } else {
      break;
    }
  }
  // The view takes one layer of percent-encoding off, and each rule another.
  return isWrapped || percents > 1 ? inner : null;
}

/** Has a percent escape. */
function isEscaped(text: string): boolean {
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
    if (hexDigit(text.charCodeAt(at + 1)) >= 0 && hexDigit(text.charCodeAt(at + 2)) >= 0) return true;
  }
  return false;
}

/** What base64 of text decodes to; null when it is none, or the bytes are no text. */
export function decodePrintable(text: string): string | null {
  if (text.length < MIN_BASE64 || !BASE64.test(text)) return null;
  const plain = /[ _-]/.test(text) ? text.replace(/[ -]/g, '+').replaceAll('_', '/') : text;
  // Sixteen digits are twelve bytes, of which random ones are text once in 100,000 times: most tokens end here.
  if (!isText(rewrite(plain.slice(0, 16), base64Decode), true)) return null;
  const decoded = rewrite(plain, base64Decode);
  return isText(decoded, false) ? decoded : null;
}

/** At least nine of ten bytes are visible ASCII, blanks, or well-formed UTF-8; a sequence may be cut off at the end of a beginning. */
function isText(bytes: string, isCut: boolean): boolean {
  let odd = 0;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes.charCodeAt(at);
    if ((code >= 32 && code < 127) || (code >= 9 && code <= 13)) continue;
    const more =
      code >= 0xc2 && code < 0xe0 ? 1 : code >= 0xe0 && code < 0xf0 ? 2 : code >= 0xf0 && code < 0xf5 ? 3 : 0;
    let next = at + 1;
    while (next <= at + more && (bytes.charCodeAt(next) & 0xc0) === 0x80) next++;
    if (more > 0 && (next > at + more || (isCut && next >= bytes.length))) at = next - 1;
    else odd++;
  }
  return odd * 10 <= bytes.length;
}

function revealRepeated(values: readonly ViewValue[], end: number, out: ValueCollector): void {
  const joined = new Map<string, string[]>();
  let isRepeated = false;
  for (let at = 0; at < end; at++) {
    const { collection, name, value } = values[at]!;
    if (collection !== 'ARGS_GET' && collection !== 'ARGS_POST') continue;
    const others = joined.get(name);
    if (others === undefined) {
      joined.set(name, [value]);
    } else {
      others.push(value);
      isRepeated = true;
    }
  }
  if (!isRepeated) return;
  for (const [name, parts] of joined) if (parts.length > 1) out.addRevealed(name, parts.join(','));
}
