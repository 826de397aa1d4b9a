import type { Operator } from '../../../rules/schema.ts';
import { lowercase } from './transformations/cmd-line.ts';
import { compileRegex } from './regex/compile-regex.ts';
import type { AnyOf } from './regex/required-literals.ts';

/** The matched text, or null. The text is a byte string after the rule's transformations. */
export type Matcher = (text: string) => string | null;

/** One way in which an operator can match: only a text that meets all its needs has to be shown to the matcher. */
export interface Branch {
  readonly needs: readonly AnyOf[];
  readonly match: Matcher;
}

/** Throws for a pattern that no linear engine can run: `checkRuleset` refuses it at the door. */
export function compileOperator(operator: Operator): Branch[] {
  switch (operator.name) {
    case 'rx':
      return compileRegex(operator.pattern, operator.ignoreCase === true);
    case 'pm': {
      const words = operator.words.map(lowercase);
      return [{ needs: [words], match: (text) => findWord(words, lowercase(text)) }];
    }
    case 'contains':
      return literal(operator.text, (text) => text.includes(operator.text));
    case 'beginsWith':
      return literal(operator.text, (text) => text.startsWith(operator.text));
    case 'endsWith':
      return literal(operator.text, (text) => text.endsWith(operator.text));
    case 'streq':
      return literal(operator.text, (text) => text === operator.text);
  }
}

function literal(wanted: string, holds: (text: string) => boolean): Branch[] {
  return [{ needs: [[lowercase(wanted)]], match: (text) => (holds(text) ? wanted : null) }];
}

function findWord(words: readonly string[], text: string): string | null {
  return words.find((word) => text.includes(word)) ?? null;
}
