import type { Rule } from '../../../../rules/schema.ts';
import type { DetectionOnly, Exclusion } from '../../../edge/exclusions/schema.ts';
import { selectRules, type RuleSelector } from '../../../edge/exclusions/rule-selector.ts';
import type { Policy, RulesetMode } from '../../../edge/policy.ts';

/** What an operator sets for a single rule: it acts as its ruleset may, it only tells, or it is out. */
export const RULE_MODES = ['block', 'log', 'off'] as const;
export type RuleMode = (typeof RULE_MODES)[number];

/** What a rule does now, and what of the policy says so where it is not the rule's own entry. */
export interface RuleUse {
  readonly mode: RuleMode;
  /** Empty: nothing holds the rule back but, perhaps, an entry for it alone. */
  readonly because: string;
}

type PolicyParts = Pick<Policy, 'detectionOnly' | 'exclusions'>;

const REASON = 'Set in the dashboard';

/** What the rule at `index` of the ruleset in force under `name` does. `now` in Unix milliseconds. */
export function ruleUse(policy: PolicyParts, name: string, rule: Rule, ruleset: RulesetMode, now: number): RuleUse {
  if (ruleset === 'off') return { mode: 'off', because: `${name} is off` };
  const out = (policy.exclusions ?? []).find(
    (exclusion) => isTotal(exclusion) && !isOver(exclusion, now) && means(exclusion, name, rule),
  );
  if (out !== undefined) {
    return { mode: 'off', because: isOwn(out, name, rule.id) ? '' : `exclusion ${out.id}` };
  }
  const quiet = (policy.detectionOnly ?? []).find((entry) => means(entry, name, rule));
  if (quiet !== undefined) {
    return { mode: 'log', because: isOwn(quiet, name, rule.id) ? '' : `detection only: ${spell(quiet)}` };
  }
  if (ruleset === 'detect') return { mode: 'log', because: `${name} only tells` };
  return { mode: 'block', because: ruleset === 'weigh' ? `${name} weighs and does not block` : '' };
}

/** The policy with this rule in `mode`: entries for it alone make room, those that name others too stay. */
export function withRuleMode(policy: Policy, name: string, id: string, mode: RuleMode): Policy {
  const { detectionOnly = [], exclusions = [], ...rest } = policy;
  const quiet: DetectionOnly[] = detectionOnly.filter((entry) => !isOwn(entry, name, id));
  const out: Exclusion[] = exclusions.filter((entry) => !(isTotal(entry) && isOwn(entry, name, id)));
  const selection = { rulesets: [name], rules: [id] };
  if (mode === 'log') quiet.push({ ...selection, reason: REASON });
  if (mode === 'off') out.push({ id: freeId(name, id, out), ...selection, reason: REASON });
  return {
    ...rest,
    ...(quiet.length > 0 && { detectionOnly: quiet }),
    ...(out.length > 0 && { exclusions: out }),
  };
}

/** The policy with a whole ruleset in another mode. */
export function withRulesetMode(policy: Policy, name: string, mode: RulesetMode): Policy {
  return { ...policy, rulesets: { ...policy.rulesets, [name]: { ...policy.rulesets?.[name], mode } } };
}

/** Takes its rules out altogether, and not in some place or on some value. */
function isTotal({ path, host, methods, targets }: Exclusion): boolean {
  return path === undefined && host === undefined && methods === undefined && targets === undefined;
}

/** The exclusions that take something from this rule, be it in one place alone, and are not over. */
export function exclusionsOf(policy: PolicyParts, name: string, rule: Rule, now: number): readonly Exclusion[] {
  return (policy.exclusions ?? []).filter((exclusion) => !isOver(exclusion, now) && means(exclusion, name, rule));
}

function isOver({ expires }: Exclusion, now: number): boolean {
  return expires !== undefined && now >= Date.parse(expires);
}

function means(selector: RuleSelector, name: string, rule: Rule): boolean {
  return selectRules(selector, name, [rule]).length > 0;
}

/** Names this rule of this ruleset and nothing else. */
function isOwn({ rulesets, rules, tags, categories }: RuleSelector, name: string, id: string): boolean {
  return only(rulesets, name) && only(rules, id) && tags === undefined && categories === undefined;
}

function only(list: readonly string[] | undefined, item: string): boolean {
  return list?.length === 1 && list[0] === item;
}

function spell({ rules = [], tags = [], categories = [] }: RuleSelector): string {
  return [...rules, ...tags, ...categories].slice(0, 3).join(', ');
}

function freeId(name: string, id: string, taken: readonly Exclusion[]): string {
  const base = `off-${name}-${id}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '-')
    .slice(0, 60);
  let free = base;
  for (let n = 2; taken.some((entry) => entry.id === free); n++) free = `${base}-${n}`;
  return free;
}
