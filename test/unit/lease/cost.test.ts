import { describe, expect, test } from 'vitest';
import { findBreach, simulate, type Arrival, type Fate, type World } from './simulation.ts';

const FATE: Fate = { outward: 10, back: 10, loss: 'none', retried: false };
const START = 1e12;
const MINUTE = 60_000;

const world = (limit: number, isolates = 1): World => ({
  route: { id: 'r', windowSeconds: 60, durable: false },
  limit,
  skews: Array.from({ length: isolates }, () => 0),
  guardianSkew: 0,
  lag: 0,
});

/** A repeatable stand-in for chance, 0 to 1 (Park and Miller's generator). */
function dice(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Clients that each come every `gapMs`, give or take `jitter` of it, to an isolate of chance. */
function steady(clients: number, gapMs: number, jitter: number, minutes: number, isolates = 1): Arrival[] {
  const chance = dice(42);
  const arrivals: Arrival[] = [];
  for (let c = 0; c < clients; c++) {
    const phase = chance() * gapMs;
    for (let at = phase; at < minutes * MINUTE; at += gapMs * (1 + jitter * (2 * chance() - 1))) {
      const isolate = Math.floor(chance() * isolates);
      arrivals.push({ at: START + Math.round(at), isolate, count: 1, client: `c${c}`, score: 0, fate: FATE });
    }
  }
  return arrivals;
}

/** Calls per 1,000 requests once every client has its pace: the first two minutes are taken off. */
function steadyCalls(limit: number, clients: number, gapMs: number, jitter: number) {
  const early = simulate(world(limit), steady(clients, gapMs, jitter, 2));
  const whole = simulate(world(limit), steady(clients, gapMs, jitter, 12));
  const requests = whole.requests - early.requests;
  return {
    calls: ((whole.calls - early.calls) / requests) * 1000,
    waits: ((whole.waits - early.waits) / requests) * 1000,
    refused: whole.refused,
  };
}

describe('clients that keep coming', () => {
  test.each([0, 0.3])(
    'once a second on 100 per minute cost at most 75 calls per 1,000 requests (jitter %d)',
    (jitter) => {
      const cost = steadyCalls(100, 100, 1000, jitter);
      expect(cost.calls).toBeLessThanOrEqual(75);
      // Leases are fetched ahead: hardly a request waits.
      expect(cost.waits).toBeLessThanOrEqual(10);
      expect(cost.refused).toBe(0);
    },
  );

  test('at the pace of a small limit are never refused', () => {
    // 10 per minute, debits count for 62 s: one request every 6.5 s can be sustained for ever.
    const run = simulate(world(10), steady(20, 6500, 0.04, 10));
    expect(run.refused).toBe(0);
    expect(run.calls).toBe(run.requests);
  });

  test('spread over two isolates by chance are hardly ever refused', () => {
    const run = simulate(world(100, 2), steady(50, 1000, 0.3, 10, 2));
    expect((run.refused / run.requests) * 1000).toBeLessThan(0.5);
  });
});

describe('a flood', () => {
  test.each([
    [10, 2],
    [100, 8],
    [1000, 25],
  ])('on a limit of %d costs at most %d calls per 1,000 refused requests', (limit, bar) => {
    const arrivals: Arrival[] = [];
    for (let at = 0; at < 5 * MINUTE; at += 100)
      arrivals.push({ at: START + at, isolate: 0, count: 20, client: 'flood', score: 0, fate: FATE });
    const run = simulate(world(limit), arrivals);
    expect(run.refused).toBeGreaterThan(50_000);
    expect((run.calls / run.refused) * 1000).toBeLessThanOrEqual(bar);
    expect(findBreach(run.passes, MINUTE)).toBeNull();
    // Refused, but not starved: what the limit allows still passes, window after window.
    expect(run.passes.length).toBeGreaterThanOrEqual(limit * 3);
  });
});

describe('a small limit', () => {
  test('is exact: over many isolates the first `limit` requests pass and the next is refused', () => {
    const arrivals = Array.from({ length: 40 }, (_, i) => ({
      at: START + i * 100,
      isolate: i % 4,
      count: 1,
      client: 'c',
      score: 0,
      fate: FATE,
    }));
    const run = simulate(world(20, 4), arrivals);
    expect(run.passes.map((pass) => pass.at)).toEqual(arrivals.slice(0, 20).map((arrival) => arrival.at + 20));
    expect(run.refused).toBe(20);
  });
});
