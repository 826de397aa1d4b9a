import { DebitWindow } from '../../../src/actors/guardian/window.ts';
import type { LeaseReply, LeaseRequest } from '../../../src/actors/contracts.ts';
import { LeaseBook, type LeasedRoute } from '../../../src/edge/lease.ts';
import { effectiveLimit } from '../../../src/edge/lease-terms.ts';

/** What the network does with one call to the guardian. Times in ms. */
export interface Fate {
  readonly outward: number;
  readonly back: number;
  readonly loss: 'none' | 'request' | 'reply';
  /** The caller asks the same again, without waiting for the first. */
  readonly retried: boolean;
}

/** Requests that arrive together. */
export interface Arrival {
  readonly at: number;
  readonly isolate: number;
  readonly count: number;
  readonly client: string;
  readonly score: number;
  readonly fate: Fate;
}

export interface World {
  readonly route: LeasedRoute;
  readonly limit: number;
  /** What each isolate's clock shows more than true time. */
  readonly skews: readonly number[];
  readonly guardianSkew: number;
  /** How far an isolate's clock lags when a permit is spent (it was right when the question left): within the book's margin. */
  readonly lag: number;
}

/** Wrong ways to do it, to show that the checker can tell. */
export interface Mistakes {
  /** Debits count for the window alone, not for the life of their permits. */
  readonly forgetTau?: boolean;
  /** Debits leave this many ms before their time. */
  readonly forgetEarlyMs?: number;
  /** Permits are spent this many ms after their life, the clock's margin included. */
  readonly spendLateMs?: number;
  /** Permits live from when the reply came, not from when the question was sent. */
  readonly liveFromReply?: boolean;
  /** A request spends any permit of its client, whatever its own limit. */
  readonly ignoreScore?: boolean;
}

export interface Pass {
  readonly at: number;
  readonly client: string;
  readonly limit: number;
}

export interface Run {
  readonly passes: readonly Pass[];
  readonly requests: number;
  readonly refused: number;
  readonly unanswered: number;
  /** Calls to the guardian, and those that a request waited for. */
  readonly calls: number;
  readonly waits: number;
}

/** Plays the arrivals in true time against real books and a real window. */
export function simulate(world: World, arrivals: readonly Arrival[], mistakes: Mistakes = {}): Run {
  const books = world.skews.map(() => new LeaseBook());
  const window = new DebitWindow(1000);
  const queue = new Queue();
  const passes: Pass[] = [];
  const run = { requests: 0, refused: 0, unanswered: 0, calls: 0, waits: 0 };

  const clock = (isolate: number, at: number) => at + (world.skews[isolate] ?? 0) - world.lag;

  const call = (arrival: Arrival, request: LeaseRequest, limit: number, at: number, waits: boolean): void => {
    const { isolate, client, fate } = arrival;
    const book = books[isolate];
    if (book === undefined) throw new Error('no such isolate');
    run.calls++;
    if (waits) run.waits++;
    if (fate.loss === 'request') {
      if (waits) run.unanswered++;
      return;
    }
    const sentAt = clock(isolate, at) + world.lag;
    queue.add(at + fate.outward, (asked) => {
      const tauMs = mistakes.forgetTau === true ? 0 : request.tauMs - (mistakes.forgetEarlyMs ?? 0);
      const debit = { ...request, tauMs };
      const reply: LeaseReply = { ...window.debit(debit, asked + world.guardianSkew), seq: 0 };
      if (fate.loss === 'reply') {
        if (waits) run.unanswered++;
        return;
      }
      queue.add(asked + fate.back, (came) => {
        const now = clock(isolate, came);
        const sent = mistakes.liveFromReply === true ? now : sentAt + (mistakes.spendLateMs ?? 0);
        if (!waits) {
          book.bank(world.route, request, sent, reply, now);
          return;
        }
        const settled = book.settle(world.route, request, sent, reply, now);
        if (settled.kind === 'granted') passes.push({ at: came, client, limit });
        else if (settled.kind === 'refused') run.refused++;
        else run.unanswered++;
      });
    });
  };

  const arrive = (arrival: Arrival, at: number): void => {
    const book = books[arrival.isolate];
    const limit = effectiveLimit(world.limit, arrival.score);
    run.requests++;
    const asked = mistakes.ignoreScore === true ? world.limit : limit;
    const taken = book?.take(world.route, arrival.client, asked, 0, clock(arrival.isolate, at));
    if (taken === undefined) throw new Error('no such isolate');
    if (taken.kind === 'granted') {
      passes.push({ at, client: arrival.client, limit });
      if (taken.prefetch !== undefined) call(arrival, taken.prefetch, limit, at, false);
    } else if (taken.kind === 'refused') run.refused++;
    else {
      call(arrival, taken.request, limit, at, true);
      // The lost one's permits are never seen; the retry's come to a request that no longer waits.
      if (arrival.fate.retried) call(arrival, taken.request, limit, at, false);
    }
  };

  for (const arrival of arrivals)
    for (let i = 0; i < arrival.count; i++) queue.add(arrival.at + i, (at) => arrive(arrival, at));
  queue.drain();
  return { ...run, passes };
}

/**
 * The worst breach of the promise, or null: within any window, passes under an effective limit of at most L number at
 * most L, for each L that occurs.
 */
export function findBreach(passes: readonly Pass[], windowMs: number): string | null {
  const ordered = [...passes].sort((a, b) => a.at - b.at);
  for (const client of new Set(passes.map((pass) => pass.client))) {
    const sorted = ordered.filter((pass) => pass.client === client);
    for (const limit of new Set(sorted.map((pass) => pass.limit))) {
      const bound = sorted.filter((pass) => pass.limit <= limit);
      // A window holds `limit + 1` passes when one and the limit-th after it are less than a window apart.
      for (const [i, pass] of bound.entries()) {
        const over = bound[i + limit];
        if (over !== undefined && over.at - pass.at < windowMs)
          return `${client}: ${limit + 1} passes under limit ${limit} in ${over.at - pass.at} ms`;
      }
    }
  }
  return null;
}

/** Things that happen, in the order of their time. */
class Queue {
  readonly #heap: { readonly at: number; readonly order: number; readonly run: (at: number) => void }[] = [];
  #order = 0;

  add(at: number, run: (at: number) => void): void {
    const event = { at, order: this.#order++, run };
    // Binary search: most events are added near the end of those due soon, and a test has a few thousand.
    let low = 0;
    let high = this.#heap.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#heap[middle];
      if (other !== undefined && (other.at > at || (other.at === at && other.order > event.order))) low = middle + 1;
      else high = middle;
    }
    this.#heap.splice(low, 0, event);
  }

  drain(): void {
    for (let event = this.#heap.pop(); event !== undefined; event = this.#heap.pop()) event.run(event.at);
  }
}
