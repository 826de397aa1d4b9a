import type { Exclusion } from '../../../edge/exclusions/schema.ts';
import { exclusionsOf } from './rule-mode.ts';
import type { RulesData } from './rules-data.ts';

/** A rule whose exclusions alone are to be seen. */
export interface AboutRule {
  readonly rule: string;
  readonly means: (exclusion: Exclusion) => boolean;
  /** Shows those of all rules. */
  readonly all: () => void;
}

/** From where the view is: nothing where no rule is named that is in force. */
export function aboutRule(
  data: RulesData | null,
  place: { readonly ruleset?: string; readonly rule?: string },
  all: () => void,
): { readonly about?: AboutRule } {
  const found = data?.rulesets.find(({ listed }) => listed.name === place.ruleset)?.ruleset;
  const rule = found?.rules.find(({ id }) => id === place.rule);
  if (rule === undefined || place.ruleset === undefined) return {};
  const { ruleset } = place;
  // What is over is no longer taken from it, but stands in the list of all.
  const means = (exclusion: Exclusion) =>
    exclusionsOf({ exclusions: [exclusion] }, ruleset, rule, Date.now()).length > 0;
  return { about: { rule: rule.id, means, all } };
}
