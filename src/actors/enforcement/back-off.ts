/** After so many failures in a row, about 25 minutes, a job is given up: the next cycle begins anew with a look at the lists. */
export const FAILURE_LIMIT = 10;
const FIRST_MS = 5000;
/** Cloudflare shuts out for five minutes whoever calls too often. */
const MOST_MS = 300_000;
/** What a `retry-after` may ask: longer is a mistake, and an alarm each quarter of an hour costs nothing. */
const ASKED_MOST_MS = 900_000;

/** Milliseconds until the next try, `failures` (from 1) having failed in a row. `random` 0 to 1: shields that failed together must not come back together. */
export function backOff(failures: number, random: number, askedMs: number | null = null): number {
  const wait = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16)) * (0.5 + random);
  return Math.round(Math.max(wait, Math.min(askedMs ?? 0, ASKED_MOST_MS)));
}

/** Operations of a thousand items take seconds; asking each time half as long again costs two calls for most and sixteen for ten minutes. */
export function pollAfter(polls: number): number {
  return Math.min(60_000, Math.round(2000 * 1.6 ** Math.min(polls, 10)));
}
