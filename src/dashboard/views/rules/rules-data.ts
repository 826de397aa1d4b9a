import type { Stats } from '../../../actors/contracts.ts';
import type { Ruleset } from '../../../../rules/schema.ts';
import type { Policy } from '../../../edge/policy.ts';
import type { Control, Reply } from '../../releases/control.ts';
import type { ListedRuleset } from './rule-rows.ts';

/** All that the rules view is drawn from. */
export interface RulesData {
  readonly seq: number;
  readonly rulesets: readonly { readonly listed: ListedRuleset; readonly ruleset: Ruleset }[];
  readonly policy: Policy;
  readonly stats: Stats;
}

/** Asks for the rulesets in force, their rules, the policy and the totals; what belongs to the same release is not asked for again. */
export async function loadRules(control: Control, before: RulesData | null): Promise<Reply<RulesData>> {
  const [list, policy, stats] = await Promise.all([
    control.get<{ readonly seq: number; readonly rulesets: readonly ListedRuleset[] }>('/admin/rules'),
    control.get<{ readonly policy: Policy }>('/admin/policy'),
    control.get<Stats>('/admin/stats'),
  ]);
  if (!list.ok) return list;
  if (!policy.ok) return policy;
  if (!stats.ok) return stats;
  if (before?.seq === list.value.seq) return { ok: true, value: { ...before, stats: stats.value } };
  const rulesets: { listed: ListedRuleset; ruleset: Ruleset }[] = [];
  const bodies = await Promise.all(
    list.value.rulesets.map(async (listed) => ({
      listed,
      shown: await control.get<{ readonly ruleset: Ruleset }>(`/admin/rules/${encodeURIComponent(listed.name)}`),
    })),
  );
  for (const { listed, shown } of bodies) {
    if (!shown.ok) return shown;
    rulesets.push({ listed, ruleset: shown.value.ruleset });
  }
  return { ok: true, value: { seq: list.value.seq, rulesets, policy: policy.value.policy, stats: stats.value } };
}
