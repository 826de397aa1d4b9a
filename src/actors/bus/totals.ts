import type { ExclusionCount, Stats, TelemetryBatch } from '../contracts.ts';
import { count, readCount } from './capped-count.ts';
import { Recent, type RecentRecord } from './recent.ts';
import { RouteRefusals, type RouteRefusalsRecord } from './route-refusals.ts';
import { StoppedHours, type StoppedRecord } from './stopped-hours.ts';

const OUTCOMES = ['allow', 'log', 'challenge', 'block', 'limit'] as const;
type Counts = Record<string, number>;

/** Countries 249 and a few specials; routes as many as a policy may have; rules and categories far above what fires on one site. */
const CAPACITY = { byCategory: 50, byRule: 500, byCountry: 300, byRoute: 500, byExclusion: 500 } as const;
const MINUTE_MS = 60_000;
const MINUTES = 24 * 60;

/** Totals as they are kept. `minutes`: [minute number, then a count for each of OUTCOMES]. */
export interface TotalsRecord {
  readonly byOutcome: Counts;
  readonly byCategory: Counts;
  readonly byRule: Counts;
  readonly byCountry: Counts;
  readonly byRoute: Counts;
  /** Absent in totals kept by earlier versions. */
  readonly refused?: RouteRefusalsRecord;
  /** Id, hits, last: absent in totals kept by earlier versions. */
  readonly byExclusion?: readonly (readonly [id: string, hits: number, last: number])[];
  readonly minutes: readonly (readonly number[])[];
  /** Absent in totals kept by earlier versions. */
  readonly stopped?: StoppedRecord;
  /** When each rule last matched. */
  readonly ruleLast?: Counts;
  readonly recent?: RecentRecord;
}

/** Running totals, and the last 24 hours by minute. */
export class Totals {
  readonly #byOutcome: Map<string, number>;
  readonly #byCategory: Map<string, number>;
  readonly #byRule: Map<string, number>;
  readonly #byCountry: Map<string, number>;
  readonly #byRoute: Map<string, number>;
  readonly #refused: RouteRefusals;
  /** The one that hit last is the last. */
  readonly #byExclusion: Map<string, ExclusionCount>;
  readonly #minutes: Map<number, number[]>;
  readonly #stopped: StoppedHours;
  /** Of the rules in `byRule`; the one that matched last is the last. */
  readonly #ruleLast: Map<string, number>;
  readonly #recent: Recent;

  constructor(record?: TotalsRecord) {
    this.#byOutcome = mapOf(record?.byOutcome);
    this.#byCategory = mapOf(record?.byCategory);
    this.#byRule = mapOf(record?.byRule);
    this.#byCountry = mapOf(record?.byCountry);
    this.#byRoute = mapOf(record?.byRoute);
    this.#refused = new RouteRefusals(CAPACITY.byRoute, record?.refused);
    this.#byExclusion = new Map((record?.byExclusion ?? []).map(([id, hits, last]) => [id, { hits, last }]));
    this.#minutes = new Map((record?.minutes ?? []).map(([minute = 0, ...counts]) => [minute, counts]));
    this.#stopped = new StoppedHours(record?.stopped);
    this.#ruleLast = mapOf(record?.ruleLast);
    this.#recent = new Recent(record?.recent);
  }

