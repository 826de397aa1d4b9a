import { describe, expect, test } from 'vitest';
import { binMinutes, SPANS, stackBins, sumBins } from '../../../src/dashboard/views/overview/time-bins.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;

describe('requests over time', () => {
  test('each minute falls into its bar, silence is zero, and what is older than the span is left out', () => {
    const minutes = [
      { at: NOON - 60 * MINUTE, outcomes: { allow: 99 } },
      { at: NOON - 59 * MINUTE, outcomes: { allow: 1 } },
      { at: NOON, outcomes: { allow: 5, block: 2 } },
    ];
    const bins = binMinutes(minutes, 'hour', NOON + 30_000);
    expect(bins.starts).toHaveLength(60);
    expect(bins.starts.at(-1)).toBe(NOON / 1000);
    expect(bins.counts.allow[0]).toBe(1);
    expect(bins.counts.allow.at(-1)).toBe(5);
    expect(sumBins(bins)).toEqual({ allow: 6, log: 0, challenge: 0, limit: 0, block: 2 });
  });

  test('a longer span has as many bars, each of more minutes', () => {
    const minutes = [0, 1, 2, 3, 4].map((minute) => ({ at: NOON + minute * MINUTE, outcomes: { log: 1 } }));
    const bins = binMinutes(minutes, 'quarter', NOON + 4 * MINUTE);
    expect(bins.starts).toHaveLength(SPANS.quarter.minutes / SPANS.quarter.step);
    expect(bins.counts.log.at(-1)).toBe(5);
  });

  test('series stand on one another, and hidden ones take no room', () => {
    const bins = binMinutes([{ at: NOON, outcomes: { allow: 5, block: 2, log: 1 } }], 'hour', NOON);
    expect(stackBins(bins, () => true).map((row) => row.at(-1))).toEqual([5, 6, 6, 6, 8]);
    expect(stackBins(bins, (name) => name !== 'allow').map((row) => row.at(-1))).toEqual([0, 1, 1, 1, 3]);
  });
});
