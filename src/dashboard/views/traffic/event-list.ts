import type { NumberedEvent } from '../../../actors/contracts.ts';
import { element } from '../../dom.ts';
import { eventRow } from '../../event/event-row.ts';
import { passes, type Filter } from './filter.ts';

/** As many as the page keeps; rows out of sight are not laid out (`content-visibility`), so that this many cost little. */
const ROWS = 500;
/** So many new rows are shown at once. Of a flood, in which all that is in sight would give way with each frame of the bus, they wait for one another: laying out a screenful takes some 50 ms. */
const FEW = 12;
const FLOOD_MS = 1000;

/** The rows of the live feed: newest first, those alone that pass the filters, and none added while it is paused. */
export class EventList {
  readonly node = element('ol', { id: 'events', class: 'events' });
  /** Rows by the event's number: one that filters hide and show again need not be built again. */
  readonly #built = new Map<number, HTMLElement>();
  #drawn = 0;
  #filters: readonly Filter[] = [];
  #paused = false;
  /** As they were given last. */
  #events: readonly NumberedEvent[] = [];
  #drawnAt = Number.NEGATIVE_INFINITY;
  /** More rows are about to come. */
  #waits = false;
  /** The row of the event that is open. */
  #current: Element | null = null;

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
    this.#events = [];
    this.#built.clear();
    this.node.replaceChildren();
  }

  /** Brings the list up to `events` (newest first), in a flood once a second; only rows that are new are built. */
  draw(events: readonly NumberedEvent[]): void {
    this.#events = events;
    if (this.#paused && this.#drawn > 0) return;
    const fresh = this.#fresh(events);
    const wait = this.#drawnAt + FLOOD_MS - performance.now();
    if (fresh.length > FEW && wait > 0 && !this.isEmpty) return this.#drawIn(wait);
    this.#drawn = events[0]?.n ?? this.#drawn;
    if (fresh.length === 0) return;
    this.#drawnAt = performance.now();
    this.node.prepend(...fresh.map((event) => this.#rowOf(event)));
    while (this.node.childElementCount > ROWS) this.node.lastElementChild?.remove();
    this.#forget(events);
  }

  #drawIn(ms: number): void {
    if (this.#waits) return;
    this.#waits = true;
    setTimeout(() => {
      this.#waits = false;
      this.draw(this.#events);
    }, ms);
  }

  /** Events that a pause holds back. */
  waiting(events: readonly NumberedEvent[]): number {
    return this.#paused && this.#drawn > 0 ? this.#fresh(events).length : 0;
  }

  /** Marks the row of the event that is open; null: none is. */
  mark(n: number | null): void {
    this.#current?.removeAttribute('aria-current');
    this.#current = n === null ? null : (this.#linkOf(n) ?? null);
    this.#current?.setAttribute('aria-current', 'true');
  }

  /** The event of the row in focus. */
  focused(): number | null {
    const link = document.activeElement;
    return link instanceof HTMLElement && this.node.contains(link) ? numberOf(link) : null;
  }

  /** The event a row further down (1) or up (-1) from event `n`, be that in the list or not; the newest where there is no `n`. At an end it stays. */
  beside(n: number | null, by: 1 | -1): number | null {
    const numbers = [...this.node.querySelectorAll<HTMLElement>('a')].map(numberOf);
    if (n === null) return numbers[0] ?? null;
    const found = by === 1 ? numbers.find((other) => other < n) : numbers.findLast((other) => other > n);
    return found ?? (numbers.includes(n) ? n : null);
  }

  /** Brings the row of an event into sight. */
  reveal(n: number): void {
    this.#linkOf(n)?.scrollIntoView({ block: 'nearest' });
  }

  /** False where the event has no row. */
  focus(n: number): boolean {
    const link = this.#linkOf(n);
    link?.focus();
    return link !== undefined;
  }

  #linkOf(n: number): HTMLElement | undefined {
    return this.#built.get(n)?.querySelector('a') ?? undefined;
  }

  #rowOf(event: NumberedEvent): HTMLElement {
    const built = this.#built.get(event.n) ?? eventRow(event);
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

function numberOf(link: HTMLElement): number {
  return Number(link.dataset['event']);
}
