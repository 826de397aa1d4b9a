import { readPair, readWide } from './url-decode-uni.ts';

const CONTROLS = new Map([
  [97, '\x07'],
  [98, '\b'],
  [102, '\f'],
  [110, '\n'],
  [114, '\r'],
  [116, '\t'],
  [118, '\v'],
]);

/** Decodes JavaScript string escapes: `\xHH`, `\uHHHH` (low byte), octal, controls; another escaped character stands for itself. */
export function jsDecode(text: string): string {
  let at = text.indexOf('\\');
  if (at < 0) return text;
  let out = '';
  let from = 0;
  while (at >= 0 && at + 1 < text.length) {
    out += text.slice(from, at);
    const escape = text.charCodeAt(at + 1);
    const wide = escape === 117 ? readWide(text, at + 2) : -1;
    const pair = escape === 120 ? readPair(text, at + 2) : -1;
    if (wide >= 0) {
      out += String.fromCharCode(wide);
      from = at + 6;
    } else if (pair >= 0) {
      out += String.fromCharCode(pair);
      from = at + 4;
    } else if (isOctal(escape)) {
      let end = at + 2;
      while (end < at + 4 && isOctal(text.charCodeAt(end))) end++;
      // Three digits are one byte only up to \377.
      if (end === at + 4 && escape > 51) end--;
      out += String.fromCharCode(Number.parseInt(text.slice(at + 1, end), 8));
      from = end;
    } else {
      out += CONTROLS.get(escape) ?? text.charAt(at + 1);
      from = at + 2;
    }
    at = text.indexOf('\\', from);
  }
  return from === 0 ? text : out + text.slice(from);
}

function isOctal(code: number): boolean {
  return code >= 48 && code <= 55;
}
