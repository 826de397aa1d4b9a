import { rewrite, type Edits } from './transformations/edits.ts';
import { readPair } from './transformations/url-decode-uni.ts';

const PERCENT = 37;
const PLUS = 43;

/**
 * Percent- and plus-decoding of one form field, as the origin's own parser does it: once, leaving what is not a valid
 * escape. Returns the same string when there is nothing to decode.
 */
export function decodeFormField(text: string): string {
  return text.includes('%') || text.includes('+') ? rewrite(text, urlDecode) : text;
}

/** The same for a path, where a plus sign is itself. */
export function decodePath(text: string): string {
  return text.includes('%') ? rewrite(text, percentDecode) : text;
}

/** The transformation: as a form field, as a list of changes. */
export function urlDecode(text: string, edits: Edits): void {
  decode(text, edits, true);
}

function percentDecode(text: string, edits: Edits): void {
  decode(text, edits, false);
}

function decode(text: string, edits: Edits, plusIsBlank: boolean): void {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === PLUS) {
      if (plusIsBlank) edits.replace(at, at + 1, ' ');
    } else if (code === PERCENT) {
      const byte = readPair(text, at + 1);
      if (byte < 0) continue;
      edits.replace(at, at + 3, String.fromCharCode(byte));
      at += 2;
    }
  }
}
