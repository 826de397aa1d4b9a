import type { Evidence, Refusal, ThreatEvent, TelemetryBatch } from '../actors/contracts.ts';
import type { Actors } from './actors.ts';
import { Figures } from './histogram.ts';
import { Suspects, type Suspect } from './suspects.ts';
import type { Outcome, StoppingLayer } from './verdict.ts';

/** The first event waits this long for company; a dashboard still feels it as at once. */
const EVENT_DELAY_MS = 100;
/** Passes are only counted, and a count can wait for more company: at 100 requests/s one call tells of 50. */
const PASS_DELAY_MS = 500;
/** An owner that has not flushed by so long after its time was cancelled with its request; another takes over. */
const GRACE_MS = 1000;

/** Events kept until the flush, as many as the bus takes at once; under a flood the oldest go first. */
const EVENT_CAPACITY = 100;
/** Clients and kinds of evidence held for the flush, and names counted; a scan with random hosts cannot grow them. */
const CLIENT_CAPACITY = 256;
const NAME_CAPACITY = 500;
/** Where names past the capacity are counted. */
const OTHER = 'other';

/** Reports sent side by side at a flush: a Worker may have six connections waiting at once. */
const REPORT_WIDTH = 4;

/** What one request adds. */
export interface Observation {
  readonly outcome: Outcome;
  /** Which layer kept the request from its answer. */
  readonly stopped: StoppingLayer | null;
  readonly route: string;
  readonly country: string;
  readonly event: ThreatEvent | null;
  /** What speaks against the client; null for clean requests, which are never reported. */
  readonly evidence: { readonly client: string; readonly items: readonly Evidence[] } | null;
  /** Ids of the exclusions that kept a match away. */
  readonly excluded?: readonly string[] | undefined;
  /** The score; null: its content was not judged. */
  readonly score: number | null;
  /** Rules blocked it, whatever its score. */
  readonly ruled: boolean;
  /** Milliseconds for which it waited for actors. */
  readonly waitedMs: number;
  /** Null for what was simply passed. */
  readonly suspect: Suspect | null;
}

/**
 * What this isolate has seen and not yet told. Plain data only: many requests append, and the `waitUntil` of one of them
 * owns the flush, so no request ever waits on another's I/O.
 */
export class Telemetry {
  #events: ThreatEvent[] = [];
  #outcomes: Partial<Record<Outcome, number>> = {};
  #stopped: Partial<Record<StoppingLayer, number>> = {};
  #routes = new Map<string, number>();
  #refused = new Map<Refusal, Map<string, number>>();
  #countries = new Map<string, number>();
  #exclusions = new Map<string, number>();
  #evidence = new Map<string, Map<string, Evidence>>();
  readonly #figures = new Figures();
  readonly #suspects = new Suspects();
  #dropped = 0;
  /** Chance is to be had only while a request is served. */
  #name: string | null = null;
  /** When the flush that is under way will begin; infinite when none is. */
  #flushAt = Number.POSITIVE_INFINITY;

