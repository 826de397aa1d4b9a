import { codePointToBytes, hexDigit } from '../bytes.ts';
import type { Edits } from './edits.ts';

/** ModSecurity decodes the first five. The others are HTML's names for characters with which `javascript:alert(1)` is hidden in attributes. */
const NAMED = new Map([
  ['quot', '"'],
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['nbsp', '\u00a0'],
  ['apos', "'"],
  ['colon', ':'],
  ['tab', '\t'],
  ['newline', '\n'],
  ['lpar', '('],
  ['rpar', ')'],
  ['sol', '/'],
  ['bsol', '\\'],
  ['period', '.'],
  ['semi', ';'],
  ['equals', '='],
]);

/** The longest name above. */
const NAME_LIMIT = 7;

/** Decodes HTML character references once; the closing `;` may be missing, as browsers let it. */
export function htmlEntityDecode(text: string, edits: Edits): void {
  let at = text.indexOf('&');
  while (at >= 0) {
    const reference = text.charCodeAt(at + 1) === 35 ? readNumeric(text, at + 2) : readNamed(text, at + 1);
    let end = at + 1;
    if (reference !== null) {
      end = text.charCodeAt(reference.end) === 59 ? reference.end + 1 : reference.end;
      edits.replace(at, end, reference.bytes);
    }
    at = text.indexOf('&', end);
  }
}

interface Reference {
  readonly bytes: string;
  readonly end: number;
}

function readNumeric(text: string, start: number): Reference | null {
  const isHex = (text.charCodeAt(start) | 32) === 120;
  const base = isHex ? 16 : 10;
  const first = isHex ? start + 1 : start;
  let end = first;
  let code = 0;
  for (; end < text.length; end++) {
    const digit = hexDigit(text.charCodeAt(end));
    if (digit < 0 || digit >= base) break;
    // Past the last code point the value no longer matters, and must not overflow.
    if (code <= 0x10ffff) code = code * base + digit;
  }
  if (end === first) return null;
  // `&#200;` is one byte here, as in ModSecurity: patterns are written for bytes.
  const bytes = code < 256 ? String.fromCharCode(code) : codePointToBytes(code > 0x10ffff ? 0xfffd : code);
  return { bytes, end };
}

function readNamed(text: string, start: number): Reference | null {
  let end = start;
  while (end < text.length && end - start <= NAME_LIMIT && isLetter(text.charCodeAt(end))) end++;
  const bytes = NAMED.get(text.slice(start, end).toLowerCase());
  return bytes === undefined ? null : { bytes, end };
}

function isLetter(code: number): boolean {
  const letter = code | 32;
  return letter >= 97 && letter <= 122;
}
