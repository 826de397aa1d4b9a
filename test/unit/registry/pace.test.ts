import { describe, expect, it } from 'vitest';
import { endOf, laterBlock, readBlock } from '../../../src/actors/registry/judge-block.ts';
import { nextRelease } from '../../../src/actors/registry/pace.ts';
import { PublishQuota } from '../../../src/actors/registry/publish-quota.ts';

const T = 1_700_000_000_000;

const entry = (until?: number) => ({
  range: '192.0.2.1',
  reason: '',
  since: 0,
  source: 'x',
  ...(until === undefined ? {} : { until }),
});

describe('the pace of releases', () => {
  const pace = { leastMs: 2000, mostMs: 30_000, bytesPerSecond: 50_000 };
  const wait = (last: { at: number; inARow: number; bytes: number }) => nextRelease(pace, last, T) - T;

  it('is quick after a quiet time', () => {
    expect(wait({ at: 0, inARow: 0, bytes: 0 })).toBe(2000);
  });

  it('slows down as releases follow one another, to a limit', () => {
    expect([0, 1, 2, 3, 4, 50].map((inARow) => wait({ at: T, inARow, bytes: 0 }))).toEqual([
      2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
  });

  it('slows down with their size', () => {
    expect(wait({ at: T, inARow: 0, bytes: 250_000 })).toBe(5000);
    expect(wait({ at: T, inARow: 0, bytes: 1e9 })).toBe(30_000);
  });
});

describe('the quota of publishes', () => {
  it('lets 30 through at once and one every two seconds from then on', () => {
    const quota = new PublishQuota();
    expect(Array.from({ length: 31 }, () => quota.take(T)).filter(Boolean)).toHaveLength(30);
    expect(quota.take(T + 1999)).toBe(false);
    expect(quota.take(T + 4001)).toBe(true);
    expect(Array.from({ length: 40 }, () => quota.take(T + 3_600_000)).filter(Boolean)).toHaveLength(30);
  });
});

describe('a block', () => {
  it('is canonical, bounded and ends when its time is up', () => {
    expect(readBlock({ ip: '2001:DB8::7', reason: 'x'.repeat(999), ttlSeconds: 1.5, source: 'operator' }, T)).toEqual({
      ok: true,
      value: { range: '2001:db8::/64', reason: 'x'.repeat(200), since: T, until: T + 1500, source: 'operator' },
    });
  });

  it('gives way only to one that lasts longer', () => {
    expect(endOf(laterBlock(null, entry(5)))).toBe(5);
    expect(endOf(laterBlock(entry(9), entry(5)))).toBe(9);
    expect(endOf(laterBlock(entry(5), entry(9)))).toBe(9);
    expect(endOf(laterBlock(entry(), entry(9)))).toBe(Number.POSITIVE_INFINITY);
    expect(endOf(laterBlock(entry(9), entry()))).toBe(Number.POSITIVE_INFINITY);
  });
});
