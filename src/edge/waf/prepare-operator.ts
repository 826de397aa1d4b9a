import type { Operator } from '../../../rules/schema.ts';
import type { Parsed } from '../../parse.ts';
import type { Engine } from './regex/matcher.ts';
import { prepareRegex } from './regex/prepare-regex.ts';
import type { AnyOf } from './regex/required-literals.ts';
import { lowercase } from './transformations/letter-case.ts';

/** One way in which an operator can match, before the literals of all rules are numbered. */
export interface OperatorBranch {
  readonly needs: readonly AnyOf[];
  readonly pattern?: string;
  readonly engine?: Engine;
  readonly groups?: readonly number[];
}

/**
 * Works out an operator's branches, of which any may match: for `rx` the options of its outermost choice, because one by one
 * they need more telling literals and are more often provably linear. Costs up to 100 ms for each: never in an isolate.
 * Refuses a pattern that no linear engine runs.
 */
export function prepareOperator(operator: Operator): Parsed<OperatorBranch[]> {
  switch (operator.name) {
    case 'rx': {
      const regex = prepareRegex(operator.pattern, operator.ignoreCase === true);
      return regex.ok ? { ok: true, value: [...regex.branches] } : refuse(regex.reason);
    }
    case 'pm':
      return { ok: true, value: [{ needs: [operator.words.map(lowercase)] }] };
    case 'contains':
    case 'beginsWith':
    case 'endsWith':
    case 'streq':
      if (typeof operator.text !== 'string') return refuse('macros are not evaluated yet');
      return { ok: true, value: [{ needs: [[lowercase(operator.text)]] }] };
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
      return refuse(`${operator.name} is not evaluated yet`);
  }
}

function refuse(message: string): Parsed<OperatorBranch[]> {
  return { ok: false, problems: [{ path: 'operator', message }] };
}
