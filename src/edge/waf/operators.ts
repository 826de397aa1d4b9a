import type { Operator } from '../../../rules/schema.ts';
import type { PreparedBranch } from './prepared-ruleset.ts';
import { runInRe2, runInV8 } from './regex/engines.ts';
import { lowercase } from './transformations/letter-case.ts';

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
    case 'beginsWith':
    case 'endsWith':
    case 'streq':
      return typeof operator.text === 'string' ? compareWith(operator.name, operator.text) : () => null;
    case 'rxMacro':
    case 'containsWord':
    case 'within':
    case 'eq':
    case 'ge':
    case 'gt':
    case 'le':
    case 'lt':
    case 'validateByteRange':
    case 'validateUrlEncoding':
    case 'validateUtf8Encoding':
    case 'ipMatch':
    case 'detectSQLi':
    case 'detectXSS':
    case 'unconditionalMatch':
      // The door lets no other through yet.
      return () => null;
  }
}

function compareWith(name: 'contains' | 'beginsWith' | 'endsWith' | 'streq', sought: string): Matcher {
  switch (name) {
    case 'contains':
      return (text) => (text.includes(sought) ? sought : null);
    case 'beginsWith':
      return (text) => (text.startsWith(sought) ? sought : null);
    case 'endsWith':
      return (text) => (text.endsWith(sought) ? sought : null);
    case 'streq':
      return (text) => (text === sought ? sought : null);
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
