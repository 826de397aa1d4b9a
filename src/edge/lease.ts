import type { LeaseReply, LeaseRequest } from '../actors/contracts.ts';
import type { Route } from './policy.ts';
import { EXACT_LIMIT, leaseLife } from './lease-terms.ts';

/** What of a route matters to its leases. */
export type LeasedRoute = Pick<Route, 'id' | 'windowSeconds' | 'durable'>;

/** What the isolate knows of a client's rate, or what it must ask the guardian. Times in ms. */
export type Taken =
  | {
      readonly kind: 'granted';
      /** Requests left in the window, as far as this isolate knows. */
      readonly remaining: number;
      readonly resetMs: number;
      /** Ask the guardian this when the request is done, and hand the reply to `bank`: the next request need not wait. */
      readonly prefetch?: LeaseRequest;
    }
  | Refused
  | { readonly kind: 'ask'; readonly request: LeaseRequest };

export interface Refused {
  readonly kind: 'refused';
  /** For `Retry-After`: until a request may pass again. */
  readonly retryAfterMs: number;
  readonly resetMs: number;
}

/** `late`: the reply came when its permits had expired; the route's `fail` decides, as when no reply came at all. */
export type Settled = Taken | { readonly kind: 'late' };

/**
 * A Worker's clock stands still between I/O, so `now` may lag behind by the CPU time since: a permit is given up this much
 * before it expires. Ten times the CPU time of a heavy request.
 */
const CLOCK_MARGIN_MS = 200;
/** A refusal is believed no longer than this, so that a new policy or a pardon reaches a flooding client within seconds. */
const REFUSAL_CAP_MS = 10_000;
/** ... and no shorter, or a flood would ask again at once each time. */
const REFUSAL_MIN_MS = 250;
/** A lease that lasts less than this at the client's rate is fetched ahead: longer than a call to a near guardian takes. */
const PREFETCH_LEAD_MS = 250;
/** Entries are about 200 bytes: 4 MB of an isolate's 128. An entry lost costs one call, never a wrong pass. */
const CAPACITY = 20_000;

/** Permits debited for this isolate. The guardian counted `used` with them, so they are numbers `used - left + 1` to `used`. */
interface Lease {
  left: number;
  readonly used: number;
  readonly expiresAt: number;
  readonly resetAt: number;
}

/** What the isolate remembers of one client on one route. */
interface Entry {
  lease: Lease | null;
  /** Fetched ahead; spent after `lease`. */
  next: Lease | null;
  /** Requests with at most `refusedLimit` are refused until `refusedUntil`. */
  refusedLimit: number;
  refusedUntil: number;
  /** When the guardian expects to have a permit again: often later than it is asked again. */
  retryAt: number;
  /** The last grant, and what was spent since `since`: from these the next wish follows. */
  size: number;
  spent: number;
  since: number;
  /** Permits expected to be spent in one lease's life, averaged; 0: unknown. */
  demand: number;
  /** When a question now under way was sent; 0: none. A lost reply is forgotten with its lease's life. */
  askedAt: number;
}

/**
 * The leases of one isolate. Plain data and no promises: requests of one isolate must not wait on one another's I/O.
 *
 * `now` is always the isolate's own clock, read right before the call. Permits are never handed back: those
 * unspent when their lease ends are lost to the client until their debit leaves the window.
 */
export class LeaseBook {
  readonly #entries = new Map<string, Entry>();
  readonly #capacity: number;

  constructor(capacity: number = CAPACITY) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** One request of `client` wants to pass, with `limit` permits per window (lowered by its score). */
  take(route: LeasedRoute, client: string, limit: number, seq: number, now: number): Taken {
    const entry = this.#entryOf(route, client, now);
    const passed = spend(entry, limit, now);
    if (passed !== null) {
      if (passed.kind === 'refused' || !wantsPrefetch(entry, limit, route, now)) return passed;
      return { ...passed, prefetch: ask(entry, route, client, limit, seq, now) };
    }
    if (limit <= entry.refusedLimit && isRefused(entry, route, limit, now)) {
      const wait = Math.max(entry.refusedUntil - now, entry.retryAt - now, REFUSAL_MIN_MS);
      return { kind: 'refused', retryAfterMs: wait, resetMs: wait };
    }
    return { kind: 'ask', request: ask(entry, route, client, limit, seq, now) };
  }

  /**
   * The guardian replied to the `ask` of a request that still waits: decides on that request and keeps the rest of the
   * lease. `sentAt`: `now` when the question left.
   */
  settle(route: LeasedRoute, request: LeaseRequest, sentAt: number, reply: LeaseReply, now: number): Settled {
    const entry = this.#keep(route, request, sentAt, reply, now);
    const passed = spend(entry, request.limit, now);
    if (passed !== null) return passed;
    if (reply.granted > 0) return { kind: 'late' };
    return { kind: 'refused', retryAfterMs: Math.max(1, reply.retryAfterMs), resetMs: reply.resetMs };
  }

  /** The guardian replied and no request waits: to a prefetch, or after the deadline. Keeps the permits. */
  bank(route: LeasedRoute, request: LeaseRequest, sentAt: number, reply: LeaseReply, now: number): void {
    this.#keep(route, request, sentAt, reply, now);
  }

