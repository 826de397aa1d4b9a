import { hexDigit } from '../bytes.ts';
import { fitToByte } from './best-fit.ts';
import type { Edits } from './edits.ts';

/** Percent- and plus-decoding with Microsoft's `%uHHHH`; invalid escapes stay. */
export function urlDecodeUni(text: string, edits: Edits): void {
  if (!text.includes('%') && !text.includes('+')) return;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 43) edits.replace(at, at + 1, ' ');
    if (code !== 37) continue;
    const isUnicode = (text.charCodeAt(at + 1) | 32) === 117;
    const byte = isUnicode ? readFitting(text, at + 2) : readPair(text, at + 1);
    if (byte < 0) continue;
    const end = at + (isUnicode ? 6 : 3);
    edits.replace(at, end, String.fromCharCode(byte));
    at = end - 1;
  }
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
