import { array, assert, asyncProperty, constantFrom, integer, nat, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FaultKind } from '../../support/node/cloudflare/faults.ts';
import { crashMatrix, run, SCENARIOS, wrongLists } from '../../support/node/enforcement/crash-matrix.ts';
import { SyncBed } from '../../support/node/enforcement/sync-bed.ts';
import { tableOf } from '../../support/node/enforcement/threats.ts';

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

describe('crashes and faults of the API together', () => {
  const KINDS: readonly FaultKind[] = [
    '500',
    '429',
    'html',
    'drop-request',
    'drop-reply',
    'half-operation',
    'stuck-operation',
  ];

  test('when they are over the lists become what is planned, and nothing foreign was touched', async () => {
    const fault = record({ kind: constantFrom(...KINDS), times: integer({ min: 1, max: 3 }), skip: nat(8) });
    await assert(
      asyncProperty(
        constantFrom(...SCENARIOS.filter(({ soon }) => soon !== true)),
        array(fault, { minLength: 1, maxLength: 4 }),
        array(nat(30), { maxLength: 4 }),
        constantFrom(0, 700, 6000, 90_000),
        async (scenario, faults, crashes, gapMs) => {
          const { killSwitch = false, wanted, before, options } = scenario;
          const bed = await SyncBed.start(options);
          try {
            if (before !== null) await bed.cycle(tableOf(before));
            bed.now += 7 * 3_600_000;
            const foreign = bed.foreign();
            for (const spec of faults) bed.cloud.fault(spec);
            await bed.survive(tableOf(wanted), { crashes, gapMs, killSwitch });
            bed.cloud.clearFaults();
            bed.cloud.releaseOperations();
            bed.now += 60_000;
            let state = await bed.cycle(tableOf(wanted), killSwitch);
            // A job that was given up is followed by a whole one.
            if (state.last?.problem !== null) state = await bed.cycle(tableOf(wanted), killSwitch);
            expect(state.last).toMatchObject({ problem: null });
            expect(wrongLists(bed, scenario)).toEqual([]);
            expect(bed.foreign()).toEqual(foreign);
            const refs = bed.cloud.rules().map(({ ref }) => ref);
            expect(new Set(refs).size).toBe(refs.length);
          } finally {
            await bed.stop();
          }
        },
      ),
      { numRuns: 80 },
    );
  });
});
