import { hexDigit } from '../bytes.ts';
import { fitToByte } from './best-fit.ts';

/** Percent- and plus-decoding with Microsoft's `%uHHHH`; invalid escapes stay. */
export function urlDecodeUni(text: string): string {
  if (text.indexOf('%') < 0 && text.indexOf('+') < 0) return text;
  let out = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 43) {
      out += text.slice(from, at) + ' ';
      from = at + 1;
      continue;
    }
    if (code !== 37) continue;
    const isUnicode = (text.charCodeAt(at + 1) | 32) === 117;
    const byte = isUnicode ? readFitting(text, at + 2) : readPair(text, at + 1);
    if (byte < 0) continue;
    out += text.slice(from, at) + String.fromCharCode(byte);
    at += isUnicode ? 5 : 2;
    from = at + 1;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** Two hexadecimal digits as a byte, or -1. */
export function readPair(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = high < 0 ? -1 : hexDigit(text.charCodeAt(at + 1));
  return low < 0 ? -1 : high * 16 + low;
}

function readFitting(text: string, at: number): number {
  const high = readPair(text, at);
  const low = high < 0 ? -1 : readPair(text, at + 2);
  return low < 0 ? -1 : fitToByte(high * 256 + low);
}

/** Four hexadecimal digits as a byte, as JavaScript escapes are read: the low one; full-width forms (U+FF01 to U+FF5E) as the ASCII they look like. -1 if they are none. */
export function readWide(text: string, at: number): number {
  const high = readPair(text, at);
  const low = high < 0 ? -1 : readPair(text, at + 2);
  if (low < 0) return -1;
  return high === 0xff && low > 0 && low < 0x5f ? low + 0x20 : low;
}
