import type { Parsed } from '../../src/parse.ts';

/**
 * Cuts a directive into its words. Apache's rule, which is ModSecurity 2's and that CRS is written for: words end at blanks or are
 * quoted with `"` or `'`; in a word a backslash before a backslash stands for one, before the quote for the quote, and before
 * anything else for itself.
 */
export function splitWords(text: string): Parsed<readonly string[]> {
  const words: string[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const first = text.charAt(at);
    const quote = first === '"' || first === "'" ? first : '';
    let word = '';
    if (quote !== '') at++;
    let isClosed = quote === '';
    for (; at < text.length; at++) {
      const char = text.charAt(at);
      if (char === '\\' && (text.charAt(at + 1) === '\\' || (quote !== '' && text.charAt(at + 1) === quote))) {
        word += text.charAt(++at);
      } else if (quote === '' ? isBlank(char) : char === quote) {
        isClosed = true;
        break;
      } else word += char;
    }
    if (!isClosed) return { ok: false, problems: [{ path: '', message: `a ${quote} is not closed` }] };
    words.push(word);
    at = skipBlanks(text, quote === '' ? at : at + 1);
  }
  return { ok: true, value: words };
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text.charAt(at))) at++;
  return at;
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n' || char === '\f' || char === '\v';
}
