import { type CollectorEnv, SINGLETON } from '../../env.ts';
import type { FactStore } from './fact-store.ts';

/** Remembers what happened to feeds, and tells the dashboards where there are any. Best effort: whoever asks for the status sees it too. */
export class FeedHerald {
  readonly #facts: FactStore;
  readonly #bus: CollectorEnv['THREAT_BUS'];
  readonly #later: (task: Promise<unknown>) => void;
  readonly #report: (during: string, error: unknown) => string;

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
  tell(
    source: string,
    { message, trouble }: { readonly message: string; readonly trouble: boolean },
    at: number,
  ): void {
    this.#facts.addEvent({ at, source, message });
    if (this.#bus === undefined) return;
    this.#later(this.#tellBus(this.#bus, trouble ? 'error' : 'notice', `feed ${source}: ${message}`, at));
  }

  async #tellBus(
    bus: NonNullable<CollectorEnv['THREAT_BUS']>,
    outcome: 'error' | 'notice',
    reason: string,
    at: number,
  ): Promise<void> {
    // The collector knows of no releases.
    const seq = 0;
    const event = { id: crypto.randomUUID(), kind: 'system', at, outcome, reason, seq } as const;
    try {
      await bus.getByName(SINGLETON).publish({ events: [event], outcomes: {}, routes: {}, countries: {}, seq, at });
    } catch (error) {
      this.#report('tell the bus', error);
    }
  }
}
