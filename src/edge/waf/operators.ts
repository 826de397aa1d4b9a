import type { Operator } from '../../../rules/schema.ts';
import type { PreparedBranch } from './prepared-ruleset.ts';
import { makeRegexMatcher } from './regex/matcher.ts';
import { lowercase } from './transformations/letter-case.ts';

/** The matched text, or null. The text is a byte string after the rule's transformations. */
export type Matcher = (text: string) => string | null;

/** The matcher of one of an operator's branches. */
export function makeMatcher(
  operator: Operator,
  { pattern = '', engine = 'dfa' }: Pick<PreparedBranch, 'pattern' | 'engine'>,
): Matcher {
  switch (operator.name) {
    case 'rx': {
      const regex = makeRegexMatcher({ pattern, engine });
      return (text) => regex.search(text)?.groups[0] ?? null;
    }
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

function findWord(words: readonly string[], text: string): string | null {
  return words.find((word) => text.includes(word)) ?? null;
}
