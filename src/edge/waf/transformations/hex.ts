import { readPair } from './url-decode-uni.ts';
import type { Edits } from './edits.ts';

/** Each byte as two lower-case digits. */
export function hexEncode(text: string, edits: Edits): void {
  for (let at = 0; at < text.length; at++) {
    edits.replace(at, at + 1, text.charCodeAt(at).toString(16).padStart(2, '0'));
  }
}

/** Two digits are a byte; a text that is not digits throughout, in pairs, becomes empty. (ModSecurity 2 decoded what it could; the vectors ask for this.) */
export function hexDecode(text: string, edits: Edits): void {
  if (text === '') return;
  if (text.length % 2 === 1 || /[^0-9a-f]/i.test(text)) {
    edits.replace(0, text.length, '');
    return;
  }
  for (let at = 0; at < text.length; at += 2) edits.replace(at, at + 2, String.fromCharCode(readPair(text, at)));
}

/** Decodes SQL's hexadecimal literals: `0x414243` becomes `ABC`. */
export function sqlHexDecode(text: string, edits: Edits): void {
  for (let at = text.indexOf('0'); at >= 0; at = text.indexOf('0', at)) {
    const isLiteral = (text.charCodeAt(at + 1) | 32) === 120 && readPair(text, at + 2) >= 0;
    if (!isLiteral) {
      at++;
      continue;
    }
    let start = at;
    for (at += 2; readPair(text, at) >= 0; start = at += 2) {
      edits.replace(start, at + 2, String.fromCharCode(readPair(text, at)));
    }
  }
}
