import type { IntelligenceStatus, Plan, RunRecord, SourceHealth, ThreatOrigin } from '../contracts.ts';

/** What a webhook tells. `type` is dotted, as Standard Webhooks recommends; timestamps are ISO 8601. */
export interface WebhookMessage {
  readonly type: 'threats.blocked' | 'plan.held' | 'feed.trouble' | 'run.failed';
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface QueuedWebhook {
  /** The same over all tries: a receiver that saw it knows it again. */
  readonly id: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly body: string;
  /** Tries that failed. */
  readonly tries: number;
}

/** Named in one message; the count tells of all. Keeps a message under 20 KB, where receivers commonly take 64. */
export const THREATS_TOLD = 100;
/** Characters of a text that came from elsewhere. */
const TEXT_LIMIT = 300;

export interface BlockedThreat {
  readonly ip: string;
  readonly score: number;
  readonly sources: readonly string[];
}

/** Addresses that this run blocks and the one before did not. */
export function tellBlocked(
  at: number,
  run: string,
  origin: ThreatOrigin,
  count: number,
  top: readonly BlockedThreat[],
): WebhookMessage {
  return message('threats.blocked', at, { run, origin, count, threats: top.slice(0, THREATS_TOLD) });
}

/** A plan waits for an operator. */
export function tellHeld(at: number, plan: Plan): WebhookMessage {
  const lists = plan.lists.map(({ name, before, after, adds, removals, addCount, removalCount }) => ({
    name,
    before,
    after,
    adds: addCount ?? adds.length,
    removals: removalCount ?? removals.length,
  }));
  return message('plan.held', at, { plan: plan.hash, reasons: plan.held, lists });
}

export function tellFailed(at: number, { id, trigger, problem }: RunRecord): WebhookMessage {
  return message('run.failed', at, { run: id, trigger, problem: (problem ?? 'unknown').slice(0, TEXT_LIMIT) });
}

export interface SourceTurn {
  readonly source: string;
  readonly from: SourceHealth;
  readonly to: SourceHealth;
  readonly problem: string | null;
}

/** Sources whose health became, or ceased to be, a trouble since `before` was noted. One seen for the first time is news only when it is in trouble. */
export function findTurns(
  before: Readonly<Record<string, SourceHealth>>,
  { sources }: Pick<IntelligenceStatus, 'sources'>,
): readonly SourceTurn[] {
  return sources.flatMap(({ id, health, problem }): SourceTurn[] => {
    const from = before[id] ?? 'pending';
    if (isTrouble(from) === isTrouble(health)) return [];
    return [{ source: id, from, to: health, problem: problem === null ? null : problem.slice(0, TEXT_LIMIT) }];
  });
}

/** `feed.trouble` tells of the recovery too: `recovered` says which of the two it is. */
export function tellTurn(at: number, turn: SourceTurn): WebhookMessage {
  return message('feed.trouble', at, { ...turn, recovered: !isTrouble(turn.to) });
}

function isTrouble(health: SourceHealth): boolean {
  return health === 'suspect' || health === 'failing';
}

function message(type: WebhookMessage['type'], at: number, data: WebhookMessage['data']): WebhookMessage {
  return { type, timestamp: new Date(at).toISOString(), data };
}
