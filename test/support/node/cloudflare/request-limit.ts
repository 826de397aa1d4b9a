interface Weighed {
  readonly at: number;
  readonly weight: number;
}

/** So much in any stretch of `windowMs`; after that nothing for `banMs`. */
export class RequestLimit {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #banMs: number;
  #spent: Weighed[] = [];
  #sum = 0;
  #bannedUntil = 0;

  constructor(limit: number, windowMs: number, banMs = 0) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#banMs = banMs;
  }

  /** Null when there is room, else the seconds to wait. A refused request costs nothing. */
  spend(now: number, weight = 1): number | null {
    if (now < this.#bannedUntil) return seconds(this.#bannedUntil - now);
    this.#forget(now - this.#windowMs);
    if (this.#sum + weight > this.#limit) {
      this.#bannedUntil = now + this.#banMs;
      return seconds(this.#banMs > 0 ? this.#banMs : (this.#spent[0]?.at ?? now) + this.#windowMs - now);
    }
    this.#spent.push({ at: now, weight });
    this.#sum += weight;
    return null;
  }

  #forget(before: number): void {
    const kept = this.#spent.findIndex(({ at }) => at > before);
    const gone = kept < 0 ? this.#spent.length : kept;
    if (gone === 0) return;
    for (const { weight } of this.#spent.slice(0, gone)) this.#sum -= weight;
    this.#spent = this.#spent.slice(gone);
  }
}

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
