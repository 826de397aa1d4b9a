import type { Edits } from './edits.ts';
import { readPair, readWide } from './url-decode-uni.ts';

/** The controls that a letter after a backslash stands for, in C as in JavaScript. */
export const CONTROLS = new Map([
  [97, '\x07'],
  [98, '\b'],
  [102, '\f'],
  [110, '\n'],
  [114, '\r'],
  [116, '\t'],
  [118, '\v'],
]);

/** Decodes JavaScript string escapes: `\xHH`, `\uHHHH` (low byte), octal, controls; another escaped character stands for itself. */
export function jsDecode(text: string, edits: Edits): void {
  let at = text.indexOf('\\');
  while (at >= 0 && at + 1 < text.length) {
    const escape = text.charCodeAt(at + 1);
    const wide = escape === 117 ? readWide(text, at + 2) : -1;
    const pair = escape === 120 ? readPair(text, at + 2) : -1;
    let end = at + 2;
    if (wide >= 0) {
      edits.replace(at, (end = at + 6), String.fromCharCode(wide));
    } else if (pair >= 0) {
      edits.replace(at, (end = at + 4), String.fromCharCode(pair));
    } else if (isOctal(escape)) {
      while (end < at + 4 && isOctal(text.charCodeAt(end))) end++;
      // Three digits are one byte only up to \377.
      if (end === at + 4 && escape > 51) end--;
      edits.replace(at, end, String.fromCharCode(Number.parseInt(text.slice(at + 1, end), 8)));
    } else {
      edits.replace(at, end, CONTROLS.get(escape) ?? text.charAt(at + 1));
    }
    at = text.indexOf('\\', end);
  }
}

export function isOctal(code: number): boolean {
  return code >= 48 && code <= 55;
}
