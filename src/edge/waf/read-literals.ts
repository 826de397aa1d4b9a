/** More strings than a value of some fields or a query has are not looked at one by one. */
const LITERALS = 64;

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * The strings in a text that is JSON or GraphQL within another value, without their quotes and escapes. Patterns that
 * ask how a value begins see nothing of a string in the middle of one. Empty for a text that does not begin like either.
 */
export function readLiterals(text: string): readonly string[] {
  if (!/^\s*(?:[{[]|(?:query|mutation|subscription)\b[^"{]{0,200}\{)/.test(text)) return [];
  const literals: string[] = [];
  let at = text.indexOf('"');
  while (at >= 0 && literals.length < LITERALS) {
    const start = at + 1;
    for (at = start; at < text.length && text.charCodeAt(at) !== QUOTE; at++) {
      if (text.charCodeAt(at) === BACKSLASH) at++;
    }
    if (at - start > 2) literals.push(unescapeLiteral(text.slice(start, at)));
    at = text.indexOf('"', at + 1);
  }
  return literals;
}

const BREAKS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescapeLiteral(literal: string): string {
  return literal.includes('\\')
    ? literal.replace(/\\(["\\/nrt])/g, (_, char: string) => BREAKS[char] ?? char)
    : literal;
}
