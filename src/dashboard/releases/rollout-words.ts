import type { Fleet } from '../../actors/contracts.ts';

/** An isolate reports with the requests it answers: nothing is known of one that has none. */
export function sayUnconfirmed(seq: number): string {
  return `Release ${seq} is published. Not confirmed yet: no request has come since.`;
}

/** How far the fleet is with release `seq`, `waitedMs` after it was published; null where the bus does not tell. */
export function sayRollout(
  fleet: Fleet | undefined,
  seq: number,
  waitedMs: number,
): { readonly done: boolean; readonly text: string } | null {
  if (fleet === undefined) return null;
  const have = fleet.bySeq.filter((known) => known.seq >= seq).reduce((sum, { isolates }) => sum + isolates, 0);
  if (have === 0) return { done: false, text: sayUnconfirmed(seq) };
  if (have < fleet.isolates) {
    return { done: false, text: `Release ${seq} is in force at ${have} of ${fleet.isolates} places so far.` };
  }
  // The bus measures from the release itself; without it, what this page has waited says as much.
  const tookMs = fleet.rollout?.seq === seq && fleet.rollout.tookMs !== null ? fleet.rollout.tookMs : waitedMs;
  return { done: true, text: `Release ${seq} is in force everywhere after ${(tookMs / 1000).toFixed(1)} s.` };
}
