import type { ThreatTable } from '../../../src/actors/contracts.ts';
import { TIERS } from '../../../src/edge/reputation/graduated-response.ts';
import { crashMatrix, SCENARIOS } from '../../support/node/enforcement/crash-matrix.ts';
import { SyncBed } from '../../support/node/enforcement/sync-bed.ts';
import { addressOf, type Row, tableOf } from '../../support/node/enforcement/threats.ts';

/** A free account, full. */
const ITEMS = 10_000;
/** Half of them additions, half removals. */
const CHANGES = 100;
/** Past this the ids of what was added are learned by the next look at the lists. */
const SURVEY_MS = 7 * 3_600_000;

export interface AccountFigures {
  /** Calls of the API: to fill the list, for the routine look at all items, and for a run with 100 changes. */
  readonly fillCalls: number;
  readonly surveyCalls: number;
  readonly changeCalls: number;
  /** For a run with nothing to change. */
  readonly idleCalls: number;
  /** The snapshots' threats wanted in the list of a free account, and how many of them it holds. */
  readonly wanted: number;
  readonly held: number;
  readonly crashes: { readonly points: number; readonly recovered: number; readonly failures: readonly string[] };
}

/** What a synchronisation takes, against the stand-in for the API over HTTP, and whether it bears a crash at every point. */
export async function measureAccount(
  threats: ThreatTable | null,
  tell: (line: string) => void,
): Promise<AccountFigures> {
  const bed = await SyncBed.start({ plan: 'free' });
  try {
    const calls = async (work: () => Promise<unknown>) => {
      const before = bed.cloud.calls.length;
      await work();
      return bed.cloud.calls.length - before;
    };
    const fillCalls = await calls(() => bed.cycle(tableOf(rows(0))));
    bed.now += SURVEY_MS;
    const surveyCalls = await calls(() => bed.cycle(tableOf(rows(0))));
    const changeCalls = await calls(() => bed.cycle(tableOf(rows(CHANGES / 2))));
    const idleCalls = await calls(() => bed.cycle(tableOf(rows(CHANGES / 2))));
    tell(`intel: ${ITEMS} items with ${CHANGES} changes take ${changeCalls} calls`);
    const [wanted, held] = threats === null ? [0, 0] : await fillFrom(threats);
    const matrices = [];
    for (const scenario of SCENARIOS) {
      const matrix = await crashMatrix(scenario);
      tell(`intel: ${matrix.name}: ${matrix.recovered} of ${matrix.points} crashes recovered`);
      matrices.push(matrix);
    }
    const crashes = {
      points: matrices.reduce((sum, matrix) => sum + matrix.points, 0),
      recovered: matrices.reduce((sum, matrix) => sum + matrix.recovered, 0),
      failures: matrices.flatMap(({ failures }) => failures),
    };
    return { fillCalls, surveyCalls, changeCalls, idleCalls, wanted, held, crashes };
  } finally {
    await bed.stop();
  }
}

function rows(from: number): readonly Row[] {
  return Array.from({ length: ITEMS }, (_, i) => ({ range: addressOf(from + i), score: 0.9 }));
}

/** Every threat of the snapshots as if it were to be blocked: 120,000 candidates for 10,000 places. */
async function fillFrom(table: ThreatTable): Promise<readonly [wanted: number, held: number]> {
  const bed = await SyncBed.start({ plan: 'free' });
  try {
    const tier = new Uint8Array(table.high.length).fill(TIERS.indexOf('block'));
    await bed.cycle({ table, tier });
    return [table.high.length, bed.own('threat_block').length];
  } finally {
    await bed.stop();
  }
}
