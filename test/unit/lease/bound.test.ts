import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leaseLife } from '../../../src/edge/lease-terms.ts';
import { findBreach, simulate, type Arrival, type Mistakes, type World } from './simulation.ts';

const ISOLATES = 6;
const HOUR = 3_600_000;

const fates = fc.record({
  outward: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 4000 })),
  back: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 4000 })),
  loss: fc.constantFrom('none' as const, 'none' as const, 'none' as const, 'request' as const, 'reply' as const),
  retried: fc.boolean(),
});

const arrivals = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 30_000 }),
    isolate: fc.integer({ min: 0, max: ISOLATES - 1 }),
    count: fc.integer({ min: 1, max: 60 }),
    client: fc.constantFrom('a', 'a', 'b'),
    score: fc.constantFrom(0, 0, 0, 0.5, 0.9, 1),
    fate: fates,
  }),
  { minLength: 10, maxLength: 60 },
);

const worlds = fc.record({
  route: fc.record({
    id: fc.constant('r'),
    windowSeconds: fc.integer({ min: 1, max: 12 }),
    durable: fc.constant(false),
  }),
  limit: fc.constantFrom(1, 5, 20, 21, 64, 100),
  skews: fc.array(fc.integer({ min: -HOUR, max: HOUR }), { minLength: ISOLATES, maxLength: ISOLATES }),
  guardianSkew: fc.integer({ min: -HOUR, max: HOUR }),
  lag: fc.integer({ min: 0, max: 150 }),
});

const breachOf = (world: World, script: readonly Arrival[], mistakes?: Mistakes) => {
  // Simulated clocks must stay positive: true time begins well after 1970.
  const later = script.map((arrival) => ({ ...arrival, at: arrival.at + 10 * HOUR }));
  return findBreach(simulate(world, later, mistakes).passes, world.route.windowSeconds * 1000);
};

const NEAR = { loss: 'none' as const, retried: false };

/**
 * The sharpest order of things: one isolate fetches a lease and keeps it until the last moment its clock allows, while
 * another takes every permit as soon as there is one, so that nothing is wasted and each debit is missed when it leaves.
 */
const patient = fc.record({
  windowSeconds: fc.integer({ min: 2, max: 6 }),
  limit: fc.constantFrom(24, 40, 64),
  warmUp: fc.integer({ min: 4, max: 9 }),
  wait: fc.integer({ min: 0, max: 900 }),
  outward: fc.integer({ min: 0, max: 20 }),
  back: fc.integer({ min: 0, max: 20 }),
  lag: fc.integer({ min: 0, max: 150 }),
  skews: fc.array(fc.integer({ min: -HOUR, max: HOUR }), { minLength: 2, maxLength: 2 }),
});

type Patient = typeof patient extends fc.Arbitrary<infer T> ? T : never;

function playPatient(plan: Patient, mistakes?: Mistakes) {
  const { windowSeconds, limit, warmUp, wait, outward, back, lag, skews } = plan;
  const route = { id: 'r', windowSeconds, durable: false };
  const life = leaseLife(limit, windowSeconds * 1000);
  const script: Arrival[] = [];
  const come = (isolate: number, from: number, to: number, every: number) => {
    for (let at = from; at < to; at += every)
      script.push({ at, isolate, count: 1, client: 'a', score: 0, fate: { ...NEAR, outward, back } });
  };
  come(0, 0, warmUp * 50, 50);
  come(0, life - 400 + wait, life - 360 + wait, 1);
  come(1, warmUp * 50, 2 * (windowSeconds * 1000 + life), 10);
  return breachOf({ route, limit, skews, guardianSkew: 0, lag }, script, mistakes);
}

describe('an isolate that spends its lease at the last moment, and one that takes all the rest', () => {
  test('never pass more than the limit in any window together', () => {
    fc.assert(
      fc.property(patient, (plan) => {
        expect(playPatient(plan)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  test.each<[string, Mistakes]>([
    ['forgets a debit a third of a second early', { forgetEarlyMs: 350 }],
    ['spends permits a quarter of a second longer than they live', { spendLateMs: 250 }],
  ])('would be caught if the guardian or the book %s', (_name, mistakes) => {
    const found = fc.check(
      fc.property(patient, (plan) => playPatient(plan, mistakes) === null),
      { numRuns: 300, seed: 1, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});

describe('many isolates, skewed clocks, late, lost and repeated calls, changing scores', () => {
  test('never pass more than the limit in any window, nor more than a bad score allows', () => {
    fc.assert(
      fc.property(worlds, arrivals, (world, script) => {
        expect(breachOf(world, script)).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  test.each<[string, Mistakes]>([
    ['forgets a debit when the window has passed, though its permits live on', { forgetTau: true }],
    ['counts the life of permits from the reply', { liveFromReply: true }],
    ['spends permits without regard to the score', { ignoreScore: true }],
  ])('would be caught if it %s', (_name, mistakes) => {
    const found = fc.check(
      fc.property(worlds, arrivals, (world, script) => breachOf(world, script, mistakes) === null),
      { numRuns: 4000, seed: 1, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});
