import type { ScoreHistogram } from '../../../actors/contracts.ts';
import { outcomeAt } from './histogram.ts';
import type { Thresholds } from './thresholds.ts';

export interface PreviewRow {
  readonly outcome: 'allow' | 'log' | 'challenge' | 'block';
  readonly before: number;
  readonly after: number;
}

/**
 * What would have become of the requests of the last hours under other thresholds. To the bucket: within the one that holds a
 * threshold requests cannot be told apart, and count as below it unless it is the bucket's lower bound.
 */
export function previewThresholds(
  { open, ruled }: ScoreHistogram,
  now: Thresholds,
  then: Thresholds,
): readonly PreviewRow[] {
  const before = tally(open, now);
  const after = tally(open, then);
  // Rules block whatever the thresholds.
  const blocked = ruled.reduce((sum, n) => sum + n, 0);
  return (['allow', 'log', 'challenge', 'block'] as const).map((outcome) => {
    const more = outcome === 'block' ? blocked : 0;
    return { outcome, before: before[outcome] + more, after: after[outcome] + more };
  });
}

function tally(bins: readonly number[], thresholds: Thresholds): Record<PreviewRow['outcome'], number> {
  const counts = { allow: 0, log: 0, challenge: 0, block: 0 };
  // A little above the bound, for 0.15 is not quite 3 / 20.
  for (const [at, n] of bins.entries()) counts[outcomeAt(at / bins.length + 1e-9, thresholds)] += n;
  return counts;
}
