/** A person reloads rules some times a minute at most; a runaway script is stopped before it fills the history with noise. */
const BURST = 30;
const PER_MS = 30 / 60_000;

/** A token bucket: 30 publishes at once, then 30 a minute. */
export class PublishQuota {
  #tokens = BURST;
  #at = Number.NEGATIVE_INFINITY;

  /** Takes one publish at `now` (Unix milliseconds); false when there is none left. */
  take(now: number): boolean {
    if (Number.isFinite(this.#at)) this.#tokens = Math.min(BURST, this.#tokens + Math.max(0, now - this.#at) * PER_MS);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
