import { describe, expect, test } from 'vitest';
import { cutAtDateLine } from '../../../src/dashboard/geo/date-line.ts';
import { sayNowhere } from '../../../src/dashboard/geo/nowhere.ts';
import { sayBefore } from '../../../src/dashboard/views/overview/say-before.ts';
import { latencyBins, latencyWithin, scoreBins } from '../../../src/dashboard/views/overview/score-bins.ts';

const LATENCY = { bounds: [0, 1, 2, 5, 10, 20, null], counts: [90, 4, 2, 2, 1, 0, 1] };

describe('scores and waits', () => {
  test('a share of all waits stays within the first bound that covers it, and past the last there is none', () => {
    expect(latencyWithin(LATENCY, 0.5)).toBe(0);
    expect(latencyWithin(LATENCY, 0.95)).toBe(2);
    expect(latencyWithin(LATENCY, 0.99)).toBe(10);
    expect(latencyWithin(LATENCY, 1)).toBeNull();
    expect(latencyWithin({ bounds: [1, null], counts: [0, 0] }, 0.5)).toBeNull();
  });

  test('each bar says what it holds', () => {
    expect(latencyBins(LATENCY).map(({ name }) => name)).toEqual([
      'less than 1 ms',
      'at most 1 ms',
      'at most 2 ms',
      'at most 5 ms',
      'at most 10 ms',
      'at most 20 ms',
      'more than 20 ms',
    ]);
    expect(scoreBins({ open: [3, 1], ruled: [0, 4] })).toEqual([
      { from: '0.00', name: '0.00 to 0.50', n: 3 },
      { from: '0.50', name: '0.50 to 1.00', n: 5 },
    ]);
  });
});

describe('what is said where nothing can be shown', () => {
  test('what Cloudflare stops before the Worker is not made up', () => {
    const list = {
      tier: 'block',
      name: 'threat_block',
      displayName: 'threat-block',
      id: 'a',
      foreign: 0,
      cap: 10,
    } as const;
    const lists = [{ ...list, items: 7 }];
    expect(sayBefore(null)).toContain('does not answer');
    expect(sayBefore({ mode: 'plan', killSwitch: false, lists })).toMatch(/^Nothing: no list/);
    expect(sayBefore({ mode: 'apply', killSwitch: true, lists })).toContain('kill switch');
    expect(sayBefore({ mode: 'apply', killSwitch: false, lists })).toContain('7 addresses and ranges are in one list');
  });

  test('a map without places says why, and one with some says nothing', () => {
    expect(sayNowhere(0, 0)).toContain('Nothing was stopped');
    expect(sayNowhere(3, 3)).toContain('on your own machine');
    expect(sayNowhere(3, 2)).toBe('');
  });
});

describe('outlines that cross the date line', () => {
  test('are cut into two, each on its side', () => {
    const ring = [
      [170, 60],
      [-170, 60],
      [-170, 70],
      [170, 70],
      [170, 60],
    ];
    const [east = [], west = []] = cutAtDateLine(ring);
    expect(Math.min(...east.map(([x = 0]) => x))).toBe(170);
    expect(Math.max(...east.map(([x = 0]) => x))).toBe(180);
    expect(Math.min(...west.map(([x = 0]) => x))).toBe(-180);
    expect(Math.max(...west.map(([x = 0]) => x))).toBe(-170);
  });

  test('begun on either side, they come out the same; others stay whole', () => {
    const ring = [
      [-170, 60],
      [-170, 70],
      [170, 70],
      [170, 60],
      [-170, 60],
    ];
    expect(
      cutAtDateLine(ring)
        .map((part) => Math.sign(part[0]?.[0] ?? 0))
        .toSorted((a, b) => a - b),
    ).toEqual([-1, 1]);
    const plain = [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 0],
    ];
    expect(cutAtDateLine(plain)).toEqual([plain]);
  });
});
