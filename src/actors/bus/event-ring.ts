import type { EventQuery, NumberedEvent, ThreatEvent } from '../contracts.ts';

/** What a late joiner is shown, and how far back a client can resume. */
export const RING_LIMIT = 1000;
/** One page of `events()`. */
const PAGE_LIMIT = 500;

/** The latest events, numbered from 1 without gaps. */
export class EventRing {
  readonly #events: NumberedEvent[];

  /** `events`: what was kept, in order and without gaps. */
  constructor(events: readonly NumberedEvent[]) {
    this.#events = events.slice(-RING_LIMIT);
  }

  /** The number of the oldest event held; one more than `latest` when there is none. */
  get oldest(): number {
    return this.#events[0]?.n ?? 1;
  }

  /** The number given last; 0 before the first. */
  get latest(): number {
    return this.#events.at(-1)?.n ?? 0;
  }

  /** Numbers the events and takes them in; answers them as numbered. */
  push(events: readonly ThreatEvent[]): readonly NumberedEvent[] {
    const first = this.latest + 1;
    const numbered = events.map((event, i) => ({ ...event, n: first + i }));
    this.#events.push(...numbered);
    if (this.#events.length > RING_LIMIT) this.#events.splice(0, this.#events.length - RING_LIMIT);
    return numbered;
  }

  /** The events numbered above `n`, oldest first. All that are held when `n` is none of this ring's numbers. */
  after(n: number): readonly NumberedEvent[] {
    if (!(n >= 0 && n <= this.latest)) return this.#events.slice();
    return this.#events.slice(Math.max(0, n - this.oldest + 1));
  }

  /** Newest first. */
  find(query: EventQuery): readonly NumberedEvent[] {
    const limit = Math.min(Math.max(Math.floor(query.limit) || 0, 0), PAGE_LIMIT);
    const found: NumberedEvent[] = [];
    for (let i = this.#events.length - 1; i >= 0 && found.length < limit; i -= 1) {
      const event = this.#events[i]!;
      if (isWanted(event, query)) found.push(event);
    }
    return found;
  }
}

function isWanted(event: NumberedEvent, query: EventQuery): boolean {
  return (
    (query.before === undefined || event.n < query.before) &&
    (query.outcome === undefined || event.outcome === query.outcome) &&
    (query.id === undefined || event.id === query.id) &&
    (query.ip === undefined || event.client?.ip === query.ip) &&
    (query.category === undefined || (event.rules ?? []).some((rule) => rule.category === query.category))
  );
}
