import type { StoppingLayer } from '../../edge/verdict.ts';

const LAYERS: readonly StoppingLayer[] = ['blocklist', 'intelligence', 'rules', 'score', 'rate_limit', 'failed_closed'];
const HOUR_MS = 3_600_000;
/** This one and the 23 before it. */
const HOURS = 24;

/** As it is kept: hour number, then a count for each of LAYERS. */
export type StoppedRecord = readonly (readonly number[])[];

/** Requests that were stopped in the last 24 hours, by the layer that stopped them. By the hour: 24 rows of seven numbers. */
export class StoppedHours {
  readonly #hours: Map<number, number[]>;

  constructor(record: StoppedRecord = []) {
    this.#hours = new Map(record.map(([hour = 0, ...counts]) => [hour, counts]));
  }

  /** Counts into the hour of `now` (Unix milliseconds). What `read` makes of a count that an isolate told is believed. */
  add(stopped: Readonly<Partial<Record<StoppingLayer, number>>>, now: number, read: (n?: number) => number): void {
    const hour = Math.floor(now / HOUR_MS);
    const counts = this.#hours.get(hour) ?? LAYERS.map(() => 0);
    LAYERS.forEach((layer, i) => (counts[i] = (counts[i] ?? 0) + read(stopped[layer])));
    if (counts.some((n) => n > 0)) this.#hours.set(hour, counts);
    for (const old of this.#hours.keys()) if (old <= hour - HOURS) this.#hours.delete(old);
  }

  /** Each layer's sum, of those that stopped anything. */
  sums(now: number): Readonly<Partial<Record<StoppingLayer, number>>> {
    const first = Math.floor(now / HOUR_MS) - HOURS;
    const rows = [...this.#hours].filter(([hour]) => hour > first);
    const sums = LAYERS.map((layer, i) => [layer, rows.reduce((sum, [, row]) => sum + (row[i] ?? 0), 0)] as const);
    return Object.fromEntries(sums.filter(([, n]) => n > 0));
  }

  record(): StoppedRecord {
    return [...this.#hours].map(([hour, counts]) => [hour, ...counts]);
  }
}
