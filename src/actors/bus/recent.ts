import { LATENCY_BOUNDS, SCORE_BUCKETS } from '../../edge/histogram.ts';
import type { Stats, TelemetryBatch, TopKeys } from '../contracts.ts';
import { TopCounter, type TopRecord } from './top-keys.ts';

const HALF_MS = 12 * 3_600_000;
const KINDS = ['paths', 'addresses', 'asns'] as const;
type Kind = (typeof KINDS)[number];

/** Of a kind, in one report: an isolate holds no more. */
const REPORTED_LIMIT = 100;
/** Of a kind, in the totals. */
const SHOWN = 50;

/** Half a day as it is kept. */
interface HalfRecord {
  readonly half: number;
  readonly tops: Readonly<Record<Kind, TopRecord>>;
  readonly open: readonly number[];
  readonly ruled: readonly number[];
  readonly latency: readonly number[];
}

export type RecentRecord = readonly HalfRecord[];

/** Half a day: hours or minutes of so many keys would be too much to keep, and totals of all time tell nobody what goes on. */
class Half {
  readonly half: number;
  readonly tops: Readonly<Record<Kind, TopCounter>>;
  readonly open: number[];
  readonly ruled: number[];
  readonly latency: number[];

  constructor(half: number, record?: HalfRecord) {
    this.half = half;
    this.tops = {
      paths: new TopCounter(record?.tops.paths),
      addresses: new TopCounter(record?.tops.addresses),
      asns: new TopCounter(record?.tops.asns),
    };
    this.open = sized(record?.open, SCORE_BUCKETS);
    this.ruled = sized(record?.ruled, SCORE_BUCKETS);
    this.latency = sized(record?.latency, LATENCY_BOUNDS.length);
  }

  record(): HalfRecord {
    const { half, tops, open, ruled, latency } = this;
    const { paths, addresses, asns } = tops;
    return {
      half,
      tops: { paths: paths.record(), addresses: addresses.record(), asns: asns.record() },
      open,
      ruled,
      latency,
    };
  }
}

/** Paths, addresses, networks, scores and waits of this half day and the one before: the last 12 to 24 hours. */
export class Recent {
  #halves: readonly Half[];

  constructor(record: RecentRecord = []) {
    this.#halves = record.slice(-2).map((half) => new Half(half.half, half));
  }

  /** What `read` makes of a count that an isolate told is believed. `now` in Unix milliseconds. */
  add(batch: TelemetryBatch, now: number, read: (n?: number) => number): void {
    const half = this.#at(Math.floor(now / HALF_MS));
    for (const kind of KINDS) {
      const reported = Object.entries(batch[kind] ?? {}).slice(0, REPORTED_LIMIT);
      for (const [key, n] of reported) half.tops[kind].add(key, read(n));
    }
    addTo(half.open, batch.scores?.open, read);
    addTo(half.ruled, batch.scores?.ruled, read);
    addTo(half.latency, batch.latency, read);
  }

  stats(now: number): Required<Pick<Stats, 'byPath' | 'byAddress' | 'byAsn' | 'scores' | 'latency'>> {
    const first = Math.floor(now / HALF_MS) - 1;
    const halves = this.#halves.filter(({ half }) => half >= first);
    const sum = (counts: (half: Half) => readonly number[], length: number) =>
      Array.from({ length }, (_, i) => halves.reduce((total, half) => total + (counts(half)[i] ?? 0), 0));
    return {
      byPath: topOf(halves.map(({ tops }) => tops.paths)),
      byAddress: topOf(halves.map(({ tops }) => tops.addresses)),
      byAsn: topOf(halves.map(({ tops }) => tops.asns)),
      scores: { open: sum(({ open }) => open, SCORE_BUCKETS), ruled: sum(({ ruled }) => ruled, SCORE_BUCKETS) },
      latency: { bounds: LATENCY_BOUNDS, counts: sum(({ latency }) => latency, LATENCY_BOUNDS.length) },
    };
  }

  record(): RecentRecord {
    return this.#halves.map((half) => half.record());
  }

  #at(number: number): Half {
    const newest = this.#halves.at(-1);
    // A clock that goes back a little counts into the half that there is.
    if (newest !== undefined && newest.half >= number) return newest;
    const half = new Half(number);
    this.#halves = [...this.#halves.filter((before) => before.half === number - 1), half];
    return half;
  }
}

function topOf(counters: readonly TopCounter[]): TopKeys {
  const sums = new Map<string, number>();
  for (const counter of counters) for (const [key, n] of counter.certain()) sums.set(key, (sums.get(key) ?? 0) + n);
  return [...sums]
    .map(([key, n]) => ({ key, n }))
    .sort((a, b) => b.n - a.n || (a.key < b.key ? -1 : 1))
    .slice(0, SHOWN);
}

function addTo(counts: number[], more: readonly number[] | undefined, read: (n?: number) => number): void {
  for (let i = 0; i < counts.length; i++) counts[i] = counts[i]! + read(more?.[i]);
}

/** Of an earlier version there may be more or fewer buckets: their counts would mean something else. */
function sized(counts: readonly number[] | undefined, length: number): number[] {
  return counts?.length === length ? [...counts] : Array.from({ length }, () => 0);
}
