import { array, assert, asyncProperty, constantFrom, nat } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crashMatrix, run, SCENARIOS } from '../../support/node/enforcement/crash-matrix.ts';

describe('a crash at every point of a cycle', () => {
  test.each(SCENARIOS)('$name: lists end as planned, nothing is done twice', async (scenario) => {
    const { points, recovered, failures } = await crashMatrix(scenario);
    expect(failures).toEqual([]);
    expect(recovered).toBe(points);
    expect(points).toBeGreaterThan(30);
  });

  test('crash after crash, wherever they fall', async () => {
    await assert(
      asyncProperty(
        constantFrom(...SCENARIOS),
        array(nat(40), { minLength: 2, maxLength: 8 }),
        constantFrom(0, 700, 1500, 6000, 90_000),
        async (scenario, crashes, gapMs) => {
          expect((await run(scenario, { crashes, gapMs })).problems).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
