import type { BusMessage, NumberedEvent, Stats } from '../../actors/contracts.ts';
import { EMPTY_LEDGER, receive, type Ledger } from '../ledger.ts';

/** The ledger for all views: what the bus has told, and who wants to hear when it tells more. */
export class LedgerStore {
  #ledger: Ledger = EMPTY_LEDGER;
  readonly #listeners = new Set<() => void>();
  #due = false;

  /** Newest first. */
  get events(): readonly NumberedEvent[] {
    return this.#ledger.events;
  }

  /** Of the releases in force. */
  get seq(): number {
    return this.#ledger.seq;
  }

  get stats(): Stats {
    return this.#ledger.stats;
  }

  /** Changes when the bus has begun to number anew. */
  get epoch(): string | null {
    return this.#ledger.epoch;
  }

  /** The number of the newest event. */
  get last(): number {
    return this.#ledger.last;
  }

  /** Calls `listener` after changes, once per frame at most; answers what ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  receive(message: BusMessage): void {
    this.#ledger = receive(this.#ledger, message);
    this.#tell();
  }

  /** The bus streams totals alone; the other figures are asked for. */
  setStats(stats: Stats): void {
    this.#ledger = { ...this.#ledger, stats };
    this.#tell();
  }

  clear(): void {
    this.#ledger = EMPTY_LEDGER;
  }

  #tell(): void {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
