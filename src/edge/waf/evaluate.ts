import type { WafResult } from '../verdict.ts';
import type { CompiledRuleset } from './compile.ts';
import type { EvaluationOptions } from './evaluation-options.ts';
import type { RequestView } from './request-view.ts';
import { Transaction } from './transaction.ts';

/** Holds a request against a ruleset: phases 1 and 2. The transaction can go on with the answer. */
export function evaluateRequest(
  compiled: CompiledRuleset,
  view: RequestView,
  options: EvaluationOptions = {},
): Transaction {
  const transaction = new Transaction(compiled, view, options);
  transaction.request();
  return transaction;
}

/** What a ruleset finds in a request, where nobody cares for the answer. */
export function evaluate(compiled: CompiledRuleset, view: RequestView, options: EvaluationOptions = {}): WafResult {
  return evaluateRequest(compiled, view, options).result;
}
