import { describe, expect, test } from 'vitest';
import { IsolateRoll } from '../../../src/actors/bus/isolate-roll.ts';
import { TopCounter } from '../../../src/actors/bus/top-keys.ts';
import { Totals } from '../../../src/actors/bus/totals.ts';
import type { TelemetryBatch } from '../../../src/actors/contracts.ts';
import { Figures, LATENCY_BOUNDS, latencyBucket, scoreBucket, SCORE_BUCKETS } from '../../../src/edge/histogram.ts';
import { Suspects } from '../../../src/edge/suspects.ts';

const T = 1_700_000_040_000;
const HOUR = 3_600_000;
const batch = (over: Partial<TelemetryBatch> = {}): TelemetryBatch => ({
  events: [],
  outcomes: {},
  routes: {},
  countries: {},
  seq: 0,
  at: T,
  ...over,
});
const event = (id: string) => ({
  id: 'e',
  kind: 'request' as const,
  at: T,
  outcome: 'block' as const,
  reason: '',
  seq: 0,
  ruleIds: [id],
});

/** As it is after the actor was evicted. */
const reborn = (totals: Totals) => new Totals(JSON.parse(JSON.stringify(totals.record())));

describe('paths, addresses and networks', () => {
  test('are told the most frequent first, and survive being stored', () => {
    let totals = new Totals();
    totals.add(batch({ paths: { '/a': 2, '/b': 5 }, addresses: { '203.0.113.7': 7 }, asns: { AS64500: 7 } }), T);
    totals = reborn(totals);
    totals.add(batch({ paths: { '/a': 4 } }), T);
    expect(totals.stats(T)).toMatchObject({
      byPath: [
        { key: '/a', n: 6 },
        { key: '/b', n: 5 },
      ],
      byAddress: [{ key: '203.0.113.7', n: 7 }],
      byAsn: [{ key: 'AS64500', n: 7 }],
    });
  });

  test('are of this half day and the one before', () => {
    const totals = new Totals();
    totals.add(batch({ paths: { '/old': 9 } }), T);
    totals.add(batch({ paths: { '/new': 1 } }), T + 12 * HOUR);
    expect(totals.stats(T + 12 * HOUR).byPath).toHaveLength(2);
    expect(totals.stats(T + 24 * HOUR).byPath).toEqual([{ key: '/new', n: 1 }]);
    totals.add(batch({ paths: { '/newest': 1 } }), T + 24 * HOUR);
    expect(totals.stats(T + 24 * HOUR).byPath?.map(({ key }) => key)).toEqual(['/new', '/newest']);
    expect(totals.record().recent).toHaveLength(2);
    expect(totals.stats(T + 90 * HOUR).byPath).toEqual([]);
  });

  test('do not grow with what comes, and what keeps coming is not driven out by a flood', () => {
    const totals = new Totals();
    for (let i = 0; i < 300; i++) {
      const flood = Object.fromEntries(Array.from({ length: 90 }, (_, j) => [`/${i}-${j}/${'x'.repeat(500)}`, 1]));
      totals.add(batch({ paths: { ...flood, '/login': 2 } }), T);
    }
    expect(totals.stats(T).byPath).toHaveLength(50);
    const [first] = totals.stats(T).byPath ?? [];
    expect(first?.key).toBe('/login');
    expect(first?.n).toBeGreaterThan(500);
    expect(first?.n).toBeLessThanOrEqual(600);
    expect(JSON.stringify(totals.record()).length).toBeLessThan(60_000);
  });

  test('of one report are at most a hundred, and a count that is none is nothing', () => {
    const totals = new Totals();
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`AS${i + 1}`, 1]));
    totals.add(batch({ asns: many, addresses: { a: -1, b: Number.NaN, c: 1.5 } }), T);
    expect(totals.record().recent?.[0]?.tops.asns).toHaveLength(100);
    expect(totals.stats(T).byAddress).toEqual([]);
  });

  test('are never told more often than they came', () => {
    const counter = new TopCounter();
    const truth = new Map<string, number>();
    for (let i = 0; i < 20_000; i++) {
      const key = `k${(i * 7919) % ((i % 400) + 1)}`;
      counter.add(key, 1);
      truth.set(key, (truth.get(key) ?? 0) + 1);
    }
    for (const [key, n] of counter.certain()) expect(n).toBeLessThanOrEqual(truth.get(key) ?? 0);
    expect(counter.record().length).toBeLessThanOrEqual(128);
  });
});

