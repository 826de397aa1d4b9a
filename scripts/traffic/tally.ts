import type { Landing } from './open-loop.ts';
import type { LabelledShot } from './mix.ts';
import { quantile } from './quantile.ts';

const EXAMPLES = 10;

export interface Mismatch {
  readonly label: string;
  readonly category: string;
  readonly outcome: string;
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
}

/** Gathers what became of labelled requests. */
export class Tally {
  readonly #outcomes: Record<string, Record<string, number>> = { attack: {}, benign: {} };
  readonly #byCategory: Record<string, Record<string, number>> = {};
  readonly #errors: Record<string, number> = {};
  readonly #latencies: number[] = [];
  readonly #mismatches: Mismatch[] = [];
  #mismatched = 0;

  add(shot: LabelledShot, landing: Landing): void {
    if (landing.error !== undefined) {
      this.#errors[landing.error] = (this.#errors[landing.error] ?? 0) + 1;
      return;
    }
    this.#latencies.push(landing.ms);
    const outcome = String(landing.headers['x-edgeshield-decision'] ?? `status ${landing.status}`);
    count((this.#outcomes[shot.label] ??= {}), outcome);
    count((this.#byCategory[`${shot.label} ${shot.category}`] ??= {}), outcome);
    if (!isMismatch(shot.label, outcome)) return;
    this.#mismatched += 1;
    if (this.#mismatches.length >= EXAMPLES) return;
    const { label, category, method, path } = shot;
    const requestId = String(landing.headers['x-request-id'] ?? '');
    this.#mismatches.push({ label, category, outcome, method, path, requestId });
  }

  get answered(): number {
    return this.#latencies.length;
  }

  report() {
    const ms = (q: number) => Number(quantile(this.#latencies, q).toFixed(2));
    return {
      answered: this.answered,
      errors: this.#errors,
      outcomes: this.#outcomes,
      byCategory: this.#byCategory,
      latencyMs: { p50: ms(0.5), p90: ms(0.9), p99: ms(0.99), max: ms(1) },
      mismatches: { count: this.#mismatched, examples: this.#mismatches },
    };
  }
}

/** A rate refusal says how many, not what: it contradicts no label. */
function isMismatch(label: string, outcome: string): boolean {
  // A 4xx without a decision: the platform refused what is no valid HTTP.
  const stopped = outcome === 'block' || outcome === 'challenge' || outcome.startsWith('status 4');
  return label === 'attack' ? !stopped && outcome !== 'limit' : stopped;
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
