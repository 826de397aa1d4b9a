/** Independent hints joined: 1 - (1-a)(1-b)...; each between 0 and 1. */
export function noisyOr(hints: Iterable<number>): number {
  let doubt = 1;
  for (const hint of hints) doubt *= 1 - hint;
  return 1 - doubt;
}

/** Scores are kept in 10,000ths: finer than any threshold, and two bytes. */
export const SCORE_UNIT = 10_000;

/** Rounded down, so that a score never reaches a threshold that it does not reach; what falls short by a rounding error of the product does. */
export function toScoreUnits(score: number): number {
  return Math.floor(score * SCORE_UNIT + 1e-7);
}
