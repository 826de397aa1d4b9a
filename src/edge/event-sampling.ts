/** A client that keeps knocking at a closed door makes one event in this time; the totals still count every knock. */
const REPEAT_MS = 1000;
const CAPACITY = 2000;

/** Remembers what was told a moment ago, so that a flood of refusals does not become a flood of events. */
export class EventSampling {
  readonly #told = new Map<string, number>();

  /** True when the like of this has not been told lately; then it is taken as told. `now` in milliseconds. */
  isNews(key: string, now: number): boolean {
    const last = this.#told.get(key);
    if (last !== undefined && now - last < REPEAT_MS) return false;
    this.#told.delete(key);
    this.#told.set(key, now);
    if (this.#told.size > CAPACITY) {
      const [oldest] = this.#told.keys();
      if (oldest !== undefined) this.#told.delete(oldest);
    }
    return true;
  }
}
