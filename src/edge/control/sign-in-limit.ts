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
  readonly #wrong = new Map<string, { count: number; readonly since: number }>();

  /** Milliseconds for which the client must wait before a key of it is looked at; 0 when it may try. */
  locked(client: string, now: number): number {
    const until = this.#lockedUntil.get(client) ?? 0;
    return Math.max(0, until - now);
  }

  /**
   * Notes a wrong key in this isolate alone and at once: a rate refusal keeps its request from the guardian's count, and a burst
   * is over before the guardian has answered.
   */
  note(client: string, now: number): void {
    const known = this.#wrong.get(client);
    const wrong = known !== undefined && now - known.since < WINDOW_MS ? known : { count: 0, since: now };
    wrong.count += 1;
    remember(this.#wrong, client, wrong);
    if (wrong.count > FAILURES) remember(this.#lockedUntil, client, wrong.since + WINDOW_MS);
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
    remember(this.#lockedUntil, client, now + wait);
    return wait;
  }
}

function remember<T>(map: Map<string, T>, client: string, value: T): void {
  map.delete(client);
  map.set(client, value);
  if (map.size <= CAPACITY) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
