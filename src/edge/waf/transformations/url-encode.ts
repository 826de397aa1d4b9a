import type { Edits } from './edits.ts';

/** What each byte becomes: letters, digits and `*` themselves, a space a plus, the rest `%hh` in lower case. */
const ENCODED = Array.from({ length: 256 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[A-Za-z0-9*]/.test(char)) return char;
  return char === ' ' ? '+' : `%${code.toString(16).padStart(2, '0')}`;
});

export function urlEncode(text: string, edits: Edits): void {
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const by = ENCODED[text.charCodeAt(at)]!;
    if (by !== char) edits.replace(at, at + 1, by);
  }
}
