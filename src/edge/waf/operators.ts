import type { Operator } from '../../../rules/schema.ts';
import type { PreparedBranch } from './prepared-ruleset.ts';
import { runInRe2, runInV8 } from './regex/engines.ts';
import { lowercase } from './transformations/cmd-line.ts';

/** The matched text, or null. The text is a byte string after the rule's transformations. */
export type Matcher = (text: string) => string | null;

/** The matcher of one of an operator's branches. */
export function makeMatcher(
  operator: Operator,
  { pattern = '', engine }: Pick<PreparedBranch, 'pattern' | 'engine'>,
): Matcher {
  switch (operator.name) {
    case 'rx':
      return engine === 'v8' ? runInV8(pattern) : makeLate(() => runInRe2(pattern));
    case 'pm': {
      const words = operator.words.map(lowercase);
      return (text) => findWord(words, lowercase(text));
    }
    case 'contains':
      return (text) => (text.includes(operator.text) ? operator.text : null);
    case 'beginsWith':
      return (text) => (text.startsWith(operator.text) ? operator.text : null);
    case 'endsWith':
      return (text) => (text.endsWith(operator.text) ? operator.text : null);
    case 'streq':
      return (text) => (text === operator.text ? operator.text : null);
  }
}

/** RE2 takes milliseconds to build a program, so it does for the first text that the prefilter lets through. V8 waits by itself. */
function makeLate(make: () => Matcher): Matcher {
  let matcher: Matcher | undefined;
  return (text) => (matcher ??= make())(text);
}

function findWord(words: readonly string[], text: string): string | null {
  return words.find((word) => text.includes(word)) ?? null;
}
