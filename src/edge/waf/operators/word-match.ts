import type { LiteralAutomaton } from '../literal-automaton.ts';
import { WordFinder } from '../word-finder.ts';
import type { Found, OperatorBranch } from './operator.ts';

/**
 * `pm`: the ruleset's automaton, which looks for all literals at once, knows the words as `id`. `isGated`: where the prefilter waits
 * for the words, it has found them already.
 */
export function matchWords(
  automaton: LiteralAutomaton,
  id: number,
  words: readonly string[],
  isGated: boolean,
): OperatorBranch {
  let finder: WordFinder | undefined;
  return {
    isLiteral: isGated,
    test: (text) => {
      automaton.scan(text);
      return automaton.found(id);
    },
    find: (text): Found | null => {
      const found = (finder ??= new WordFinder(words)).find(text);
      return found === null ? null : { start: found.start, end: found.start + found.word.length };
    },
  };
}
