import { RE2JS } from 're2js';
import type { Branch, Matcher } from '../operators.ts';
import { proveLinear } from './linearity.ts';
import { readPattern, type Pattern } from './pattern.ts';
import { printPattern } from './print-pattern.ts';
import { requireLiterals } from './required-literals.ts';

/**
 * A pattern as branches of which any may match: the options of its outermost choice, because one by one they need more
 * telling literals and are more often provably linear. Each runs in linear time for every input: V8 takes what is proven safe
 * for a backtracking engine, RE2 the rest, slower (about 9 times on ordinary text) but linear by construction. The proof costs
 * milliseconds, so it waits for the first text that the prefilter lets through. Throws for a pattern that neither may run.
 */
export function compileRegex(source: string, ignoreCase: boolean): Branch[] {
  const read = readPattern(source, ignoreCase);
  if (!read.ok) throw new Error(read.reason);
  const options = read.pattern.kind === 'choice' ? read.pattern.options : [read.pattern];
  return options.map((option) => ({ needs: requireLiterals(option), match: chooseLate(option) }));
}

function chooseLate(pattern: Pattern): Matcher {
  let matcher: Matcher | undefined;
  return (text) => {
    matcher ??= proveLinear(pattern).linear ? runInV8(pattern) : runInRe2(pattern);
    return matcher(text);
  };
}

export function runInV8(pattern: Pattern): Matcher {
  const regex = new RegExp(printPattern(pattern));
  return (text) => regex.exec(text)?.[0] ?? null;
}

export function runInRe2(pattern: Pattern): Matcher {
  const regex = RE2JS.compile(printPattern(pattern));
  return (text) => {
    const matcher = regex.matcher(text);
    return matcher.find() ? (matcher.group() ?? '') : null;
  };
}
