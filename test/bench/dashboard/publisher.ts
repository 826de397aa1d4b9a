import { Agent, request } from 'node:http';
import type { TelemetryBatch, ThreatEvent } from '../../../src/actors/contracts.ts';
import { eventAt } from './recorded.ts';

/** An isolate tells a tenth of a second after it has something to tell: see `src/edge/telemetry.ts`. */
const EVERY_MS = 100;
/** Isolates that share the traffic, each with its own batches. */
const ISOLATES = 4;

export interface Published {
  readonly events: number;
  /** Events a second, from the first call to the last answer. */
  readonly perSecond: number;
  /** How long each call took, in milliseconds. */
  readonly calls: readonly number[];
}

/** Tells the bus of `rate` events a second, as so many isolates would, whatever it does with them: an open loop. */
export class Publisher {
  readonly #url: string;
  readonly #recorded: readonly ThreatEvent[];
  /** The shield closes connections that are idle for five seconds; one that it is about to close must not be used. */
  readonly #agent = new Agent({ keepAlive: true, timeout: 3000 });
  #told = 0;

  /** `url` is a shield built from `workers/publishing.ts`. */
  constructor(url: string, recorded: readonly ThreatEvent[]) {
    this.#url = url;
    this.#recorded = recorded;
  }

  async run(rate: number, seconds: number): Promise<Published> {
    const size = (rate * EVERY_MS) / 1000 / ISOLATES;
    const batches = Math.round((rate * seconds) / size);
    const start = performance.now();
    const calls: Promise<number>[] = [];
    while (calls.length < batches) {
      const due = start + (calls.length * EVERY_MS) / ISOLATES;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      calls.push(this.publish(size, calls.length % ISOLATES));
    }
    const answered = await Promise.all(calls);
    const took = (performance.now() - start) / 1000;
    return { events: batches * size, perSecond: (batches * size) / took, calls: answered };
  }

  /** One batch of so many events, happening now; answers how long the call took, with the way to the Worker that makes it. */
  publish(events: number, isolate = 0): Promise<number> {
    return this.#post('/__publish', this.#batch(events, isolate));
  }

  /** What of that is the way alone, and the reading of the batch. */
  publishNothing(events: number): Promise<number> {
    return this.#post('/__nothing', this.#batch(events, 0));
  }

  close(): void {
    this.#agent.destroy();
  }

  #batch(events: number, isolate: number): TelemetryBatch {
    const at = Date.now();
    return {
      events: Array.from({ length: events }, () => eventAt(this.#recorded, this.#told++, at)),
      outcomes: { block: events },
      stopped: { rules: events },
      routes: { default: events },
      countries: { DE: events },
      isolate: `bench-${isolate}`,
      seq: 0,
      at,
    };
  }

  #post(path: string, batch: TelemetryBatch): Promise<number> {
    const body = JSON.stringify(batch);
    const headers = { 'content-length': Buffer.byteLength(body) };
    const start = performance.now();
    return new Promise((resolve, reject) => {
      const sent = request(this.#url + path, { method: 'POST', agent: this.#agent, headers }, (response) => {
        response.on('end', () => resolve(performance.now() - start)).resume();
        if (response.statusCode !== 204) reject(new Error(`${path} answered ${response.statusCode}`));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
