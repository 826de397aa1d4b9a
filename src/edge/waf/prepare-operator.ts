import type { Operator } from '../../../rules/schema.ts';
import type { Parsed } from '../../parse.ts';
import type { Engine } from './prepared-ruleset.ts';
import { runInRe2, runInV8 } from './regex/engines.ts';
import { proveLinear } from './regex/linearity.ts';
import { readPattern, type Pattern } from './regex/pattern.ts';
import { printPattern } from './regex/print-pattern.ts';
import { requireLiterals, type AnyOf } from './regex/required-literals.ts';
import { lowercase } from './transformations/letter-case.ts';

/** One way in which an operator can match, before the literals of all rules are numbered. */
export interface OperatorBranch {
  readonly needs: readonly AnyOf[];
  readonly pattern?: string;
  readonly engine?: Engine;
}

/**
 * Works out an operator's branches, of which any may match: for `rx` the options of its outermost choice, because one by one
 * they need more telling literals and are more often provably linear. Costs up to 100 ms for each: never in an isolate.
 * Refuses a pattern that no linear engine runs.
 */
export function prepareOperator(operator: Operator): Parsed<OperatorBranch[]> {
  switch (operator.name) {
    case 'rx':
      return prepareRegex(operator.pattern, operator.ignoreCase === true);
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

function prepareRegex(source: string, ignoreCase: boolean): Parsed<OperatorBranch[]> {
  const read = readPattern(source, ignoreCase);
  if (!read.ok) return refuse(read.reason);
  const options = read.pattern.kind === 'choice' ? read.pattern.options : [read.pattern];
  try {
    return { ok: true, value: options.map(prepareBranch) };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Throws where the engine does: RE2 for one refuses more than 1,000 repetitions. */
function prepareBranch(branch: Pattern): OperatorBranch {
  const pattern = printPattern(branch);
  const engine = proveLinear(branch).linear ? 'v8' : 're2';
  const run = engine === 'v8' ? runInV8(pattern) : runInRe2(pattern);
  run('');
  return { needs: requireLiterals(branch), pattern, engine };
}

function refuse(message: string): Parsed<OperatorBranch[]> {
  return { ok: false, problems: [{ path: 'operator', message }] };
}
