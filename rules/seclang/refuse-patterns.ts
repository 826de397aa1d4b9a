import { proveLinear } from '../../src/edge/waf/regex/linearity.ts';
import type { Pattern } from '../../src/edge/waf/regex/pattern.ts';
import { splitBranches } from '../../src/edge/waf/regex/prepare-regex.ts';
import { compileProgram, TooLarge } from '../../src/edge/waf/regex/program.ts';
import { readPattern } from '../../src/edge/waf/regex/read-pattern.ts';
import type { DraftLink } from './draft.ts';

/** Why no engine would run the links' regular expressions; empty when all are well. The registry would refuse the whole ruleset. */
export function refusePatterns(links: readonly DraftLink[]): readonly string[] {
  return links.flatMap(({ targets, operator }) => {
    const patterns = targets.flatMap(({ pattern }) => (pattern === undefined ? [] : [pattern]));
    if (operator.name === 'rx') patterns.push(operator.pattern);
    if (operator.name === 'rxMacro')
      return ['the pattern has a variable in it, so that nothing can be proven about it'];
    return patterns.flatMap((pattern) => refusePattern(pattern) ?? []);
  });
}

function refusePattern(source: string): string | null {
  const read = readPattern(source, false);
  if (!read.ok) return `the pattern ${shorten(source)} cannot be read: ${read.reason}`;
  const refused = splitBranches(read.pattern)
    .map(refuseBranch)
    .find((reason) => reason !== null);
  return refused === undefined ? null : `the pattern ${shorten(source)} ${refused}`;
}

/** What the automaton has no room for may still be proven fit for V8. */
function refuseBranch(branch: Pattern): string | null {
  try {
    compileProgram(branch);
    return null;
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    return proveLinear(branch).linear ? null : error.message;
  }
}

function shorten(source: string): string {
  return source.length <= 60 ? source : `${source.slice(0, 60)}…`;
}
