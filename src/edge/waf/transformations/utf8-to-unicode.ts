import type { Edits } from './edits.ts';

/**
 * Each UTF-8 sequence becomes `%uHHHH`, five or six digits past U+FFFF, for `urlDecodeUni` to fit to bytes. Overlong sequences
 * are read as what they hide, since some decoders do (RFC 3629, section 10); what is no sequence stays.
 */
export function utf8toUnicode(text: string, edits: Edits): void {
  const first = text.search(LEAD);
  if (first < 0) return;
  for (let at = first; at < text.length; at++) {
    const lead = text.charCodeAt(at);
    if (lead < 0xc0 || lead > 0xf7) continue;
    const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    let code = lead & (0xff >> (length + 1));
    let end = at + 1;
    for (; end < at + length; end++) {
      const next = text.charCodeAt(end);
      if ((next & 0xc0) !== 0x80) break;
      code = (code << 6) | (next & 63);
    }
    if (end < at + length) continue;
    edits.replace(at, end, code < SHORT.length ? (SHORT[code] ??= escape(code)) : escape(code));
    at = end - 1;
  }
}

/** Escapes made before, for the alphabets of two bytes: a text in Cyrillic or Arabic is made of little else. */
const SHORT = Array.from<string | undefined>({ length: 0x800 });
const LEAD = /[\xc0-\xf7]/;

function escape(code: number): string {
  return `%u${code.toString(16).padStart(4, '0')}`;
}

/** The bytes that begin a sequence. */
export const LEADS: readonly string[] = Array.from({ length: 0x38 }, (_, at) => String.fromCharCode(0xc0 + at));
