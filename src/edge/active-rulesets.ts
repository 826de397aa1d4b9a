import { selectRules } from './exclusions/rule-selector.ts';
import type { Policy, RulesetMode } from './policy.ts';
import { BUNDLED_RULESETS } from './ruleset-names.ts';
import type { CompiledRuleset } from './waf/compile.ts';

/** A ruleset that judges requests, and what its matches may do. */
export interface ActiveRuleset {
  /** The name under which it is in force. */
  readonly name: string;
  readonly mode: Exclude<RulesetMode, 'off'>;
  readonly ruleset: CompiledRuleset;
  /** The highest paranoia level that is evaluated; absent: all. */
  readonly paranoia?: number | undefined;
  /** Indexes of the rules that only tell; absent: none. */
  readonly detectionOnly?: ReadonlySet<number> | undefined;
}

/** What of the policy says how rulesets work. */
export type RulesetPolicy = Pick<Policy, 'rulesets' | 'detectionOnly'>;

/**
 * How a ruleset works when the policy does not name it. What is bundled was measured and blocks. What somebody pushes is
 * new to the site: CRS refuses a good part of honest requests until it is tuned, so it only tells until the policy says
 * that it may do more.
 */
export function rulesetUse(name: string, { rulesets = {} }: RulesetPolicy): { mode: RulesetMode; paranoia?: number } {
  const named = Object.hasOwn(rulesets, name) ? rulesets[name] : undefined;
  const { mode = BUNDLED_RULESETS.includes(name) ? 'block' : 'detect', paranoia } = named ?? {};
  return { mode, ...(paranoia !== undefined && { paranoia }) };
}

/** The rulesets that judge, those that block first: a reason names the first match. */
export function activateRulesets(
  rulesets: Iterable<readonly [name: string, ruleset: CompiledRuleset]>,
  policy: RulesetPolicy,
): readonly ActiveRuleset[] {
  const active: ActiveRuleset[] = [];
  for (const [name, ruleset] of rulesets) {
    const { mode, paranoia } = rulesetUse(name, policy);
    if (mode === 'off') continue;
    const quiet = (policy.detectionOnly ?? []).flatMap((selector) => selectRules(selector, name, ruleset.rules));
    active.push({ name, mode, ruleset, paranoia, detectionOnly: quiet.length > 0 ? new Set(quiet) : undefined });
  }
  return active.sort((a, b) => RANK[a.mode] - RANK[b.mode]);
}

const RANK = { block: 0, weigh: 1, detect: 2 } as const;
