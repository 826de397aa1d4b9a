import { hexDigit } from './bytes.ts';

const PERCENT = 37;
const PLUS = 43;

/**
 * Percent- and plus-decoding of one form field, as the origin's own parser does it: once, leaving what is not a valid
 * escape. Returns the same string when there is nothing to decode.
 */
export function decodeFormField(text: string): string {
  const percent = text.indexOf('%');
  const plus = text.indexOf('+');
  if (percent < 0 && plus < 0) return text;
  let at = percent < 0 ? plus : plus < 0 ? percent : Math.min(percent, plus);
  let out = '';
  let from = 0;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === PLUS) {
      out += text.slice(from, at) + ' ';
      from = at + 1;
    } else if (code === PERCENT) {
      const high = hexDigit(text.charCodeAt(at + 1));
      const low = high < 0 ? -1 : hexDigit(text.charCodeAt(at + 2));
      if (low < 0) continue;
      out += text.slice(from, at) + String.fromCharCode(high * 16 + low);
      at += 2;
      from = at + 1;
    }
  }
  return from === 0 ? text : out + text.slice(from);
}
