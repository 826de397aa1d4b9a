import type { NumberedEvent, Stats } from '../../../actors/contracts.ts';
import type { Rule, Ruleset } from '../../../../rules/schema.ts';
import type { Policy, RulesetMode } from '../../../edge/policy.ts';
import { exclusionsOf, ruleUse, type RuleUse } from './rule-mode.ts';

/** A ruleset in force, as `GET /admin/rules` lists it. */
export interface ListedRuleset {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly rules: number;
  readonly bundled: boolean;
  readonly mode: RulesetMode;
  readonly paranoia?: number;
}

/** A line of the table. */
export interface RuleRow {
  readonly ruleset: string;
  /** Its index in the ruleset: where the editor shows it. */
  readonly index: number;
  readonly rule: Rule;
  readonly use: RuleUse;
  /** Exclusions that take something from it. */
  readonly exclusions: number;
  readonly hits: number;
  /** Unix milliseconds; null: nobody knows of a time. */
  readonly last: number | null;
}

export interface RuleFilter {
  readonly text: string;
  readonly category: string;
  readonly ruleset: string;
  readonly mode: string;
}

/** Each rule with its mode, its totals, and when it matched last: as the bus tells, else among the events that the page has. */
export function ruleRows(
  rulesets: readonly { readonly listed: ListedRuleset; readonly ruleset: Ruleset }[],
  policy: Policy,
  stats: Stats,
  events: readonly NumberedEvent[],
  now: number,
): readonly RuleRow[] {
  const seen = lastSeen(events);
  return rulesets.flatMap(({ listed, ruleset }) =>
    ruleset.rules.map((rule, index) => ({
      ruleset: listed.name,
      index,
      rule,
      use: ruleUse(policy, listed.name, rule, listed.mode, now),
      exclusions: exclusionsOf(policy, listed.name, rule, now).length,
      hits: stats.byRule[rule.id] ?? 0,
      last: stats.ruleLast?.[rule.id] ?? seen.get(rule.id) ?? null,
    })),
  );
}

/** Those that matched most come first; the others stay in the order of their rulesets. */
export function filterRows(rows: readonly RuleRow[], filter: RuleFilter): readonly RuleRow[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows
    .filter(
      ({ ruleset, rule, use }) =>
        (filter.ruleset === '' || filter.ruleset === ruleset) &&
        (filter.category === '' || filter.category === rule.category) &&
        (filter.mode === '' || filter.mode === use.mode) &&
        words.every((word) => `${rule.id} ${rule.name} ${rule.tags.join(' ')}`.toLowerCase().includes(word)),
    )
    .toSorted((a, b) => b.hits - a.hits);
}

function lastSeen(events: readonly NumberedEvent[]): ReadonlyMap<string, number> {
  const seen = new Map<string, number>();
  for (const { at, rules = [], ruleIds = rules.map(({ id }) => id) } of events) {
    for (const id of ruleIds) seen.set(id, Math.max(at, seen.get(id) ?? 0));
  }
  return seen;
}