  /** Counts one isolate's report into the minute of `now` (Unix milliseconds). */
  add(batch: TelemetryBatch, now: number): void {
    const minute = Math.floor(now / MINUTE_MS);
    const counts = this.#minutes.get(minute) ?? OUTCOMES.map(() => 0);
    OUTCOMES.forEach((outcome, i) => {
      const n = readCount(batch.outcomes[outcome]);
      if (n === 0) return;
      count(this.#byOutcome, outcome, n, OUTCOMES.length);
      counts[i] = (counts[i] ?? 0) + n;
    });
    if (counts.some((n) => n > 0)) this.#minutes.set(minute, counts);
    for (const [route, n] of Object.entries(batch.routes)) count(this.#byRoute, route, n, CAPACITY.byRoute);
    this.#refused.add(batch.refused ?? {});
    for (const [country, n] of Object.entries(batch.countries)) count(this.#byCountry, country, n, CAPACITY.byCountry);
    for (const [id, n] of Object.entries(batch.exclusions ?? {}))
      this.#countExclusion(id.slice(0, 64), readCount(n), now);
    this.#stopped.add(batch.stopped ?? {}, now, readCount);
    this.#recent.add(batch, now, readCount);
    for (const event of batch.events) {
      const rules = event.rules ?? [];
      const ids = event.ruleIds ?? rules.map((rule) => rule.id);
      for (const id of ids) {
        count(this.#byRule, id, 1, CAPACITY.byRule);
        putLast(this.#ruleLast, id.slice(0, 64), now, CAPACITY.byRule);
      }
      for (const category of new Set(rules.map((rule) => rule.category))) {
        count(this.#byCategory, category, 1, CAPACITY.byCategory);
      }
    }
    // Minutes come in order, so the oldest is the first.
    for (const old of this.#minutes.keys()) {
      if (old > minute - MINUTES) break;
      this.#minutes.delete(old);
    }
  }

  /** At capacity the one that has not hit for longest makes room: an exclusion that is gone from the policy never hits again. */
  #countExclusion(id: string, n: number, now: number): void {
    if (n === 0) return;
    const hits = (this.#byExclusion.get(id)?.hits ?? 0) + n;
    this.#byExclusion.delete(id);
    this.#byExclusion.set(id, { hits, last: now });
    if (this.#byExclusion.size <= CAPACITY.byExclusion) return;
    for (const oldest of this.#byExclusion.keys()) {
      this.#byExclusion.delete(oldest);
      return;
    }
  }

  byOutcome(): Readonly<Counts> {
    return Object.fromEntries(this.#byOutcome);
  }

  stats(now: number): Stats {
    const first = Math.floor(now / MINUTE_MS) - MINUTES;
    return {
      total: [...this.#byOutcome.values()].reduce((sum, n) => sum + n, 0),
      byOutcome: this.byOutcome(),
      byCategory: Object.fromEntries(this.#byCategory),
      byRule: Object.fromEntries(this.#byRule),
      byCountry: Object.fromEntries(this.#byCountry),
      byRoute: Object.fromEntries(this.#byRoute),
      refusedByRoute: this.#refused.byRoute(),
      byExclusion: Object.fromEntries(this.#byExclusion),
      stopped24h: this.#stopped.sums(now),
      ...this.#recent.stats(now),
      ruleLast: Object.fromEntries(this.#ruleLast),
      minutes: [...this.#minutes]
        .filter(([minute]) => minute > first)
        .map(([minute, counts]) => ({ at: minute * MINUTE_MS, outcomes: nameCounts(counts) })),
    };
  }

  record(): TotalsRecord {
    return {
      byOutcome: this.byOutcome(),
      byCategory: Object.fromEntries(this.#byCategory),
      byRule: Object.fromEntries(this.#byRule),
      byCountry: Object.fromEntries(this.#byCountry),
      byRoute: Object.fromEntries(this.#byRoute),
      refused: this.#refused.record(),
      byExclusion: [...this.#byExclusion].map(([id, { hits, last }]) => [id, hits, last]),
      minutes: [...this.#minutes].map(([minute, counts]) => [minute, ...counts]),
      stopped: this.#stopped.record(),
      ruleLast: Object.fromEntries(this.#ruleLast),
      recent: this.#recent.record(),
    };
  }
}

/** Notes when a key came last; at capacity the one that did not come for longest makes room. */
function putLast(map: Map<string, number>, key: string, at: number, capacity: number): void {
  map.delete(key);
  map.set(key, at);
  if (map.size <= capacity) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

function nameCounts(counts: readonly number[]): Readonly<Counts> {
  return Object.fromEntries(OUTCOMES.map((name, i) => [name, counts[i] ?? 0] as const).filter(([, n]) => n > 0));
}

function mapOf(counts: Counts | undefined): Map<string, number> {
  return new Map(Object.entries(counts ?? {}));
}
