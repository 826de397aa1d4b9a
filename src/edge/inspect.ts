import type { ActiveRuleset } from './active-rulesets.ts';
import type { RequestExclusions } from './exclusions/exclusions.ts';
import type { RuleMatch, WafEvidence, WafResult } from './verdict.ts';
import { evaluate } from './waf/evaluate.ts';
import type { RequestView } from './waf/request-view.ts';

const NOTHING: WafResult = { matches: [], score: 0, blocking: false };

/**
 * Holds a view against every active ruleset, less what the exclusions take out. Only rulesets in mode `block` add to the
 * anomaly score and block; those that weigh tell their score apart, as evidence; those that detect are told and no more.
 */
export function inspect(
  rulesets: readonly ActiveRuleset[],
  view: RequestView,
  exclusions: RequestExclusions | null = null,
): WafResult {
  let result = NOTHING;
  for (const active of rulesets) {
    const { name, mode, ruleset, paranoia, detectionOnly } = active;
    const options = {
      mode: mode === 'detect' ? mode : 'on',
      paranoia,
      detectionOnly,
      exclusions: exclusions?.of(name),
    } as const;
    const found = evaluate(ruleset, view, options);
    if (found.matches.length > 0) result = join(result, found, active);
  }
  if (exclusions === null || exclusions.hits.size === 0) return result;
  return { ...result, excluded: [...exclusions.hits] };
}

function join(before: WafResult, found: WafResult, { name, mode }: ActiveRuleset): WafResult {
  const weighs = mode === 'weigh';
  const own = found.matches.map((match): RuleMatch => {
    return weighs && match.mode === undefined ? { ...match, ruleset: name, mode } : { ...match, ruleset: name };
  });
  const matches = before.matches.length === 0 ? own : [...before.matches, ...own];
  if (weighs) return { ...before, matches, evidence: addEvidence(before.evidence, own, found.score) };
  return { ...before, matches, score: before.score + found.score, blocking: before.blocking || found.blocking };
}

function addEvidence(before: WafEvidence | undefined, matches: readonly RuleMatch[], score: number): WafEvidence {
  const categories: Record<string, number> = { ...before?.categories };
  for (const match of matches) {
    if (match.mode === 'weigh') categories[match.category] = (categories[match.category] ?? 0) + match.score;
  }
  return { score: (before?.score ?? 0) + score, categories };
}
