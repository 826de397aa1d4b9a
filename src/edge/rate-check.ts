import type { LeaseReply, LeaseRequest } from '../actors/contracts.ts';
import type { Actors, Answer, Failure } from './actors.ts';
import { effectiveLimit } from './lease-terms.ts';
import type { LeaseBook, Settled } from './lease.ts';
import type { Route } from './policy.ts';
import type { RateFigures } from './response-marks.ts';

/** Whether a client may pass now, or that nobody could tell. */
export type RateCheck =
  | { readonly kind: 'granted'; readonly figures: RateFigures }
  | { readonly kind: 'refused'; readonly figures: RateFigures; readonly retryAfter: number }
  | { readonly kind: 'failed'; readonly figures: RateFigures; readonly failure: Failure; readonly cause: unknown };

export interface RateQuestion {
  readonly route: Route;
  readonly client: string;
  /** Of the request, 0 to 1: a suspect gets fewer permits. */
  readonly score: number;
  readonly seq: number;
  readonly deadlineMs: number;
}

/**
 * Spends one permit, from the isolate's leases or from the guardian. Null in place of a promise's wait when the book has
 * the answer: that is most requests, and they must not pay for an await. `later` keeps work alive after the response.
 */
export function checkRate(
  question: RateQuestion,
  leases: LeaseBook,
  actors: Actors,
  later: (work: Promise<void>) => void,
): RateCheck | Promise<RateCheck> {
  const { route, client, score, seq, deadlineMs } = question;
  const limit = effectiveLimit(route.limit, score);
  const taken = leases.take(route, client, limit, seq, Date.now());
  if (taken.kind === 'ask') return askGuardian();
  if (taken.kind === 'granted' && taken.prefetch !== undefined) later(prefetch(taken.prefetch));
  return read(taken, limit);

  async function askGuardian(): Promise<RateCheck> {
    if (taken.kind !== 'ask') throw new Error('only a question is asked');
    const sentAt = Date.now();
    const { byDeadline, whenever } = actors.lease(route.id, route.shards, taken.request, deadlineMs);
    const answer = await byDeadline;
    if (answer.ok) return read(leases.settle(route, taken.request, sentAt, answer.value, Date.now()), limit);
    // The permits of a reply that comes too late for this request still serve the next.
    if (answer.failure === 'deadline') {
      later(bankLate(whenever, taken.request, sentAt));
    }
    return { kind: 'failed', figures: unknown(limit), failure: answer.failure, cause: answer.cause };
  }

  async function prefetch(request: LeaseRequest): Promise<void> {
    const sentAt = Date.now();
    await bankLate(actors.lease(route.id, route.shards, request, deadlineMs).whenever, request, sentAt);
  }

  async function bankLate(reply: Promise<Answer<LeaseReply>>, request: LeaseRequest, sentAt: number): Promise<void> {
    const answer = await reply;
    if (answer.ok) leases.bank(route, request, sentAt, answer.value, Date.now());
  }
}

function read(settled: Settled, limit: number): RateCheck {
  switch (settled.kind) {
    case 'granted':
      return { kind: 'granted', figures: { limit, remaining: settled.remaining, reset: seconds(settled.resetMs) } };
    case 'refused': {
      const figures = { limit, remaining: 0, reset: seconds(settled.resetMs) };
      return { kind: 'refused', figures, retryAfter: Math.max(1, seconds(settled.retryAfterMs)) };
    }
    case 'late':
    case 'ask': {
      const cause = 'the permits had expired when they came';
      return { kind: 'failed', figures: unknown(limit), failure: 'deadline', cause };
    }
  }
}

/** Nobody counted: the figures are those of a client that has asked for nothing yet. */
function unknown(limit: number): RateFigures {
  return { limit, remaining: limit, reset: 0 };
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
