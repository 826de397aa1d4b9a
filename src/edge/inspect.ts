import type { ActiveRuleset } from './active-rulesets.ts';
import type { RuleMatch, WafEvidence, WafResult } from './verdict.ts';
import { evaluate } from './waf/evaluate.ts';
import type { RequestView } from './waf/request-view.ts';

const NOTHING: WafResult = { matches: [], score: 0, blocking: false };

/**
 * Holds a view against every active ruleset. Only rulesets in mode `block` add to the anomaly score and block; those that
 * weigh tell their score apart, as evidence; those that detect are told and no more.
 */
export function inspect(rulesets: readonly ActiveRuleset[], view: RequestView): WafResult {
  let result = NOTHING;
  for (const active of rulesets) {
    const found = evaluate(active.ruleset, view);
    if (found.matches.length > 0) result = join(result, found, active);
  }
  return result;
}

function join(before: WafResult, found: WafResult, { name, mode }: ActiveRuleset): WafResult {
  const own = found.matches.map((match): RuleMatch => ({ ...match, ruleset: name, ...(mode !== 'block' && { mode }) }));
  const matches = before.matches.length === 0 ? own : [...before.matches, ...own];
  if (mode === 'detect') return { ...before, matches };
  if (mode === 'weigh') return { ...before, matches, evidence: addEvidence(before.evidence, found) };
  return { ...before, matches, score: before.score + found.score, blocking: before.blocking || found.blocking };
}

function addEvidence(before: WafEvidence | undefined, { matches, score }: WafResult): WafEvidence {
  const categories: Record<string, number> = { ...before?.categories };
  for (const match of matches) categories[match.category] = (categories[match.category] ?? 0) + match.score;
  return { score: (before?.score ?? 0) + score, categories };
}
