import { expand, type CompiledText } from '../variables/expand.ts';
import type { Found, OperatorBranch } from './operator.ts';

export type TextComparison = 'contains' | 'containsWord' | 'beginsWith' | 'endsWith' | 'streq' | 'within';

/** Operators that hold a value against a text, as ModSecurity 3 does. */
export function compareTexts(name: TextComparison, argument: CompiledText): OperatorBranch {
  const start = START[name];
  return {
    test: (text, source) => start(text, expand(argument, source)) >= 0,
    find: (text, source): Found | null => {
      const sought = expand(argument, source);
      const at = start(text, sought);
      if (at < 0) return null;
      return { start: at, end: name === 'within' ? text.length : at + sought.length };
    },
  };
}

/** Where in the value what was sought begins; -1 where the operator does not match. */
const START: Readonly<Record<TextComparison, (text: string, sought: string) => number>> = {
  contains: (text, sought) => text.indexOf(sought),
  containsWord: findWord,
  beginsWith: (text, sought) => (text.startsWith(sought) ? 0 : -1),
  endsWith: (text, sought) => (text.endsWith(sought) ? text.length - sought.length : -1),
  streq: (text, sought) => (text === sought ? 0 : -1),
  within: (text, sought) => (sought.includes(text) ? 0 : -1),
};

/** Only letters make a word go on: `a1` holds the word `a`. */
function findWord(text: string, sought: string): number {
  if (sought === '') return 0;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) {
    if (!isLetter(text, at - 1) && !isLetter(text, at + sought.length)) return at;
  }
  return -1;
}

function isLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at) | 32;
  return code >= 97 && code <= 122;
}
