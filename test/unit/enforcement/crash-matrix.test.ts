import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crashMatrix, run, SCENARIOS } from '../../support/node/enforcement/crash-matrix.ts';

describe('a crash at every point of a cycle', () => {
  test.each(SCENARIOS)('$name: lists end as planned, nothing is done twice', async (scenario) => {
    const { points, recovered, failures } = await crashMatrix(scenario);
    console.log(scenario.name, points, recovered, failures.slice(0, 10));
    expect(failures).toEqual([]);
    expect(recovered).toBe(points);
    expect(points).toBeGreaterThan(30);
  });

  test('crash after crash, wherever they fall', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SCENARIOS),
        fc.array(fc.nat(40), { minLength: 2, maxLength: 8 }),
        async (scenario, crashes) => {
          expect((await run(scenario, crashes)).problems).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