  #keep(route: LeasedRoute, request: LeaseRequest, sentAt: number, reply: LeaseReply, now: number): Entry {
    const entry = this.#entryOf(route, request.client, now);
    entry.askedAt = 0;
    const expiresAt = sentAt + request.tauMs - CLOCK_MARGIN_MS;
    if (reply.granted <= 0) {
      entry.refusedLimit = request.limit;
      entry.retryAt = now + reply.retryAfterMs;
      entry.refusedUntil = now + Math.min(REFUSAL_CAP_MS, Math.max(REFUSAL_MIN_MS, reply.retryAfterMs));
    } else if (now < expiresAt) {
      const lease = { left: reply.granted, used: reply.used, expiresAt, resetAt: now + reply.resetMs };
      if (!isLive(entry.lease, now)) entry.lease = lease;
      // Of two leases in waiting, from requests that asked at the same time, the larger is worth keeping.
      else if (!isLive(entry.next, now) || entry.next.left < lease.left) entry.next = lease;
      entry.size = reply.granted;
    }
    return entry;
  }

  #entryOf(route: LeasedRoute, client: string, now: number): Entry {
    const key = `${route.id} ${client}`;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      if (this.#entries.size >= this.#capacity) this.#evict();
      entry = {
        lease: null,
        next: null,
        refusedLimit: 0,
        refusedUntil: 0,
        retryAt: 0,
        size: 0,
        spent: 0,
        since: now,
        demand: 0,
        askedAt: 0,
      };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  /** The longest known goes. It may be in use: then it asks anew, once in `capacity` new clients. */
  #evict(): void {
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key);
      return;
    }
  }
}

function isLive(lease: Lease | null, now: number): lease is Lease {
  return lease !== null && lease.left > 0 && now < lease.expiresAt;
}

/**
 * Spends one permit. Null: there is none, ask.
 *
 * A permit's number is its place in the window. A request whose limit is lower than that number must not have it, else a
 * lease taken with a clean score would carry a client past the limit of a bad one. No debit leaves the window
 * before `resetAt`, so until then the guardian would say no as well, and need not be asked.
 */
function spend(entry: Entry, limit: number, now: number): Exclude<Taken, { kind: 'ask' }> | null {
  if (!isLive(entry.lease, now)) {
    entry.lease = entry.next;
    entry.next = null;
  }
  const { lease } = entry;
  if (!isLive(lease, now)) return null;
  const number = lease.used - lease.left + 1;
  const resetMs = Math.max(0, lease.resetAt - now);
  if (number > limit) return resetMs > 0 ? { kind: 'refused', retryAfterMs: resetMs, resetMs } : null;
  lease.left--;
  entry.spent++;
  return { kind: 'granted', remaining: limit - number, resetMs };
}

/** When the client keeps coming, and its next request would find the lease spent or expired. */
function wantsPrefetch(entry: Entry, limit: number, route: LeasedRoute, now: number): boolean {
  const { lease } = entry;
  // A permit fetched ahead may never be spent: where each counts, none is.
  if (limit <= EXACT_LIMIT || lease === null || entry.spent < 2 || isLive(entry.next, now)) return false;
  const life = usableLife(limit, route);
  if (isAsking(entry, life, now)) return false;
  const gap = Math.max(1, now - entry.since) / entry.spent;
  return lease.left === 0 || lease.left * gap < PREFETCH_LEAD_MS || lease.expiresAt - now < gap;
}

function isAsking(entry: Entry, life: number, now: number): boolean {
  return entry.askedAt > 0 && now - entry.askedAt < life;
}

/**
 * While the refusal holds, and for a while after it one question at a time: a flood has hundreds of requests in flight
 * when its refusal ends, and each would ask.
 */
function isRefused(entry: Entry, route: LeasedRoute, limit: number, now: number): boolean {
  if (now < entry.refusedUntil) return true;
  return now < entry.refusedUntil + REFUSAL_CAP_MS && isAsking(entry, usableLife(limit, route), now);
}

function usableLife(limit: number, route: LeasedRoute): number {
  return leaseLife(limit, route.windowSeconds * 1000) - CLOCK_MARGIN_MS;
}

/** The next question to the guardian. What was spent since the last one tells how much to wish for. */
function ask(entry: Entry, route: LeasedRoute, client: string, limit: number, seq: number, now: number): LeaseRequest {
  const windowMs = route.windowSeconds * 1000;
  const life = usableLife(limit, route);
  let want = 1;
  // Requests that ask side by side each ask for themselves only.
  if (!isAsking(entry, life, now)) {
    if (limit > EXACT_LIMIT) want = wish(entry, life, now);
    entry.askedAt = now;
    entry.spent = 0;
    entry.since = now;
  }
  return { client, limit, windowMs, tauMs: leaseLife(limit, windowMs), want, durable: route.durable, seq };
}

/** Slow start: at most twice the last grant, and about what the client spends in one lease's life. */
function wish(entry: Entry, life: number, now: number): number {
  const elapsed = Math.max(1, now - entry.since);
  const seen = (entry.spent * life) / elapsed;
  // After a silence the rate before it tells nothing.
  entry.demand = entry.demand === 0 || elapsed > 2 * life ? seen : (entry.demand + seen) / 2;
  return Math.max(1, Math.min(Math.round(entry.demand), entry.size * 2));
}
