import { proveLinear } from './linearity.ts';
import type { PrintedBranch } from './matcher.ts';
import { isIrregular, type Pattern } from './pattern.ts';
import { printPattern } from './print-pattern.ts';
import { compileProgram, TooLarge } from './program.ts';
import { readPattern } from './read-pattern.ts';
import { relaxPattern } from './relax-pattern.ts';
import { requireLiterals, type AnyOf } from './required-literals.ts';

/** One option of a pattern's outermost choice, and what a text that it matches holds. */
export interface RegexBranch extends PrintedBranch {
  readonly needs: readonly AnyOf[];
}

export type RegexPreparation =
  | { readonly ok: true; readonly branches: readonly RegexBranch[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Splits a pattern into branches, of which any may match, because one by one they need more telling literals and are more often
 * provably linear. Costs up to 100 ms for each. With `capture` groups keep what they match. Refuses, with the reason, what does
 * not read and what is too large.
 */
export function prepareRegex(source: string, ignoreCase: boolean, capture = false): RegexPreparation {
  const read = readPattern(source, ignoreCase);
  if (!read.ok) return read;
  try {
    return { ok: true, branches: splitBranches(read.pattern).map((branch) => prepareBranch(branch, capture)) };
  } catch (error) {
    if (error instanceof TooLarge) return { ok: false, reason: error.message };
    throw error;
  }
}

/** The options of the outermost choice, also where groups stand around it. */
export function splitBranches(pattern: Pattern): readonly Pattern[] {
  if (pattern.kind === 'choice') return pattern.options.flatMap(splitBranches);
  if (pattern.kind !== 'group') return [pattern];
  return splitBranches(pattern.body).map((body) => ({ ...pattern, body }));
}

function prepareBranch(branch: Pattern, capture: boolean): RegexBranch {
  const { text, groups } = printPattern(branch, capture);
  const engine = isIrregular(branch) ? 'memory' : proveLinear(branch).linear ? 'v8' : 'dfa';
  // Whether an automaton has room for it shows now or never.
  if (engine !== 'v8') compileProgram(branch);
  if (engine === 'memory') compileProgram(relaxPattern(branch));
  const isRenumbered = groups.some((index, at) => index !== at + 1);
  return {
    needs: requireLiterals(branch),
    pattern: text,
    engine,
    ...(isRenumbered ? { groups } : {}),
  };
}
