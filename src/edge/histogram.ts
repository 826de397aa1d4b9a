import type { ScoreHistogram } from '../actors/contracts.ts';

/** Scores go from 0 to 1: a bucket is 0.05 wide, and policies' thresholds are seldom finer. */
export const SCORE_BUCKETS = 20;

/** A score of exactly a bucket's lower bound is in it, as a score at a threshold has reached it. */
export function scoreBucket(score: number): number {
  // 0.15 * 20 is a little less than 3.
  const bucket = Math.floor(score * SCORE_BUCKETS + 1e-9);
  return Math.min(SCORE_BUCKETS - 1, Math.max(0, bucket));
}

/** Milliseconds; the last bucket takes all that is above. Actors nearby answer in single milliseconds, and a deadline is 5 s at most. */
export const LATENCY_BOUNDS: readonly (number | null)[] = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, null];

export function latencyBucket(ms: number): number {
  return LATENCY_BOUNDS.findIndex((bound) => bound === null || ms <= bound);
}

/** Counts of judged requests; nothing is allocated for counting one. */
export class Figures {
  readonly #open = new Uint32Array(SCORE_BUCKETS);
  readonly #ruled = new Uint32Array(SCORE_BUCKETS);
  readonly #latency = new Uint32Array(LATENCY_BOUNDS.length);
  #any = false;

  count(score: number, ruled: boolean, waitedMs: number): void {
    const counts = ruled ? this.#ruled : this.#open;
    const at = scoreBucket(score);
    counts[at] = counts[at]! + 1;
    const wait = latencyBucket(waitedMs);
    this.#latency[wait] = this.#latency[wait]! + 1;
    this.#any = true;
  }

  /** What was counted since the last time; nothing when nothing was. */
  take(): { readonly scores?: ScoreHistogram; readonly latency?: readonly number[] } {
    if (!this.#any) return {};
    const taken = {
      scores: { open: Array.from(this.#open), ruled: Array.from(this.#ruled) },
      latency: Array.from(this.#latency),
    };
    this.#open.fill(0);
    this.#ruled.fill(0);
    this.#latency.fill(0);
    this.#any = false;
    return taken;
  }
}
