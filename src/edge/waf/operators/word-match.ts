import type { LiteralAutomaton } from '../literal-automaton.ts';
import { lowercase } from '../transformations/letter-case.ts';
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
  return {
    isLiteral: isGated,
    test: (text) => {
      automaton.scan(text);
      return automaton.found(id);
    },
    find: (text): Found | null => {
      const end = automaton.locate(text, id);
      return end < 0 ? null : { start: end - longestEnding(lowercase(text.slice(0, end)), words), end };
    },
  };
}

/** Of the words that end where the automaton stopped the longest, as it says most. */
function longestEnding(text: string, words: readonly string[]): number {
  let longest = 0;
  for (const word of words) if (word.length > longest && text.endsWith(word)) longest = word.length;
  return longest;
}
