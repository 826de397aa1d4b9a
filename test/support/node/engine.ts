import type { Rule, Ruleset } from '../../../rules/schema.ts';
import { viewExample } from '../../../src/edge/waf/check-ruleset.ts';
import { compileRuleset } from '../../../src/edge/waf/compile.ts';
import { evaluateRequest } from '../../../src/edge/waf/evaluate.ts';
import type { EvaluationOptions } from '../../../src/edge/waf/evaluation-options.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';
import { buildRequestView, type RequestParts } from '../../../src/edge/waf/request-view.ts';
import type { Transaction } from '../../../src/edge/waf/transaction.ts';

const BASE: Rule = {
  id: 'r-0',
  name: 'A rule',
  category: 'other',
  severity: 'notice',
  score: 10,
  action: 'log',
  targets: [{ collection: 'ARGS' }],
  transformations: [],
  operator: { name: 'contains', text: 'bad' },
  tags: [],
  examples: { match: [], noMatch: [] },
};

/** Rules, but for what a test cares about: each looks for `bad` in all arguments. Ids are r-1, r-2 and so on. */
export function rulesetOf(rules: readonly Partial<Rule>[], more: Partial<Ruleset> = {}): Ruleset {
  const complete = rules.map((rule, index) => ({ ...BASE, id: `r-${index + 1}`, ...rule }));
  return { name: 'test', version: '1', rules: complete, ...more };
}

/** A request held against a ruleset, phases 1 and 2 done. */
export function hold(
  ruleset: Ruleset,
  request: Parameters<typeof viewExample>[0] | RequestParts,
  options: EvaluationOptions = {},
): Transaction {
  const view = 'url' in request ? buildRequestView(request) : viewExample(request);
  return evaluateRequest(compileRuleset(prepareRuleset(ruleset)), view, options);
}

export function matchedIds(transaction: Transaction): readonly string[] {
  return transaction.result.matches.map(({ id }) => id);
}
