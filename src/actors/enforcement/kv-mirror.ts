import type { EnforcementStatus, ListTier } from '../contracts.ts';
import { scoreOf, sourcesOf, topRows } from './find-address.ts';
import type { JudgedThreats } from './judge-threats.ts';
import { textAt } from './range-columns.ts';

/** The highest scores alone: a person looks here, the engine keeps all of them itself. About 100 KB. */
export const MIRRORED_THREATS = 1000;

const LIST_KEYS: Readonly<Record<ListTier, string>> = {
  block: 'list_ids:block',
  challenge: 'list_ids:challenge',
  rate_limit: 'list_ids:rate_limit',
};

/** What operators find in the namespace ENFORCEMENT_DATA, by key; null: the key is not to be there. Times are ISO 8601. */
export function mirrorEntries(
  status: EnforcementStatus,
  threats: JudgedThreats | null,
): ReadonlyMap<string, string | null> {
  const entries = new Map<string, string | null>([
    ['enforcement:stats', JSON.stringify(describeStats(status))],
    ['cached_threats', threats === null || threats.origin === 'none' ? null : describeThreats(threats)],
  ]);
  for (const { tier, id } of status.lists) entries.set(LIST_KEYS[tier], id);
  return entries;
}

function describeStats(status: EnforcementStatus): unknown {
  const { state, mode, killSwitch, listMode, origin, thresholds, edge, lists, lastRun, heldPlan } = status;
  return {
    state,
    mode,
    kill_switch: killSwitch,
    list_mode: listMode,
    origin,
    thresholds,
    edge,
    lists: lists.map(({ displayName, items, foreign, cap }) => ({ name: displayName, items, foreign, cap })),
    held_plan: heldPlan,
    last_run:
      lastRun === null
        ? null
        : {
            id: lastRun.id,
            state: lastRun.state,
            started_at: new Date(lastRun.startedAt).toISOString(),
            added: lastRun.added,
            removed: lastRun.removed,
            problem: lastRun.problem,
          },
  };
}

function describeThreats(threats: JudgedThreats): string {
  return JSON.stringify({
    at: new Date(threats.at).toISOString(),
    origin: threats.origin,
    total: threats.high.length,
    threats: topRows(threats, null, MIRRORED_THREATS).map((row) => ({
      ip: textAt(threats, row),
      score: scoreOf(threats, row),
      sources: sourcesOf(threats, row),
    })),
  });
}
