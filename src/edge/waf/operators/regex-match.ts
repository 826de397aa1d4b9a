import { makeRegexMatcher, type PrintedBranch } from '../regex/matcher.ts';
import type { OperatorBranch } from './operator.ts';

/** `rx`: one branch of a pattern. */
export function matchRegex(branch: PrintedBranch): OperatorBranch {
  const matcher = makeRegexMatcher(branch);
  return { test: (text) => matcher.test(text), find: (text) => matcher.search(text) };
}
