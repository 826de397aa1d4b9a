import type { ApiKey } from '../../actors/contracts.ts';
import { KEY_LIMIT } from '../api-key.ts';

/** How old the ring may be: a key that was revoked in another isolate opens this one at most so long, with room to half a minute for the call. */
const FRESH_MS = 25_000;

/** Between two questions to the registry, whatever is presented: a flood of guesses costs it one call a second per isolate. */
const PAUSE_MS = 1000;

/** A request waits so long for a ring: a pause and an answer at its slowest. */
const PATIENCE_MS = 5000;
const LOOK_AGAIN_MS = 20;

/** An isolate tells the registry at most so often that a key is in use; the registry writes no more often. */
const TELL_USE_MS = 10 * 60_000;

/** What the registry says to the question for all keys; why it does not is nothing to a ring. */
export type KeysAnswer = { readonly ok: true; readonly value: readonly ApiKey[] } | { readonly ok: false };

export interface RingClock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

const CLOCK: RingClock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * All API keys as the registry last told them, hashes only. With the whole ring at hand a guess costs the registry nothing, and
 * no request has to ask for itself: only a key that the ring does not know, since it may just have been created, or an old ring
 * make one of them ask, at most once in a second. The others look again until the answer is there, for requests must not wait
 * on one another's promises.
 */
export class KeyRing {
  readonly #clock: RingClock;
  #keys = new Map<string, ApiKey>();
  /** When the question was sent that the ring answers: all that was true then is in it. */
  #asOf = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;
  /** Counts what this isolate itself did to keys: an answer to a question from before does not know of it. */
  #changes = 0;
  readonly #told = new Map<string, number>();

  constructor(clock: RingClock = CLOCK) {
    this.#clock = clock;
  }

  /** The key of this id, null when there is none, `unavailable` when the registry cannot be asked. `ask` is for this request alone. */
  async find(id: string, ask: () => Promise<KeysAnswer>): Promise<ApiKey | null | 'unavailable'> {
    const came = this.#clock.now();
    for (;;) {
      const now = this.#clock.now();
      const known = now - this.#asOf < FRESH_MS ? this.#keys.get(id) : undefined;
      if (known !== undefined) return known;
      if (this.#asOf >= came) return null;
      if (now - this.#failedAt < PAUSE_MS || now - came > PATIENCE_MS) return 'unavailable';
      if (now - this.#askedAt >= PAUSE_MS) await this.#load(ask, now);
      else await this.#clock.sleep(LOOK_AGAIN_MS);
    }
  }

  /** Takes in what this isolate has just created or revoked, so that it is true here at once. */
  put(key: ApiKey): void {
    this.#changes += 1;
    this.#keys.set(key.id, key);
  }

  /** True when the registry should be told that the key is in use. */
  startsUse(id: string, now: number): boolean {
    if (now - (this.#told.get(id) ?? Number.NEGATIVE_INFINITY) < TELL_USE_MS) return false;
    if (this.#told.size >= KEY_LIMIT) this.#told.clear();
    this.#told.set(id, now);
    return true;
  }

  async #load(ask: () => Promise<KeysAnswer>, now: number): Promise<void> {
    this.#askedAt = now;
    const changes = this.#changes;
    const answer = await ask();
    if (!answer.ok) {
      this.#failedAt = this.#clock.now();
      return;
    }
    // A slow answer must not take the place of a newer one.
    if (changes !== this.#changes || now < this.#asOf) return;
    this.#keys = new Map(answer.value.slice(0, KEY_LIMIT).map((key) => [key.id, key]));
    this.#asOf = now;
  }
}
