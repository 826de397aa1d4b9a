/** The terms of a lease, as isolates and guardians both reckon them: how many requests, for how long, how many at once. */

/** Up to this limit each request asks on its own: unspent permits would be a noticeable share of so few. */
export const EXACT_LIMIT = 20;

/**
 * Permits per window for a client with threat score `score` (0 to 1): at most nine tenths are taken away, and never the last.
 * The score counts as it is shown, in thousandths: a browser that scores 0.0004 is to have all 10 of 10.
 */
export function effectiveLimit(limit: number, score: number): number {
  // A score that is no number is a bug upstream; it must not lift the limit.
  const thousandths = Number.isNaN(score) ? 1000 : Math.round(Math.min(1, Math.max(0, score)) * 1000);
  // In whole numbers: 1 - 0.9 is a little less than a tenth in floating point, and a tenth of 100 must not become 9.
  return Math.max(1, Math.floor((limit * (10_000 - 9 * thousandths)) / 10_000));
}

/**
 * How long a permit may be spent after the isolate sent its request (tau), in ms. A debit counts for the window and tau, so
 * a long tau spares calls and costs the client a share of its rate. A request that asks for itself alone only needs
 * the time of the call; a second at least, or a slow call would void what it fetched.
 */
export function leaseLife(limit: number, windowMs: number): number {
  const most = limit <= EXACT_LIMIT ? 2000 : 15_000;
  return Math.max(1000, Math.min(windowMs / 4, most));
}

/**
 * Permits to debit for a client that has used `used` of `limit` and wishes for `want`; 0 is a refusal. Never more than a
 * quarter of the limit, nor half of what is left: the client's other isolates must find some, and near its limit little is wasted.
 */
export function grantSize(limit: number, used: number, want: number): number {
  const left = limit - used;
  if (left < 1) return 0;
  if (limit <= EXACT_LIMIT) return 1;
  return Math.max(1, Math.min(want, Math.floor(limit / 4), Math.floor(left * 0.5)));
}
