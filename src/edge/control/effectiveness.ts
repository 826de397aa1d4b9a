import type { EnforcementStatus, Stats } from '../../actors/contracts.ts';

/** How far threats are met, 0 to 1, with each part of it; `null`: that part says nothing in this mode and weighs nothing. */
export interface Performance {
  readonly score: number;
  readonly formula: string;
  readonly parts: Readonly<Record<'intelligence' | 'freshness' | 'edge' | 'lists', number | null>>;
  readonly weights: Readonly<Record<'intelligence' | 'freshness' | 'edge' | 'lists', number>>;
}

/** Intelligence that is old or a mere handful is worth less, and none is worth nothing. */
const ORIGIN_WORTH = { live: 1, cached: 0.5, emergency: 0.25, none: 0 } as const;
/** A run that failed, or the last one missed, is told by the second interval at the latest. */
const STALE_MS = 2 * 60 * 60_000;
const WEIGHTS = { intelligence: 0.3, freshness: 0.2, edge: 0.25, lists: 0.25 } as const;

const FORMULA =
  'sum(weight x part) / sum(weights of the parts that count). intelligence: 1 live, 0.5 cached, 0.25 emergency list, 0 none. ' +
  'freshness: 1 when the last run was done within 2 h, 0.5 while one is under way or held, else 0. edge: 1 when the edge has threats to enforce, else 0. ' +
  'lists: own items / the items that the plan wants in them, up to the cap; counts in mode apply where the account has a list.';

export function rateEffectiveness(status: EnforcementStatus, now: number): Performance {
  const { edge, origin, killSwitch } = status;
  const enforced = edge.block + edge.challenge + edge.rate_limit;
  const parts = {
    intelligence: killSwitch ? 0 : ORIGIN_WORTH[origin],
    freshness: rateFreshness(status, now),
    edge: enforced > 0 ? 1 : 0,
    lists: rateLists(status),
  };
  let sum = 0;
  let weights = 0;
  for (const name of ['intelligence', 'freshness', 'edge', 'lists'] as const) {
    const part = parts[name];
    if (part === null) continue;
    sum += WEIGHTS[name] * part;
    weights += WEIGHTS[name];
  }
  return { score: Number((sum / weights).toFixed(3)), formula: FORMULA, parts, weights: WEIGHTS };
}

/** The answer of `GET /test/effectiveness`. `stats` is null when the bus did not answer. */
export function describeEffectiveness(status: EnforcementStatus, stats: Stats | null, now: number) {
  return {
    timestamp: new Date(now).toISOString(),
    state: status.state,
    mode: status.mode,
    origin: status.origin,
    edge: status.edge,
    list_mode: status.listMode,
    lists: status.lists.map(({ tier, name, displayName, id, items, foreign, cap, wanted }) => ({
      tier,
      name,
      display_name: displayName,
      present: id !== null,
      items,
      foreign,
      cap,
      wanted: wanted ?? null,
    })),
    performance: rateEffectiveness(status, now),
    stopped_24h: stats?.stopped24h ?? {},
    stopped_before_worker: {
      requests: null,
      why: 'What Cloudflare drops by the lists never reaches the Worker: see Security > Events in the dashboard of the zone, or the GraphQL dataset firewallEventsAdaptiveGroups.',
    },
  };
}

function rateFreshness({ lastRun }: EnforcementStatus, now: number): number {
  if (lastRun === null || lastRun.state === 'failed' || now - lastRun.startedAt > STALE_MS) return 0;
  return lastRun.state === 'done' ? 1 : 0.5;
}

function rateLists({ mode, killSwitch, lists, edge }: EnforcementStatus): number | null {
  if (mode !== 'apply' || killSwitch || lists.length === 0) return null;
  let could = 0;
  let held = 0;
  for (const { tier, items, cap, wanted } of lists) {
    // Fewer than the tier has: addresses within a listed range need no item of their own.
    const target = Math.min(wanted ?? edge[tier], cap);
    could += target;
    held += Math.min(items, target);
  }
  return could === 0 ? null : Number((held / could).toFixed(3));
}
