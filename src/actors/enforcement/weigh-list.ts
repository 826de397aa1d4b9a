import { TIERS } from '../../edge/reputation/graduated-response.ts';
import type { ThreatTable } from '../contracts.ts';
import { MARGIN, PINNED } from './choose-items.ts';
import { tiersOf } from './list-names.ts';
import { knowsId } from './mirror.ts';
import { findOverlap, type OverlapIndex } from './overlap-index.ts';
import type { PlanInput } from './plan-input.ts';
import { tierAt } from './plan-reasons.ts';
import { matchRows } from './range-columns.ts';
import type { ListView } from './sync-state.ts';

/** The tier in whose list each row belongs, as index into TIERS; 0: in none. */
export function wantedTiers({ table, tier, account, killSwitch }: PlanInput, allow: OverlapIndex): Uint8Array {
  const wanted = new Uint8Array(tier.length);
  if (killSwitch) return wanted;
  const listed = TIERS.map((name) => tiersOf(account.mode).some((one) => one === name));
  for (let row = 0; row < tier.length; row += 1) {
    if (listed[tier[row]!] !== true) continue;
    const spared = findOverlap(allow, table, row);
    // A range that holds an operator's or Cloudflare's addresses was not carved: it is shown, and the plan is held for it.
    const shown = spared !== null && !spared.within && isGuarded(table, spared.index);
    if (spared === null || shown) wanted[row] = tier[row]!;
  }
  for (const list of account.lists) {
    const same = matchRows(list.foreign, table);
    // Adding it would write over somebody else's item; its addresses are in the list already.
    for (const row of same) if (row >= 0 && tierAt(wanted[row]!) === list.tier) wanted[row] = 0;
  }
  return wanted;
}

function isGuarded(table: ThreatTable, entry: number): boolean {
  const origin = table.allow[entry]?.origin;
  return origin === 'operator' || origin === 'cloudflare';
}

/** What there is to choose from for one list. */
export interface WeighedList {
  readonly table: ThreatTable;
  readonly list: ListView;
  readonly allow: OverlapIndex;
  readonly enclosing: Int32Array;
  /** For each own item its row in the table, or -1; for each row its item, or -1. */
  readonly rowOf: Int32Array;
  readonly itemOf: Int32Array;
  /** See `chooseItems`. */
  readonly priority: Uint16Array;
  /** Items that cannot be taken out yet. */
  readonly stays: Uint8Array;
  readonly deferred: number;
  readonly redundant: number;
}

export function weighList(
  { table }: PlanInput,
  list: ListView,
  wanted: Uint8Array,
  enclosing: Int32Array,
  allow: OverlapIndex,
): WeighedList {
  const index = TIERS.indexOf(list.tier);
  const { own } = list;
  const rowOf = matchRows(own, table);
  const itemOf = new Int32Array(wanted.length).fill(-1);
  for (let item = 0; item < rowOf.length; item += 1) if (rowOf[item]! >= 0) itemOf[rowOf[item]!] = item;
  const priority = new Uint16Array(wanted.length);
  let redundant = 0;
  for (let row = 0; row < wanted.length; row += 1) {
    if (wanted[row] !== index) continue;
    const outer = enclosing[row]!;
    const weight = table.score[row]! + 1 + (itemOf[row]! >= 0 ? MARGIN : 0);
    // A range stands for all that it holds: it is listed when any of them would be.
    const target = outer < 0 ? row : outer;
    if (outer >= 0) redundant += 1;
    if (weight > priority[target]!) priority[target] = weight;
  }
  const stays = new Uint8Array(rowOf.length);
  let deferred = 0;
  for (let item = 0; item < rowOf.length; item += 1) {
    if (knowsId(own.ids, item)) continue;
    const row = rowOf[item]!;
    if (row >= 0 && priority[row]! > 0) priority[row] = PINNED;
    else if (findOverlap(allow, own, item) === null) {
      stays[item] = 1;
      deferred += 1;
    }
  }
  return { table, list, allow, enclosing, rowOf, itemOf, priority, stays, deferred, redundant };
}
