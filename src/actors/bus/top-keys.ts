/** Any key with more than one in so many of all counts is certain to be held; what an overview shows is well above that. */
const CAPACITY = 128;
/** As `redactPath` gives them; addresses and networks are shorter. */
const KEY_LIMIT = 128;

/** As it is kept: key, count, and how much of the count may be another's. */
export type TopRecord = readonly (readonly [key: string, n: number, over: number])[];

interface Entry {
  n: number;
  /** What the key that made room for it had. */
  readonly over: number;
}

/**
 * The keys that come most often, of however many there are (Space-Saving; Metwally, Agrawal, El Abbadi 2005): a newcomer takes the
 * place and the count of the least, so a flood of keys that come once cannot drive out one that keeps coming.
 */
export class TopCounter {
  readonly #entries: Map<string, Entry>;

  constructor(record: TopRecord = []) {
    this.#entries = new Map(record.slice(0, CAPACITY).map(([key, n, over]) => [key, { n, over }]));
  }

  add(key: string, n: number): void {
    if (n <= 0) return;
    const name = key.slice(0, KEY_LIMIT);
    const known = this.#entries.get(name);
    if (known !== undefined) {
      known.n += n;
      return;
    }
    const over = this.#entries.size < CAPACITY ? 0 : this.#removeLeast();
    this.#entries.set(name, { n: over + n, over });
  }

  #removeLeast(): number {
    let least = '';
    let count = Number.POSITIVE_INFINITY;
    for (const [key, { n }] of this.#entries) {
      if (n >= count) continue;
      least = key;
      count = n;
    }
    this.#entries.delete(least);
    return count;
  }

  /** What each key is certain to have. */
  certain(): ReadonlyMap<string, number> {
    return new Map([...this.#entries].map(([key, { n, over }]) => [key, n - over]));
  }

  record(): TopRecord {
    return [...this.#entries].map(([key, { n, over }]) => [key, n, over]);
  }
}
