import type { Edits } from './edits.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const VALUES = new Int8Array(256).fill(-1);
for (let value = 0; value < 64; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** Decodes up to the first byte that is no base64; line breaks are skipped and the padding may be missing. */
export function base64Decode(text: string, edits: Edits): void {
  decode(text, false, edits);
}

/** As `base64Decode`, but skips white space and dots too, with which PHP lets attackers break up the code. */
export function base64DecodeExt(text: string, edits: Edits): void {
  decode(text, true, edits);
}

function decode(text: string, skipsDots: boolean, edits: Edits): void {
  let start = 0;
  let bits = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const value = VALUES[code]!;
    if (value < 0) {
      if (code === 10 || code === 13) continue;
      if (skipsDots && (code === 46 || code === 32 || (code >= 9 && code <= 12))) continue;
      break;
    }
    bits = (bits << 6) | value;
    if (++digits < 4) continue;
    edits.replace(start, at + 1, String.fromCharCode((bits >> 16) & 255, (bits >> 8) & 255, bits & 255));
    start = at + 1;
    bits = 0;
    digits = 0;
  }
  if (start === text.length) return;
  if (digits === 3) edits.replace(start, text.length, String.fromCharCode((bits >> 10) & 255, (bits >> 2) & 255));
  else if (digits === 2) edits.replace(start, text.length, String.fromCharCode((bits >> 4) & 255));
  else edits.replace(start, text.length, '');
}

export function base64Encode(text: string, edits: Edits): void {
  for (let at = 0; at < text.length; at += 3) {
    const end = Math.min(at + 3, text.length);
    const [first, second, third] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
    // A byte past the end is NaN, which is 0 among bits.
    const bits = (first << 16) | (second << 8) | third;
    const digits = [18, 12, 6, 0].map((shift) => ALPHABET.charAt((bits >> shift) & 63)).join('');
    edits.replace(at, end, digits.slice(0, end - at + 1).padEnd(4, '='));
  }
}
