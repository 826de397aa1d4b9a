/** A watched client's remembered score is asked for once in this time and isolate, not once a request. */
const FRESH_MS = 10_000;
const CAPACITY = 2000;

/** What this isolate last heard from reputation actors: client key to decayed score. Plain data, bounded. */
export class ReputationCache {
  readonly #scores = new Map<string, { readonly score: number; readonly until: number }>();

  /** The score, or null when it must be asked for. */
  get(client: string, now: number): number | null {
    const known = this.#scores.get(client);
    return known === undefined || known.until <= now ? null : known.score;
  }

  set(client: string, score: number, now: number): void {
    this.#scores.delete(client);
    this.#scores.set(client, { score, until: now + FRESH_MS });
    if (this.#scores.size > CAPACITY) {
      const [oldest] = this.#scores.keys();
      if (oldest !== undefined) this.#scores.delete(oldest);
    }
  }
}
