import type { NumberedEvent } from '../../../actors/contracts.ts';
import { element } from '../../dom.ts';
import { passes, type Filter } from './filter.ts';

/** As many as the page keeps; rows out of sight are not laid out (`content-visibility`), so that this many cost little. */
const ROWS = 500;

/** The rows of the live feed: newest first, those alone that pass the filters, and none added while it is paused. */
export class EventList {
  readonly node = element('ol', { id: 'events', class: 'events' });
  readonly #row: (event: NumberedEvent) => HTMLElement;
  #drawn = 0;
  #filters: readonly Filter[] = [];
  #paused = false;

  constructor(row: (event: NumberedEvent) => HTMLElement) {
    this.#row = row;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get isEmpty(): boolean {
    return this.node.childElementCount === 0;
  }

  pause(paused: boolean): void {
    this.#paused = paused;
  }

  filterBy(filters: readonly Filter[]): void {
    this.#filters = filters;
    this.restart();
  }

  /** The next `draw` builds all rows anew: the bus numbers from the start again, or other rows are asked for. */
  restart(): void {
    this.#drawn = 0;
    this.node.replaceChildren();
  }

  /** Brings the list up to `events` (newest first); only rows that are new are built. */
  draw(events: readonly NumberedEvent[]): void {
    if (this.#paused && this.#drawn > 0) return;
    const fresh = this.#fresh(events);
    this.#drawn = events[0]?.n ?? this.#drawn;
    if (fresh.length === 0) return;
    this.node.prepend(...fresh.map((event) => this.#row(event)));
    while (this.node.childElementCount > ROWS) this.node.lastElementChild?.remove();
  }

  /** Events that a pause holds back. */
  waiting(events: readonly NumberedEvent[]): number {
    return this.#paused && this.#drawn > 0 ? this.#fresh(events).length : 0;
  }

  /** Moves the focus by a row; the first move goes to the newest. */
  step(by: 1 | -1): void {
    const rows = [...this.node.children];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = at === -1 ? rows[0] : rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    next?.querySelector('summary')?.focus();
  }

  /** The row in focus. */
  current(): HTMLDetailsElement | null {
    return document.activeElement?.closest<HTMLDetailsElement>('.event details') ?? null;
  }

  /** The list is newest first, so the new ones stand before the first that is drawn. */
  #fresh(events: readonly NumberedEvent[]): readonly NumberedEvent[] {
    const known = events.findIndex(({ n }) => n <= this.#drawn);
    const fresh = known === -1 ? events : events.slice(0, known);
    return fresh.filter((event) => passes(event, this.#filters));
  }
}