  observe(seen: Observation): void {
    this.#outcomes[seen.outcome] = (this.#outcomes[seen.outcome] ?? 0) + 1;
    if (seen.stopped !== null) this.#stopped[seen.stopped] = (this.#stopped[seen.stopped] ?? 0) + 1;
    count(this.#routes, seen.route);
    if (isRefusal(seen.outcome)) this.#refuse(seen.outcome, seen.route);
    count(this.#countries, seen.country);
    for (const id of seen.excluded ?? []) count(this.#exclusions, id);
    if (seen.score !== null) this.#figures.count(seen.score, seen.ruled, seen.waitedMs);
    if (seen.suspect !== null) this.#suspects.count(seen.suspect);
    if (seen.event !== null) this.note(seen.event);
    if (seen.evidence !== null) this.#weigh(seen.evidence.client, seen.evidence.items);
  }

  note(event: ThreatEvent): void {
    this.#events.push(event);
    if (this.#events.length <= EVENT_CAPACITY) return;
    this.#events.shift();
    this.#dropped += 1;
  }

  /** The promise that the caller must give to `waitUntil`, or null when another request has the flush in hand or none is due. */
  flushSoon(actors: Actors, seq: () => number, now: () => number): Promise<void> | null {
    const at = now();
    const urgent = this.#events.length > 0;
    const due = at + (urgent ? EVENT_DELAY_MS : PASS_DELAY_MS);
    const owned = this.#flushAt <= due && at < this.#flushAt + GRACE_MS;
    if (owned) return null;
    this.#flushAt = due;
    return this.#flush(due - at, actors, seq, now);
  }

  async #flush(waitMs: number, actors: Actors, seq: () => number, now: () => number): Promise<void> {
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const at = now();
    const { batch, evidence } = this.#take(seq(), at);
    this.#flushAt = Number.POSITIVE_INFINITY;
    if (Object.keys(batch.outcomes).length === 0 && batch.events.length === 0 && evidence.length === 0) return;
    await Promise.all([tell(actors, batch), report(actors, evidence)]);
  }

  #take(seq: number, at: number) {
    const batch: TelemetryBatch = {
      events: this.#events,
      outcomes: this.#outcomes,
      routes: Object.fromEntries(this.#routes),
      ...(this.#refused.size > 0 && {
        refused: Object.fromEntries([...this.#refused].map(([how, routes]) => [how, Object.fromEntries(routes)])),
      }),
      countries: Object.fromEntries(this.#countries),
      ...(this.#exclusions.size > 0 && { exclusions: Object.fromEntries(this.#exclusions) }),
      ...(Object.keys(this.#stopped).length > 0 && { stopped: this.#stopped }),
      ...this.#figures.take(),
      ...this.#suspects.take(),
      isolate: (this.#name ??= crypto.randomUUID()),
      seq,
      at,
    };
    if (this.#dropped > 0) console.warn('telemetry: events dropped', { dropped: this.#dropped });
    const evidence = [...this.#evidence];
    this.#events = [];
    this.#outcomes = {};
    this.#stopped = {};
    this.#routes = new Map();
    this.#refused = new Map();
    this.#countries = new Map();
    this.#exclusions = new Map();
    this.#evidence = new Map();
    this.#dropped = 0;
    return { batch, evidence };
  }

  #refuse(how: Refusal, route: string): void {
    let routes = this.#refused.get(how);
    if (routes === undefined) this.#refused.set(how, (routes = new Map()));
    count(routes, route);
  }

  #weigh(client: string, items: readonly Evidence[]): void {
    let known = this.#evidence.get(client);
    if (known === undefined) {
      // A client left out now comes again if it goes on; memory is what must not grow.
      if (this.#evidence.size >= CLIENT_CAPACITY) return;
      this.#evidence.set(client, (known = new Map()));
    }
    for (const item of items) {
      const before = known.get(item.category);
      known.set(item.category, before === undefined ? item : merge(before, item));
    }
  }
}

async function tell(actors: Actors, batch: TelemetryBatch): Promise<void> {
  const answer = await actors.publishEvents(batch);
  if (!answer.ok) console.error('threat bus: batch lost', { events: batch.events.length, cause: String(answer.cause) });
}

async function report(actors: Actors, evidence: [string, Map<string, Evidence>][]): Promise<void> {
  while (evidence.length > 0) {
    const wave = evidence.splice(0, REPORT_WIDTH).map(async ([client, items]) => {
      const answer = await actors.report(client, [...items.values()]);
      if (!answer.ok) console.error('reputation: evidence lost', { cause: String(answer.cause) });
    });
    await Promise.all(wave);
  }
}

function isRefusal(outcome: Outcome): outcome is Refusal {
  return outcome === 'challenge' || outcome === 'block' || outcome === 'limit';
}

/** One report for many of a kind: the worst weight, the latest time, all of the count. */
function merge(a: Evidence, b: Evidence): Evidence {
  const worst = b.weight >= a.weight ? b : a;
  return { ...worst, count: a.count + b.count, at: Math.max(a.at, b.at) };
}

function count(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < NAME_CAPACITY ? name : OTHER;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
