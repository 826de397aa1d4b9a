import { rewrite } from '../transformations/edits.ts';
import { htmlEntityDecode } from '../transformations/html-entity-decode.ts';
import type { ValueCollector } from '../value-collector.ts';

const CDATA = '<![CDATA[';

/**
 * Text and attribute values of an XML document, named by the XPath with which CRS asks for them (`XML:/*`, `XML://@*`), and
 * its document type as `XML:!DOCTYPE`. A tolerant scanner: tags need not match and the end may be missing. Entities that a
 * document declares are not expanded: nothing here may grow.
 */
export function collectXml(text: string, out: ValueCollector): void {
  let at = 0;
  /** The pieces of one text, which comments and CDATA sections break up and parsers join. */
  let pieces: string[] = [];
  while (at < text.length) {
    const open = text.indexOf('<', at);
    const end = open < 0 ? text.length : open;
    out.steps += end - at + 1;
    const content = text.slice(at, end).trim();
    if (content !== '') pieces.push(text.slice(at, end));
    if (content !== '' && !out.addArgument('XML', '/*', rewrite(content, htmlEntityDecode)))
      return addRest(text, at, out);
    if (open < 0) break;
    const next = collectMarkup(text, open, out);
    if (next < 0) return addRest(text, open, out);
    if (text.startsWith(CDATA, open)) pieces.push(text.slice(open + CDATA.length, next).replace(/\]\]>$/, ''));
    else if (!text.startsWith('<!--', open)) pieces = endText(pieces, out);
    out.steps += next - open;
    at = next;
  }
  endText(pieces, out);
}

/** A text that was broken up, as one. */
function endText(pieces: readonly string[], out: ValueCollector): string[] {
  if (pieces.length > 1) out.addRevealed('/*', rewrite(pieces.join(''), htmlEntityDecode));
  return [];
}

/** One construct that begins with `<`; answers where it ends, or -1 when the argument limit is reached. */
function collectMarkup(text: string, open: number, out: ValueCollector): number {
  if (text.startsWith('<!--', open)) return addBetween(text, open + 4, '-->', '/*', out);
  if (text.startsWith(CDATA, open)) return addBetween(text, open + CDATA.length, ']]>', '/*', out);
  if (text.startsWith('<?', open)) return addBetween(text, open + 2, '?>', '/processing-instruction()', out);
  if (text.startsWith('<!', open)) return addBetween(text, open + 2, endOfDeclaration(text, open), '!DOCTYPE', out);
  return collectTag(text, open, out);
}

function addBetween(text: string, from: number, close: string, name: string, out: ValueCollector): number {
  const end = text.indexOf(close, from);
  const value = text.slice(from, end < 0 ? undefined : end);
  if (!out.addArgument('XML', name, value)) return -1;
  return end < 0 ? text.length : end + close.length;
}

/** A document type with an internal subset ends at `]>`, one without at `>`. */
function endOfDeclaration(text: string, open: number): string {
  const close = text.indexOf('>', open);
  const head = text.slice(open, close < 0 ? undefined : close);
  return head.includes('[') ? ']>' : '>';
}

function collectTag(text: string, open: number, out: ValueCollector): number {
  let at = open + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 62) return at + 1;
    if (code === 60) return at;
    if (code !== 34 && code !== 39) {
      at++;
      continue;
    }
    let end = text.indexOf(code === 34 ? '"' : "'", at + 1);
    if (end < 0) end = text.length;
    if (!out.addArgument('XML', '//@*', rewrite(text.slice(at + 1, end), htmlEntityDecode))) return -1;
    at = end + 1;
  }
  return text.length;
}

function addRest(text: string, from: number, out: ValueCollector): void {
  out.steps += text.length - from;
  out.addRest('UNPARSED_BODY', '', text.slice(from));
}
