/**
 * What must not reach a terminal from outside: C0 and C1 controls (an escape sequence can retitle a window, paste, or hide text),
 * DEL, and the marks that turn the direction of text or are not seen at all (Unicode TR 36).
 */
const UNSAFE = /[\u0000-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;

/** Text of a visitor's making, as it may be shown: an attacker writes into his own request whatever he likes. */
export function plain(text: string): string {
  return text.replaceAll(UNSAFE, escape);
}

/** JSON for a terminal or a file: the same characters as escapes, which mean the same to whoever parses it. */
export function plainJson(data: unknown, indent?: number): string {
  return JSON.stringify(data, null, indent).replaceAll(UNSAFE, (character) =>
    // Line feeds are ours, between the values: inside of them JSON has no raw control.
    character === '\n' ? character : escapeJson(character),
  );
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : escapeJson(character);
}

function escapeJson(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** At most `width` characters, the cut marked and never through a pair of surrogates. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
