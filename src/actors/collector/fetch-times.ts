/** The first wait after a failure; doubled each time up to the source's own interval. */
const BACKOFF_FIRST_MS = 5 * 60_000;

/**
 * When to ask a source again, Unix milliseconds. `failures`: how many in a row, 0 after a success; `chance`: 0 to 1. After a success it is
 * its interval and up to a tenth more, so that a thousand shields do not all ask on the hour; after failures between half and all of a wait
 * that doubles.
 */
export function nextFetchAt(now: number, intervalSeconds: number, failures: number, chance: number): number {
  const interval = intervalSeconds * 1000;
  if (failures === 0) return Math.round(now + interval * (1 + chance / 10));
  const wait = Math.min(BACKOFF_FIRST_MS * 2 ** Math.min(failures - 1, 20), interval);
  return Math.round(now + wait * (0.5 + chance / 2));
}
