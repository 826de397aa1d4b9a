import { type CollectorEnv, SINGLETON } from '../../env.ts';
import type { FactStore } from './fact-store.ts';
import { announce, type FeedNews } from './feed-news.ts';

/** Feeds of one run that fail do so within this time, but for hosts that are only slow. */
const GATHER_MS = 3000;

/** Remembers what happened to feeds, and tells the dashboards where there are any. Best effort: whoever asks for the status sees it too. */
export class FeedHerald {
  readonly #facts: FactStore;
  readonly #bus: CollectorEnv['THREAT_BUS'];
  readonly #later: (task: Promise<unknown>) => void;
  readonly #report: (during: string, error: unknown) => string;
  /** Of one run, at most one for each source. */
  #news: FeedNews[] = [];

  constructor(
    facts: FactStore,
    bus: CollectorEnv['THREAT_BUS'],
    later: (task: Promise<unknown>) => void,
    report: (during: string, error: unknown) => string,
  ) {
    this.#facts = facts;
    this.#bus = bus;
    this.#later = later;
    this.#report = report;
  }

  /** `at`: Unix milliseconds. */
  tell(source: string, { message, trouble }: Omit<FeedNews, 'source'>, at: number): void {
    this.#facts.addEvent({ at, source, message });
    if (this.#bus === undefined) return;
    this.#news.push({ source, message, trouble });
    if (this.#news.length === 1) this.#later(this.#tellSoon(this.#bus));
  }

  async #tellSoon(bus: NonNullable<CollectorEnv['THREAT_BUS']>): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    const at = Date.now();
    // The collector knows of no releases.
    const seq = 0;
    const events = announce(this.#news.splice(0)).map(({ outcome, reason }) => ({
      id: crypto.randomUUID(),
      kind: 'system' as const,
      at,
      outcome,
      reason,
      seq,
    }));
    try {
      await bus.getByName(SINGLETON).publish({ events, outcomes: {}, routes: {}, countries: {}, seq, at });
    } catch (error) {
      this.#report('tell the bus', error);
    }
  }
}
