import { nextRelease, type Pace } from './pace.ts';

/** What comes in bit by bit and is released in lots. */
export type Gathered = 'blocklist' | 'watchlist';

const PACES: Readonly<Record<Gathered, Pace>> = {
  blocklist: { leastMs: 1000, mostMs: 15_000, bytesPerSecond: 200_000 },
  watchlist: { leastMs: 2000, mostMs: 30_000, bytesPerSecond: 50_000 },
};

/** After a quiet time of this length releases are quick again. */
const IN_A_ROW_MS = 60_000;

/** Decides when what was gathered becomes a release. */
export class Gatherer {
  readonly #release: (kind: Gathered) => void;
  readonly #timers = new Set<Gathered>();
  readonly #last = { blocklist: { at: 0, inARow: 0, bytes: 0 }, watchlist: { at: 0, inARow: 0, bytes: 0 } };
  /** What has changed since its last release. An instance that just woke cannot know, so it looks once. */
  readonly #dirty = new Set<Gathered>(['blocklist', 'watchlist']);

  constructor(release: (kind: Gathered) => void) {
    this.#release = release;
  }

  /**
   * Something was added. By a timer, as the object is awake anyway and an alarm costs rows; should the object die
   * first, the housekeeping of the next instance finds `leftOver`.
   */
  soon(kind: Gathered): void {
    this.#dirty.add(kind);
    if (this.#timers.has(kind)) return;
    this.#timers.add(kind);
    const now = Date.now();
    setTimeout(
      () => {
        this.#timers.delete(kind);
        this.#release(kind);
      },
      nextRelease(PACES[kind], this.#last[kind], now) - now,
    );
  }

  /** What waits for a release that no timer will make. */
  leftOver(): readonly Gathered[] {
    return [...this.#dirty].filter((kind) => !this.#timers.has(kind));
  }

  /** The body for a release is being taken: what comes from now on is for the next. */
  begin(kind: Gathered): void {
    this.#dirty.delete(kind);
  }

  /** It could not be released. */
  failed(kind: Gathered): void {
    this.#dirty.add(kind);
  }

  released(kind: Gathered, bytes: number, now: number): void {
    const last = this.#last[kind];
    this.#last[kind] = { at: now, inARow: now - last.at < IN_A_ROW_MS ? last.inARow + 1 : 0, bytes };
  }
}
