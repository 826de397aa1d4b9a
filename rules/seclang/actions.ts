import type { Parsed } from '../../src/parse.ts';
import type { SecAction } from './ast.ts';

/**
 * Reads a list of actions: `id:1,phase:2,t:none,msg:'It\'s here',setvar:tx.a=+1,chain`. In quotes a backslash stands before a
 * quote or a backslash; without them the argument ends at the next comma.
 */
export function parseActions(text: string): Parsed<readonly SecAction[]> {
  const found: SecAction[] = [];
  let at = 0;
  while (at < text.length) {
    if (', \t'.includes(text.charAt(at))) {
      at++;
      continue;
    }
    const start = at;
    while (at < text.length && !',: \t'.includes(text.charAt(at))) at++;
    const name = text.slice(start, at).toLowerCase();
    if (!/^[a-z_]+$/.test(name)) return fail(`"${text.slice(start, start + 40)}" is no action`);
    if (text.charAt(at) !== ':') {
      found.push({ name, argument: null });
      continue;
    }
    const read = text.charAt(at + 1) === "'" ? readQuoted(text, at + 2) : readBare(text, at + 1);
    if (read === null) return fail(`the quoted argument of ${name} is not closed`);
    found.push({ name, argument: read.text });
    at = read.end;
  }
  return { ok: true, value: found };
}

interface Read {
  readonly text: string;
  readonly end: number;
}

function readQuoted(text: string, from: number): Read | null {
  let value = '';
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\' && "'\\".includes(text.charAt(at + 1))) value += text.charAt(++at);
    else if (char === "'") return { text: value, end: at + 1 };
    else value += char;
  }
  return null;
}

function readBare(text: string, from: number): Read {
  const comma = text.indexOf(',', from);
  const end = comma < 0 ? text.length : comma;
  return { text: text.slice(from, end).trim(), end };
}

function fail(message: string): Parsed<never> {
  return { ok: false, problems: [{ path: '', message }] };
}
