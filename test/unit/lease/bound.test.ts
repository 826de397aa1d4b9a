import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
      { numRuns: 20000, seed: 1, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});
