import { codePointToBytes, hexDigit } from '../bytes.ts';
import type { Edits } from './edits.ts';

/**
 * Decodes CSS escapes: a backslash with up to six digits and one blank after them is a character, with a line break nothing,
 * with any other character that character. ModSecurity 2 kept only the last two digits; by CSS, and by the vectors, all six
 * make one code point, in UTF-8 here; full-width forms become the ASCII they look like.
 */
export function cssDecode(text: string, edits: Edits): void {
  for (let at = text.indexOf('\\'); at >= 0;) {
    let end = at + 1;
    let code = 0;
    for (
      let digit = hexDigit(text.charCodeAt(end));
      digit >= 0 && end < at + 7;
      digit = hexDigit(text.charCodeAt(end))
    ) {
      code = code * 16 + digit;
      end++;
    }
    if (end > at + 1) {
      if (isBlank(text.charCodeAt(end))) end++;
      edits.replace(at, end, toBytes(code));
    } else {
      const length = lineBreakLength(text, end);
      edits.replace(at, end + length, '');
      // Whatever comes after the backslash stands for itself, another backslash too.
      end += length === 0 ? 1 : length;
    }
    at = text.indexOf('\\', end);
  }
}

function toBytes(code: number): string {
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  return codePointToBytes(code > 0x10ffff ? 0xfffd : code);
}

function lineBreakLength(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 13) return text.charCodeAt(at + 1) === 10 ? 2 : 1;
  return code === 10 || code === 12 ? 1 : 0;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
