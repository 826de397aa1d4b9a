import { RE2JS } from 're2js';
import type { Matcher } from '../operators.ts';
import { proveLinear } from './linearity.ts';
import { readPattern, type Pattern } from './pattern.ts';
import { printPattern } from './print-pattern.ts';

/**
 * A matcher that takes linear time for every input. V8 runs what is proven safe for a backtracking engine, RE2 the rest:
 * slower (about 9 times on ordinary text), but linear by construction. The proof costs milliseconds, so it waits for the first
 * text that the prefilter lets through. Throws for a pattern that neither may run.
 */
export function compileRegex(source: string, ignoreCase: boolean): Matcher {
  const read = readPattern(source, ignoreCase);
  if (!read.ok) throw new Error(read.reason);
  const { pattern } = read;
  let matcher: Matcher | undefined;
  return (text) => {
    matcher ??= chooseEngine(pattern);
    return matcher(text);
  };
}

export function chooseEngine(pattern: Pattern): Matcher {
  const printed = printPattern(pattern);
  if (!proveLinear(pattern).linear) return runInRe2(printed);
  const regex = new RegExp(printed);
  return (text) => regex.exec(text)?.[0] ?? null;
}

export function runInRe2(printed: string): Matcher {
  const regex = RE2JS.compile(printed);
  return (text) => {
    const matcher = regex.matcher(text);
    return matcher.find() ? (matcher.group() ?? '') : null;
  };
}