describe('scores and waits', () => {
  test('fall into the bucket that begins at them', () => {
    expect([0, 0.049, 0.05, 0.15, 0.3, 0.35, 0.7, 0.999, 1, 2, -1].map(scoreBucket)).toEqual([
      0, 0, 1, 3, 6, 7, 14, 19, 19, 19, 0,
    ]);
    expect([0, 1, 3, 1000, 1001].map(latencyBucket)).toEqual([0, 1, 3, 10, 11]);
    expect(LATENCY_BOUNDS.at(-1)).toBeNull();
  });

  test('are counted by the isolate until it tells them, and summed by the bus', () => {
    const figures = new Figures();
    expect(figures.take()).toEqual({});
    figures.count(0.02, false, 0);
    figures.count(0.97, true, 3);
    const taken = figures.take();
    expect(figures.take()).toEqual({});
    let totals = new Totals();
    totals.add(batch(taken), T);
    totals = reborn(totals);
    totals.add(batch(taken), T + 12 * HOUR);
    const { scores, latency } = totals.stats(T + 12 * HOUR);
    expect(scores?.open[0]).toBe(2);
    expect(scores?.ruled[19]).toBe(2);
    expect(scores?.open).toHaveLength(SCORE_BUCKETS);
    expect(latency?.counts.reduce((sum, n) => sum + n, 0)).toBe(4);
  });

  test('of an isolate that is of another version are read as far as they can be', () => {
    const totals = new Totals();
    totals.add(batch({ scores: { open: [1], ruled: [] }, latency: Array.from({ length: 99 }, () => 1) }), T);
    expect(totals.stats(T).scores?.open[0]).toBe(1);
    expect(totals.stats(T).latency?.counts).toHaveLength(LATENCY_BOUNDS.length);
  });
});

describe('what is counted of requests that were not simply passed', () => {
  test('is told once, by redacted path', () => {
    const suspects = new Suspects();
    const token = 'a1b2c3d4'.repeat(5);
    for (const path of [`/reset/${token}`, `/reset/${token}x`, '/login'])
      suspects.count({ path, client: '203.0.113.7', asn: 64_500 });
    suspects.count({ path: '/login', client: null, asn: undefined });
    expect(suspects.take()).toEqual({
      paths: { '/reset/[redacted]': 2, '/login': 2 },
      addresses: { '203.0.113.7': 3 },
      asns: { AS64500: 3 },
    });
    expect(suspects.take()).toEqual({});
  });

  test('has an end', () => {
    const suspects = new Suspects();
    for (let i = 0; i < 1000; i++) suspects.count({ path: `/${i}`, client: `c${i}`, asn: i });
    const { paths = {}, addresses = {}, asns = {} } = suspects.take();
    for (const counts of [paths, addresses, asns]) expect(Object.keys(counts)).toHaveLength(100);
  });
});

describe('when a rule matched last', () => {
  test('is told of each rule, and survives being stored', () => {
    let totals = new Totals();
    totals.add(batch({ events: [event('sqli-001'), event('xss-001')] }), T);
    totals = reborn(totals);
    totals.add(batch({ events: [event('sqli-001')] }), T + 5);
    expect(totals.stats(T + 5).ruleLast).toEqual({ 'xss-001': T, 'sqli-001': T + 5 });
  });

  test('is kept of 500 rules', () => {
    const totals = new Totals();
    for (let i = 0; i < 600; i++) totals.add(batch({ events: [event(`r-${i}`)] }), T + i);
    const last = totals.stats(T + 600).ruleLast ?? {};
    expect(Object.keys(last)).toHaveLength(500);
    expect(last['r-599']).toBe(T + 599);
  });
});

describe('the fleet', () => {
  test('is the isolates of the last minute, by what they judge by', () => {
    const roll = new IsolateRoll();
    roll.hear('a', 3, T);
    roll.hear('b', 4, T + 30_000);
    roll.hear('c', 4, T + 30_000);
    const bySeq = [
      { seq: 4, isolates: 2 },
      { seq: 3, isolates: 1 },
    ];
    expect(roll.describe(T + 31_000)).toEqual({ isolates: 3, bySeq, rollout: null });
    expect(roll.describe(T + 61_000)).toEqual({ isolates: 2, bySeq: bySeq.slice(0, 1), rollout: null });
  });

  test('has a release when all have said so, and the time is that of the last', () => {
    const roll = new IsolateRoll();
    for (const isolate of ['a', 'b']) roll.hear(isolate, 3, T);
    roll.release(4, T + 1000);
    expect(roll.describe(T + 1000).rollout).toEqual({ seq: 4, at: T + 1000, behind: 2, tookMs: null });
    roll.hear('a', 4, T + 1500);
    expect(roll.describe(T + 1500).rollout).toMatchObject({ behind: 1, tookMs: 500 });
    roll.hear('b', 3, T + 1700);
    roll.hear('b', 4, T + 3000);
    roll.hear('a', 4, T + 9000);
    expect(roll.describe(T + 9000).rollout).toMatchObject({ behind: 0, tookMs: 2000 });
    roll.release(4, T + 10_000);
    expect(roll.describe(T + 10_000).rollout?.at).toBe(T + 1000);
  });

  test('does not count how long an isolate slept or that it is new as time that a release took', () => {
    const roll = new IsolateRoll();
    roll.hear('sleeper', 3, T);
    roll.release(4, T);
    roll.hear('newborn', 4, T + 70_000);
    roll.hear('sleeper', 4, T + 600_000);
    expect(roll.describe(T + 600_000).rollout).toMatchObject({ behind: 0, tookMs: null });
  });

  test('is bounded', () => {
    const roll = new IsolateRoll();
    for (let i = 0; i < 3000; i++) roll.hear(`i${i}`, 1, T);
    expect(roll.describe(T).isolates).toBe(1000);
  });
});
