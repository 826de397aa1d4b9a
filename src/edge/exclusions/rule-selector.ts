import type { Category, Rule } from '../../../rules/schema.ts';
import { matchesWildcard } from './wildcard.ts';

/** Which rules a policy means: those that any of the lists names. */
export interface RuleSelector {
  /** Of these rulesets alone; absent: of all. */
  readonly rulesets?: readonly string[] | undefined;
  /** Ids (`942100`), with wildcards (`942*`), or ranges of numbers (`942100-942199`). */
  readonly rules?: readonly string[] | undefined;
  /** Tags, with wildcards (`attack-*`). */
  readonly tags?: readonly string[] | undefined;
  readonly categories?: readonly Category[] | undefined;
}

/** What of a rule a selector can name. */
type Selectable = Pick<Rule, 'id' | 'category' | 'tags'>;

/** The rules of the ruleset in force under `name` that a selector means: indexes, ascending. */
export function selectRules(selector: RuleSelector, name: string, rules: readonly Selectable[]): readonly number[] {
  if (selector.rulesets !== undefined && !selector.rulesets.includes(name)) return [];
  const selected: number[] = [];
  for (const [index, rule] of rules.entries()) if (isSelected(selector, rule)) selected.push(index);
  return selected;
}

function isSelected({ rules = [], tags = [], categories = [] }: RuleSelector, rule: Selectable): boolean {
  return (
    categories.includes(rule.category) ||
    rules.some((pattern) => matchesId(pattern, rule.id)) ||
    tags.some((pattern) => rule.tags.some((tag) => matchesWildcard(pattern, tag)))
  );
}

const RANGE = /^(\d{1,15})-(\d{1,15})$/;

function matchesId(pattern: string, id: string): boolean {
  const range = RANGE.exec(pattern);
  if (range === null) return matchesWildcard(pattern, id);
  if (!/^\d{1,15}$/.test(id)) return false;
  return Number(id) >= Number(range[1]) && Number(id) <= Number(range[2]);
}
