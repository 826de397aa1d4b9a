import type { NumberedEvent } from '../../../actors/contracts.ts';
import { element } from '../../dom.ts';
import { passes, type Filter } from './filter.ts';

/** As many as the page keeps; rows out of sight are not laid out (`content-visibility`), so that this many cost little. */
const ROWS = 500;

/** The rows of the live feed: newest first, those alone that pass the filters, and none added while it is paused. */
export class EventList {
  readonly node = element('ol', { id: 'events', class: 'events' });
  readonly #row: (event: NumberedEvent) => HTMLElement;
  /** Rows by the event's number: one that filters hide and show again is as open as it was. */
  readonly #built = new Map<number, HTMLElement>();
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

  /** Shows the rows that pass; the focus stays where it was, if that is still there. */
  filterBy(filters: readonly Filter[], events: readonly NumberedEvent[]): void {
    const focused = document.activeElement;
    this.#filters = filters;
    this.#drawn = 0;
    this.node.replaceChildren();
    this.draw(events);
    if (focused instanceof HTMLElement && this.node.contains(focused)) focused.focus();
  }

  /** The bus numbers from the start again: what was drawn are other events. */
  restart(): void {
    this.#drawn = 0;
    this.#built.clear();
    this.node.replaceChildren();
  }

  /** Brings the list up to `events` (newest first); only rows that are new are built. */
  draw(events: readonly NumberedEvent[]): void {
    if (this.#paused && this.#drawn > 0) return;
    const fresh = this.#fresh(events);
    this.#drawn = events[0]?.n ?? this.#drawn;
    if (fresh.length === 0) return;
    this.node.prepend(...fresh.map((event) => this.#rowOf(event)));
    while (this.node.childElementCount > ROWS) this.node.lastElementChild?.remove();
    this.#forget(events);
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

  #rowOf(event: NumberedEvent): HTMLElement {
    const built = this.#built.get(event.n) ?? this.#row(event);
    this.#built.set(event.n, built);
    return built;
  }

  /** Rows of events that the page no longer keeps, but for those on show, which another filter will take. */
  #forget(events: readonly NumberedEvent[]): void {
    if (this.#built.size <= 2 * ROWS) return;
    const oldest = events.at(-1)?.n ?? 0;
    for (const n of this.#built.keys()) if (n < oldest) this.#built.delete(n);
  }

  /** The list is newest first, so the new ones stand before the first that is drawn. */
  #fresh(events: readonly NumberedEvent[]): readonly NumberedEvent[] {
    const known = events.findIndex(({ n }) => n <= this.#drawn);
    const fresh = known === -1 ? events : events.slice(0, known);
    return fresh.filter((event) => passes(event, this.#filters));
  }
}
