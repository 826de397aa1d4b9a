import type { Parsed } from '../../src/parse.ts';
import type { SecVariable } from './ast.ts';

const NAME = /[!&]*[A-Za-z_]\w*/y;

/**
 * Reads a list of variables: `ARGS|!ARGS:csrf|&REQUEST_HEADERS:Host|TX:/^x_/|XML:/*`. A regular expression may stand in quotes and
 * then hold any character; without them it ends at the slash before the next variable.
 */
export function parseVariables(text: string): Parsed<readonly SecVariable[]> {
  const found: SecVariable[] = [];
  let at = 0;
  while (at < text.length) {
    if ('|, \t'.includes(text.charAt(at))) {
      at++;
      continue;
    }
    NAME.lastIndex = at;
    const name = NAME.exec(text)?.[0];
    if (name === undefined) return fail(`"${text.slice(at)}" is no variable`);
    at += name.length;
    let selector: Selector | null = null;
    if (text.charAt(at) === ':') {
      const read = readSelector(text, at + 1);
      if (read === null) return fail(`the selector in "${text.slice(at)}" is not closed`);
      selector = read;
      at = read.end;
    }
    const bare = name.replace(/^[!&]+/, '');
    found.push({
      name: bare.toUpperCase(),
      selector: selector === null ? null : selector.text,
      isPattern: selector?.isPattern === true,
      exclude: name.startsWith('!'),
      count: name.slice(0, name.length - bare.length).includes('&'),
    });
  }
  return found.length === 0 ? fail('names no variable') : { ok: true, value: found };
}

interface Selector {
  readonly text: string;
  readonly isPattern: boolean;
  readonly end: number;
}

function readSelector(text: string, from: number): Selector | null {
  if (text.charAt(from) === "'") return readQuoted(text, from + 1);
  const end = endOfPattern(text, from);
  if (end > 0) return { text: unescapeSlashes(text.slice(from + 1, end - 1)), isPattern: true, end };
  let at = from;
  while (at < text.length && !'|,'.includes(text.charAt(at))) at++;
  return { text: text.slice(from, at).trim(), isPattern: false, end: at };
}

/** In quotes a backslash stands before a quote or a backslash. */
function readQuoted(text: string, from: number): Selector | null {
  let value = '';
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\' && "'\\".includes(text.charAt(at + 1))) value += text.charAt(++at);
    else if (char === "'") {
      const isPattern = value.length >= 2 && value.startsWith('/') && value.endsWith('/');
      return { text: isPattern ? unescapeSlashes(value.slice(1, -1)) : value, isPattern, end: at + 1 };
    } else value += char;
  }
  return null;
}

/** Index after the slash that closes a regular expression, or -1: XPath (`XML:/*`) begins with a slash and ends without one. */
function endOfPattern(text: string, from: number): number {
  if (text.charAt(from) !== '/') return -1;
  for (let at = from + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === '/' && at > from + 1 && isEnd(text, at + 1)) return at + 1;
  }
  return -1;
}

function isEnd(text: string, at: number): boolean {
  return at >= text.length || '|,'.includes(text.charAt(at));
}

function unescapeSlashes(pattern: string): string {
  return pattern.replaceAll('\\/', '/');
}

function fail(message: string): Parsed<never> {
  return { ok: false, problems: [{ path: '', message }] };
}
