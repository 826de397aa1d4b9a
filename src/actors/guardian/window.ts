import { grantSize } from '../../edge/lease-terms.ts';

/** What a client asks of the window; see `LeaseRequest`. Times in ms. */
export interface Debit {
  readonly client: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly tauMs: number;
  readonly want: number;
}

/** See `LeaseReply`. */
export interface Grant {
  readonly granted: number;
  readonly used: number;
  readonly resetMs: number;
  readonly retryAfterMs: number;
}

/** A client's debits as they are stored: pairs of the time a debit leaves the window (Unix ms) and its permits. */
export type PackedLog = readonly (readonly [expires: number, permits: number])[];

/** Permits debited together. */
interface Entry {
  readonly expires: number;
  permits: number;
}

/** The live debits of one client, the first to leave in front. */
interface Log {
  readonly entries: Entry[];
  used: number;
}

/** Up to this limit every debit keeps its own time; above, debits that leave within a 64th of the window leave together, late. */
const STEPS = 64;
/** A stored log is coarser: rounding up forgets nothing, it only remembers a little longer. */
const PACKED_STEPS = 8;
/** How many of the longest known clients are compared when one must go. */
const EVICTION_SAMPLE = 8;

/**
 * The strict sliding window of one guardian.
 *
 * A debit counts from now until the window and tau have passed. A permit is spent at most tau after its isolate
 * asked, which was before it was debited; so all permits spent within one window were debited within one window
 * and tau, and those were never more than the limit. No clock but the guardian's own takes part.
 */
export class DebitWindow {
  readonly #clients = new Map<string, Log>();
  readonly #capacity: number;
  #now = 0;

  /** `capacity`: clients remembered at once. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** Debits what the client may have at `now` and answers it. */
  debit(request: Debit, now: number): Grant {
    // A clock set back must not bring debits to life again out of order; one that stands still does no harm.
    this.#now = Math.max(this.#now, now);
    const log = this.#logOf(request.client);
    prune(log, this.#now);
    const granted = grantSize(request.limit, log.used, request.want);
    if (granted > 0) {
      const span = request.windowMs + request.tauMs;
      insert(log, roundUp(this.#now + span, request.limit <= STEPS ? 1 : span / STEPS), granted);
    }
    const first = log.entries[0];
    return {
      granted,
      used: log.used,
      resetMs: first === undefined ? 0 : first.expires - this.#now,
      retryAfterMs: granted > 0 ? 0 : waitFor(log, request.limit) - this.#now,
    };
  }

  /** Forgets clients without live debits. Answers when the last live debit leaves (Unix ms), 0 when there is none. */
  sweep(now: number): number {
    this.#now = Math.max(this.#now, now);
    let last = 0;
    for (const [client, log] of this.#clients) {
      prune(log, this.#now);
      const end = log.entries.at(-1);
      if (end === undefined) this.#clients.delete(client);
      else last = Math.max(last, end.expires);
    }
    return last;
  }

  /** A client's live debits to store; empty when there are none. */
  pack(client: string): PackedLog {
    const log = this.#clients.get(client);
    return log === undefined ? [] : packLog(log, this.#now);
  }

  /** All clients with live debits, those that used most first. Sweep before. */
  *packAll(): Generator<readonly [client: string, log: PackedLog]> {
    const byUse = [...this.#clients].sort((a, b) => b[1].used - a[1].used);
    for (const [client, log] of byUse) yield [client, packLog(log, this.#now)];
  }

  /** Takes in a stored log. When the client is known already, the one with more permits used stays. */
  restore(client: string, packed: PackedLog, now: number): void {
    this.#now = Math.max(this.#now, now);
    const stored: Log = { entries: [], used: 0 };
    for (const [expires, permits] of packed) if (expires > this.#now) insert(stored, expires, permits);
    if (stored.used > (this.#clients.get(client)?.used ?? 0)) this.#put(client, stored);
  }

  #logOf(client: string): Log {
    const known = this.#clients.get(client);
    if (known !== undefined) return known;
    return this.#put(client, { entries: [], used: 0 });
  }

  #put(client: string, log: Log): Log {
    if (this.#clients.size >= this.#capacity && !this.#clients.has(client)) this.#evict();
    this.#clients.set(client, log);
    return log;
  }

  /**
   * Of a few clients known longest the one that used least goes: what is forgotten, and could be had a second time, is
   * small, and a flood of new addresses does not push out the client that is at its limit.
   */
  #evict(): void {
    let victim: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    const passed: [string, Log][] = [];
    for (const entry of this.#clients) {
      const [client, log] = entry;
      prune(log, this.#now);
      if (log.used < least) {
        least = log.used;
        victim = client;
      }
      passed.push(entry);
      if (least === 0 || passed.length >= EVICTION_SAMPLE) break;
    }
    // The others move to the back, so that heavy clients do not gather in front and shield one another.
    for (const [client, log] of passed) {
      this.#clients.delete(client);
      if (client !== victim) this.#clients.set(client, log);
    }
  }
}

function prune(log: Log, now: number): void {
  let gone = 0;
  for (const entry of log.entries) {
    if (entry.expires > now) break;
    log.used -= entry.permits;
    gone++;
  }
  if (gone > 0) log.entries.splice(0, gone);
}

/** Debits mostly come in the order they leave; a changed window or tau makes the exception. */
function insert(log: Log, expires: number, permits: number): void {
  const before = log.entries.findLastIndex((entry) => entry.expires <= expires);
  const same = log.entries[before];
  if (same?.expires === expires) same.permits += permits;
  else log.entries.splice(before + 1, 0, { expires, permits });
  log.used += permits;
}

/** When so many debits have left that one more permit fits `limit`, Unix ms. */
function waitFor(log: Log, limit: number): number {
  let used = log.used;
  for (const entry of log.entries) {
    used -= entry.permits;
    if (used < limit) return entry.expires;
  }
  return 0;
}

function packLog(log: Log, now: number): PackedLog {
  const last = log.entries.at(-1);
  if (last === undefined) return [];
  const packed: [number, number][] = [];
  const step = log.entries.length <= PACKED_STEPS ? 1 : (last.expires - now) / PACKED_STEPS;
  for (const entry of log.entries) {
    const expires = roundUp(entry.expires, step);
    const previous = packed.at(-1);
    if (previous?.[0] === expires) previous[1] += entry.permits;
    else packed.push([expires, entry.permits]);
  }
  return packed;
}

function roundUp(time: number, step: number): number {
  return step <= 1 ? Math.ceil(time) : Math.ceil(Math.ceil(time / step) * step);
}
