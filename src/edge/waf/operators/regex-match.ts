import { makeRegexMatcher, type PrintedBranch, type RegexMatcher } from '../regex/matcher.ts';
import type { OperatorBranch } from './operator.ts';

/** `rx`: one branch of a pattern. */
export function matchRegex(branch: PrintedBranch): OperatorBranch {
  const matcher = makeRegexMatcher(branch);
  if (branch.engine === 'memory') return withinBudget(matcher);
  return {
    test: (text) => matcher.test(text),
    find: (text) => matcher.search(text),
    locate: (text) => matcher.locate(text),
  };
}

/** The one engine that may give up: whoever asked is told, and the policy says what becomes of the request. */
function withinBudget(matcher: RegexMatcher): OperatorBranch {
  return {
    test(text, source) {
      const matched = matcher.test(text);
      if (matcher.gaveUp) source.giveUp?.();
      return matched;
    },
    find: (text) => matcher.search(text),
  };
}
