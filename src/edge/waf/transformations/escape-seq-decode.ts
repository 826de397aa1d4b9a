import type { Edits } from './edits.ts';
import { CONTROLS, isOctal } from './js-decode.ts';
import { readPair } from './url-decode-uni.ts';

/** Decodes ANSI C escapes: controls, `\xHH`, octal (its low byte); another escaped character stands for itself, `\x` without digits stays. */
export function escapeSeqDecode(text: string, edits: Edits): void {
  let at = text.indexOf('\\');
  while (at >= 0 && at + 1 < text.length) {
    const escape = text.charCodeAt(at + 1);
    let end = at + 2;
    if (escape === 120) {
      const byte = readPair(text, end);
      if (byte >= 0) edits.replace(at, (end += 2), String.fromCharCode(byte));
    } else if (isOctal(escape)) {
      let code = escape - 48;
      for (; end < at + 4 && isOctal(text.charCodeAt(end)); end++) code = code * 8 + text.charCodeAt(end) - 48;
      edits.replace(at, end, String.fromCharCode(code & 255));
    } else {
      edits.replace(at, end, CONTROLS.get(escape) ?? text.charAt(at + 1));
    }
    at = text.indexOf('\\', end);
  }
}
