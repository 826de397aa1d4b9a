import type { Refusal, RefusalCounts } from '../contracts.ts';
import { count } from './capped-count.ts';

const REFUSALS: readonly Refusal[] = ['challenge', 'block', 'limit'];

/** As it is kept: for each of REFUSALS the routes that refused so. */
export type RouteRefusalsRecord = Readonly<Partial<Record<Refusal, RefusalCounts>>>;

/** Requests that were not passed on, by how they were refused and on which route; at most `capacity` routes each. */
export class RouteRefusals {
  readonly #capacity: number;
  readonly #counts: ReadonlyMap<Refusal, Map<string, number>>;

  constructor(capacity: number, record: RouteRefusalsRecord = {}) {
    this.#capacity = capacity;
    this.#counts = new Map(REFUSALS.map((refusal) => [refusal, new Map(Object.entries(record[refusal] ?? {}))]));
  }

  add(refused: RouteRefusalsRecord): void {
    for (const [refusal, counts] of this.#counts) {
      for (const [route, n] of Object.entries(refused[refusal] ?? {})) count(counts, route, n, this.#capacity);
    }
  }

  /** Routes that refused nothing are left out. */
  byRoute(): Readonly<Record<string, Readonly<Partial<Record<Refusal, number>>>>> {
    const routes = new Map<string, Partial<Record<Refusal, number>>>();
    for (const [refusal, counts] of this.#counts) {
      for (const [route, n] of counts) routes.set(route, { ...routes.get(route), [refusal]: n });
    }
    return Object.fromEntries(routes);
  }

  record(): RouteRefusalsRecord {
    return Object.fromEntries([...this.#counts].map(([refusal, counts]) => [refusal, Object.fromEntries(counts)]));
  }
}
