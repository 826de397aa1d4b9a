import type { ListTier } from '../contracts.ts';
import { LIST_NAMES } from './list-names.ts';
import type { ApiResult, RuleDraft, RulesApi, ZoneRule } from './lists-api.ts';

/** Rate limiting is not an action of a custom rule: that tier's list serves whoever writes a rule of his own for it. */
const ACTIONS = { block: 'block', challenge: 'managed_challenge' } as const;

const RULE_TIERS = ['block', 'challenge'] as const;

/** The rules that use the lists of these tiers. `ref` is how ours are told from others', whatever else is changed in them. */
export function ruleDrafts(tiers: readonly ListTier[]): readonly RuleDraft[] {
  return RULE_TIERS.filter((tier) => tiers.includes(tier)).map((tier) => ({
    ref: ruleRef(tier),
    action: ACTIONS[tier],
    expression: `(ip.src in $${LIST_NAMES[tier].name})`,
    description: `EdgeShield: ${LIST_NAMES[tier].displayName}`,
  }));
}

export function ruleRef(tier: (typeof RULE_TIERS)[number]): string {
  return `edgeshield_${LIST_NAMES[tier].name}`;
}

export const RULE_REFS: readonly string[] = RULE_TIERS.map(ruleRef);

/** Whether an operator has turned a rule off is his to say. */
function differs(rule: ZoneRule, draft: RuleDraft): boolean {
  return rule.action !== draft.action || rule.expression !== draft.expression || rule.description !== draft.description;
}

/**
 * Sees to it that each of the rules is there once and as it should be; others' rules are not touched. Every write is tried
 * dry first. May be broken off anywhere and done again. Answers the refs that are present.
 */
export async function ensureRules(api: RulesApi, drafts: readonly RuleDraft[]): Promise<ApiResult<readonly string[]>> {
  const found = await api.entrypoint();
  if (!found.ok) return found;
  const done = { ok: true, value: drafts.map(({ ref }) => ref) } as const;
  const { value: entrypoint } = found;
  if (entrypoint === null) {
    if (drafts.length === 0) return done;
    return thenDone(await twice((dryRun) => api.createEntrypoint(drafts, dryRun)), done);
  }
  for (const draft of drafts) {
    const rule = entrypoint.rules.find(({ ref }) => ref === draft.ref);
    if (rule !== undefined && !differs(rule, draft)) continue;
    const written = await twice((dryRun) =>
      rule === undefined
        ? api.addRule(entrypoint.id, draft, dryRun)
        : api.changeRule(entrypoint.id, rule.id, draft, rule.enabled, dryRun),
    );
    if (!written.ok) return written;
  }
  return done;
}

/** Takes our rules out of the zone again. Answers how many there were. */
export async function removeRules(api: RulesApi): Promise<ApiResult<number>> {
  const found = await api.entrypoint();
  if (!found.ok) return found;
  const own = found.value?.rules.filter(({ ref }) => RULE_REFS.includes(ref)) ?? [];
  for (const rule of own) {
    const removed = await api.removeRule(found.value?.id ?? '', rule.id);
    if (!removed.ok && removed.kind !== 'not-found') return removed;
  }
  return { ok: true, value: own.length };
}

async function twice(write: (dryRun: boolean) => Promise<ApiResult<null>>): Promise<ApiResult<null>> {
  const tried = await write(true);
  return tried.ok ? write(false) : tried;
}

function thenDone<T>(result: ApiResult<null>, done: ApiResult<T>): ApiResult<T> {
  return result.ok ? done : result;
}
