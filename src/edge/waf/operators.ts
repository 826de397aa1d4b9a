import type { Operator } from '../../../rules/schema.ts';
import { compileRegex } from './regex/compile-regex.ts';

/** The matched text, or null. The text is a byte string after the rule's transformations. */
export type Matcher = (text: string) => string | null;

/** Throws a plain Error for a pattern that no linear engine can run: `checkRuleset` refuses it at the door. */
export function compileOperator(operator: Operator): Matcher {
  switch (operator.name) {
    case 'rx':
      return compileRegex(operator.pattern, operator.ignoreCase === true);
    case 'pm': {
      const words = operator.words.map((word) => word.toLowerCase());
      return (text) => {
        const lower = text.toLowerCase();
        return words.find((word) => lower.includes(word)) ?? null;
      };
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
