import { afterEach, describe, expect, test } from 'vitest';
import { type BedOptions, SyncBed } from '../../support/node/enforcement/sync-bed.ts';
import { addressOf, type Row, tableOf } from '../../support/node/enforcement/threats.ts';

let bed: SyncBed;
afterEach(() => bed.stop());

const start = async (options: BedOptions = {}) => (bed = await SyncBed.start(options));

const rowsOf = (from: number, to: number, score: number): readonly Row[] =>
  Array.from({ length: to - from }, (_, i) => ({ range: addressOf(from + i), score }));

describe('sync', () => {
  test('from nothing: creates lists, fills them, makes the rules', async () => {
    await start({ plan: 'pro', withRules: true, chunk: 20 });
    const rows = [...rowsOf(0, 50, 0.9), ...rowsOf(50, 70, 0.7), ...rowsOf(70, 80, 0.5)];
    const state = await bed.cycle(tableOf(rows));
    expect(state.last).toMatchObject({ kind: 'apply', added: 80, removed: 0, problem: null });
    expect(bed.own('threat_block')).toEqual(
      rows
        .slice(0, 50)
        .map((row) => row.range)
        .toSorted(),
    );
    expect(bed.own('threat_challenge')).toHaveLength(20);
    expect(bed.own('threat_rate_limit')).toHaveLength(10);
    expect(bed.cloud.rules().map(({ ref, action }) => [ref, action])).toEqual([
      ['edgeshield_threat_block', 'block'],
      ['edgeshield_threat_challenge', 'managed_challenge'],
    ]);
    console.log(bed.cloud.calls.length, bed.points, state.last);
  });
});
