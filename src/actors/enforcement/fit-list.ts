import type { ListPlan, ListTier, PlanItem, ThreatTable } from '../contracts.ts';
import { chooseItems } from './choose-items.ts';
import { LIST_NAMES, tiersOf } from './list-names.ts';
import { ID_BYTES, type Mirror } from './mirror.ts';
import { findOverlap } from './overlap-index.ts';
import type { PlanInput } from './plan-input.ts';
import { addReason, type Leaving, leaveReason, tierAt } from './plan-reasons.ts';
import { type Additions, type ListWork, packAdditions, packRemovals, type Removals, sourcesAt } from './plan-work.ts';
import { pickRanges, textAt } from './range-columns.ts';
import type { WeighedList } from './weigh-list.ts';

/** Items of each kind that a list's plan shows. */
const SHOWN = 1000;

export interface ListCounts {
  readonly tier: ListTier;
  readonly additions: number;
  readonly removals: number;
  /** Own items that should go but whose ids are not known: they wait for the next survey. */
  readonly deferred: number;
  /** Left out because a listed range holds them. */
  readonly redundant: number;
  /** Left out for want of room. */
  readonly cut: number;
}

/** What one list would become. */
export interface FittedList {
  readonly state: WeighedList;
  readonly plan: ListPlan;
  readonly counts: ListCounts;
  readonly work: ListWork;
  readonly canonical: string;
  /** Rows to add, the highest score first. */
  readonly added: Uint32Array;
  /** Places taken, those of deferred items apart. */
  readonly kept: number;
}

/** Chooses the items for `room` places, and says what has to be written for them. */
export function fitList(input: PlanInput, state: WeighedList, room: number): FittedList {
  const { table, list, rowOf, itemOf } = state;
  const { tier, own } = list;
  const stays = input.killSwitch ? new Uint8Array(rowOf.length) : state.stays;
  const { chosen, count, candidates } = chooseItems(state.priority, room, (row) => itemOf[row]! >= 0);
  const adding: number[] = [];
  for (let row = 0; row < chosen.length; row += 1) if (chosen[row] === 1 && itemOf[row]! < 0) adding.push(row);
  const leaving: number[] = [];
  for (let item = 0; item < rowOf.length; item += 1) {
    const row = rowOf[item]!;
    if (stays[item] === 0 && (row < 0 || chosen[row] === 0)) leaving.push(item);
  }
  const added = Uint32Array.from(adding).sort((a, b) => table.score[b]! - table.score[a]! || a - b);
  const removed = Uint32Array.from(leaving);
  const deferred = input.killSwitch ? 0 : state.deferred;
  const shown = input.shown ?? SHOWN;
  const { name, displayName } = LIST_NAMES[tier];
  const before = rowOf.length;
  return {
    state,
    plan: {
      tier,
      name,
      displayName,
      adds: Array.from(added.subarray(0, shown), (row) => addItem(input, tier, row)),
      removals: Array.from(removed.subarray(0, shown), (item) =>
        removeItem(input, state, { item, chosen, newcomers: added.length }),
      ),
      addCount: added.length,
      removalCount: removed.length,
      before,
      after: before + added.length - removed.length,
      foreign: list.foreignItems,
      wanted: candidates,
      cap: room + deferred,
    },
    counts: {
      tier,
      additions: added.length,
      removals: removed.length,
      deferred,
      redundant: state.redundant,
      cut: candidates - count,
    },
    work: { tier, additions: packAdditions(pickRows(table, added)), removals: packRemovals(pickItems(own, removed)) },
    canonical: [
      name,
      ...adding.map((row) => `+${textAt(table, row)}`),
      ...leaving.map((item) => `-${textAt(own, item)}`),
      '',
    ].join('\n'),
    added,
    kept: count,
  };
}

function addItem({ table, rules }: PlanInput, tier: ListTier, row: number): PlanItem {
  const score = table.score[row]!;
  const sources = sourcesAt(table.sourceBits[row]!, table.sources);
  return { range: textAt(table, row), score: score / 255, sources, reason: addReason(tier, score, sources, rules) };
}

interface Leaver {
  readonly item: number;
  readonly chosen: Uint8Array;
  /** Rows that come into the list. */
  readonly newcomers: number;
}

function removeItem(input: PlanInput, state: WeighedList, leaver: Leaver): PlanItem {
  const { table, rules } = input;
  const { item } = leaver;
  const { list, rowOf } = state;
  const row = rowOf[item]!;
  return {
    range: textAt(list.own, item),
    score: row < 0 ? 0 : table.score[row]! / 255,
    sources: row < 0 ? [] : sourcesAt(table.sourceBits[row]!, table.sources),
    reason: leaveReason(list.tier, whyLeaving(input, state, leaver), rules),
  };
}

function whyLeaving(input: PlanInput, state: WeighedList, { item, chosen, newcomers }: Leaver): Leaving {
  const { table, tier, account, killSwitch } = input;
  const { list, allow, enclosing, rowOf } = state;
  if (killSwitch) return { why: 'kill-switch' };
  const spared = findOverlap(allow, list.own, item);
  const entry = spared === null ? undefined : table.allow[spared.index];
  if (spared !== null && entry !== undefined) return { why: 'allowed', entry, within: spared.within };
  if (!tiersOf(account.mode).includes(list.tier)) return { why: 'list-unused' };
  const row = rowOf[item]!;
  if (row < 0) return { why: 'unlisted' };
  const now = tierAt(tier[row]!);
  if (now !== list.tier) return { why: 'other-tier', score: table.score[row]!, now };
  const outer = enclosing[row]!;
  const covered = outer >= 0 && chosen[outer] === 1;
  return covered ? { why: 'within', range: textAt(table, outer) } : { why: 'no-room', newcomers };
}

/** Rows of the threats, IPv4 first as columns must be, else in the order given. */
function pickRows(table: ThreatTable, rows: Uint32Array): Additions {
  const order = [...rows.filter((row) => row < table.ipv4), ...rows.filter((row) => row >= table.ipv4)];
  return {
    ...pickRanges(table, order),
    score: Uint8Array.from(order, (row) => table.score[row]!),
    sourceBits: Uint32Array.from(order, (row) => table.sourceBits[row]!),
  };
}

function pickItems(own: Mirror, items: Uint32Array): Removals {
  const ids = new Uint8Array(items.length * ID_BYTES);
  items.forEach((item, i) => ids.set(own.ids.subarray(item * ID_BYTES, (item + 1) * ID_BYTES), i * ID_BYTES));
  return { ...pickRanges(own, items), ids };
}
