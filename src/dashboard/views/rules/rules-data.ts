import type { Stats } from '../../../actors/contracts.ts';
import type { Ruleset } from '../../../../rules/schema.ts';
import type { Policy } from '../../../edge/policy.ts';
import type { Answer } from '../../control/answer.ts';
import { ask, PATIENT_MS } from '../../control/ask.ts';
import type { LedgerStore } from '../../shell/ledger-store.ts';
import type { ListedRuleset } from './rule-rows.ts';

/** All that the rules view is drawn from. */
export interface RulesData {
  readonly seq: number;
  readonly rulesets: readonly { readonly listed: ListedRuleset; readonly ruleset: Ruleset }[];
  readonly policy: Policy;
  readonly stats: Stats;
}

/**
 * The rulesets in force, their rules and the policy, asked for once a release, and the totals that the page has. `before`: what
 * was answered last.
 */
export async function loadRules(
  { seq, stats }: Pick<LedgerStore, 'seq' | 'stats'>,
  before: RulesData | null,
): Promise<Answer<RulesData>> {
  if (before !== null && before.seq === seq) return { kind: 'ok', value: { ...before, stats } };
  const [list, policy] = await Promise.all([
    ask<{ readonly seq: number; readonly rulesets: readonly ListedRuleset[] }>('/admin/rules'),
    ask<{ readonly policy: Policy }>('/admin/policy'),
  ]);
  if (list.kind !== 'ok') return list;
  if (policy.kind !== 'ok') return policy;
  const rulesets: { listed: ListedRuleset; ruleset: Ruleset }[] = [];
  const bodies = await Promise.all(
    list.value.rulesets.map(async (listed) => ({
      listed,
      shown: await ask<{ readonly ruleset: Ruleset }>(`/admin/rules/${encodeURIComponent(listed.name)}`, PATIENT_MS),
    })),
  );
  for (const { listed, shown } of bodies) {
    if (shown.kind !== 'ok') return shown;
    rulesets.push({ listed, ruleset: shown.value.ruleset });
  }
  return { kind: 'ok', value: { seq: list.value.seq, rulesets, policy: policy.value.policy, stats } };
}
