import type { Actors } from '../actors.ts';

/** Wrong keys a client may present in the window: room for a few slips, none for guessing. */
const FAILURES = 10;
const WINDOW_MS = 10 * 60_000;

/** Clients that this isolate remembers as locked out; the oldest makes room. */
const CAPACITY = 1000;

/**
 * Counts wrong keys, over all isolates, in a durable guardian of their own. A client that has used up its failures is locked
 * out here without its key being compared, until the guardian would let it try again.
 */
export class SignInLimit {
  readonly #lockedUntil = new Map<string, number>();

  /** Milliseconds for which the client must wait before a key of it is looked at; 0 when it may try. */
  locked(client: string, now: number): number {
    const until = this.#lockedUntil.get(client) ?? 0;
    return Math.max(0, until - now);
  }

  /** Counts a wrong key; answers as `locked` does. */
  async failed(client: string, actors: Actors, seq: number, now: number): Promise<number> {
    const answer = await actors.leaseSignIn(client, {
      client,
      limit: FAILURES,
      windowMs: WINDOW_MS,
      // Spent at once, but the guardian reckons with a call's length.
      tauMs: 1000,
      want: 1,
      durable: true,
      seq,
    });
    // Without the guardian a wrong key is refused all the same; only the count is lost.
    if (!answer.ok || answer.value.granted > 0) return 0;
    const wait = Math.max(1000, answer.value.retryAfterMs);
    this.#lockedUntil.delete(client);
    this.#lockedUntil.set(client, now + wait);
    if (this.#lockedUntil.size > CAPACITY) {
      const [oldest] = this.#lockedUntil.keys();
      if (oldest !== undefined) this.#lockedUntil.delete(oldest);
    }
    return wait;
  }
}
