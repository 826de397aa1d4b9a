import type { LatencyHistogram, ScoreHistogram } from '../../../actors/contracts.ts';
import type { Bin } from './bin.ts';

/** Judged requests by score, in even steps from 0 to 1. */
export function scoreBins({ open, ruled }: ScoreHistogram): readonly Bin[] {
  const steps = Math.max(open.length, ruled.length);
  return Array.from({ length: steps }, (_, i) => {
    const from = (i / steps).toFixed(2);
    return { from, name: `${from} to ${((i + 1) / steps).toFixed(2)}`, n: (open[i] ?? 0) + (ruled[i] ?? 0) };
  });
}

/** Waits by the bounds they were counted in, without the empty ones past the last that holds any. */
export function latencyBins({ bounds, counts }: LatencyHistogram): readonly Bin[] {
  const last = counts.findLastIndex((n) => n > 0);
  return counts.slice(0, Math.max(last, 5) + 1).map((n, i) => {
    const over = i === 0 ? 0 : (bounds[i - 1] ?? 0);
    const to = bounds[i] ?? null;
    if (to === null) return { from: `> ${over}`, name: `more than ${over} ms`, n };
    // The platform's clock stands still between two I/Os: what waits for none has waited 0.
    return { from: to === 0 ? '< 1' : `≤ ${to}`, name: sayWait(to), n };
  });
}

/** The least bound that `share` (0 to 1) of all waits stay within, in milliseconds: null past the last bound, or where there are none. */
export function latencyWithin({ bounds, counts }: LatencyHistogram, share: number): number | null {
  const all = counts.reduce((sum, n) => sum + n, 0);
  if (all === 0) return null;
  let seen = 0;
  for (const [i, n] of counts.entries()) {
    seen += n;
    if (seen >= share * all) return bounds[i] ?? null;
  }
  return null;
}

/** A bound of the above in words. */
export function sayWait(bound: number | null): string {
  if (bound === null) return 'longer than the scale';
  return bound === 0 ? 'less than 1 ms' : `at most ${bound} ms`;
}
