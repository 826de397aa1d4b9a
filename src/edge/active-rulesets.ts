import { BUNDLED_RULESETS } from './bundled.ts';
import type { Policy, RulesetMode } from './policy.ts';
import type { CompiledRuleset } from './waf/compile.ts';

/** A ruleset that judges requests, and what its matches may do. */
export interface ActiveRuleset {
  /** The name under which it is in force. */
  readonly name: string;
  readonly mode: Exclude<RulesetMode, 'off'>;
  readonly ruleset: CompiledRuleset;
}

/**
 * How a ruleset works when the policy does not name it. What is bundled was measured and blocks. What somebody pushes is
 * new to the site: CRS refuses a good part of honest requests until it is tuned, so it only tells until the policy says
 * that it may do more.
 */
export function rulesetMode(name: string, policy: Pick<Policy, 'rulesets'>): RulesetMode {
  const named =
    policy.rulesets !== undefined && Object.hasOwn(policy.rulesets, name) ? policy.rulesets[name] : undefined;
  return named?.mode ?? (BUNDLED_RULESETS.includes(name) ? 'block' : 'detect');
}

/** The rulesets that judge, those that block first: a reason names the first match. */
export function activateRulesets(
  rulesets: Iterable<readonly [name: string, ruleset: CompiledRuleset]>,
  policy: Pick<Policy, 'rulesets'>,
): readonly ActiveRuleset[] {
  const active: ActiveRuleset[] = [];
  for (const [name, ruleset] of rulesets) {
    const mode = rulesetMode(name, policy);
    if (mode !== 'off') active.push({ name, mode, ruleset });
  }
  return active.sort((a, b) => RANK[a.mode] - RANK[b.mode]);
}

const RANK = { block: 0, weigh: 1, detect: 2 } as const;
