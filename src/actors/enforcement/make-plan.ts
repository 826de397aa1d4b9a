import { TIERS, type ResponseRules } from '../../edge/reputation/graduated-response.ts';
import type { ListPlan, ListTier, Plan, PlanItem, ThreatOrigin, ThreatTable } from '../contracts.ts';
import { chooseItems, MARGIN, PINNED } from './choose-items.ts';
import { holdReasons } from './hold-plan.ts';
import { LIST_NAMES, tiersOf } from './list-names.ts';
import { ID_BYTES, knowsId, type Mirror } from './mirror.ts';
import { findEnclosing } from './nesting.ts';
import { findOverlap, indexRanges, type OverlapIndex } from './overlap-index.ts';
import { addReason, type Leaving, leaveReason, tierAt } from './plan-reasons.ts';
import { type Additions, packAdditions, packRemovals, type PlanWork, type Removals, sourcesAt } from './plan-work.ts';
import { matchRows, pickRanges, textAt } from './range-columns.ts';
import type { AccountView, ListView } from './sync-state.ts';

/** More items than this that wait for their ids are worth a survey: it costs one call per 500 items. */
const DEFER_LIMIT = 100;
/** Items of each kind that a list's plan shows. */
const SHOWN = 1000;

export interface PlanInput {
  /** Unix milliseconds. */
  readonly now: number;
  readonly table: ThreatTable;
  /** Of each row: index into TIERS, with hysteresis and dwell applied. */
  readonly tier: Uint8Array;
  /** By which the tiers were judged. */
  readonly rules: ResponseRules;
  readonly origin: ThreatOrigin;
  readonly account: AccountView;
  /** Client keys from which operators signed in. */
  readonly operators: readonly string[];
  /** Cloudflare's own ranges. */
  readonly cloudflare: readonly string[];
  /** Empties all lists, whatever the threats are. */
  readonly killSwitch: boolean;
  /** Items of each kind that a list's plan shows, 1,000 by default; all are in the work. */
  readonly shown?: number;
}

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

export interface PlanDraft {
  /** Without its hash, which is that of `canonical`. */
  readonly plan: Omit<Plan, 'hash'>;
  readonly counts: readonly ListCounts[];
  readonly work: PlanWork;
  /** What it would do, as text, the same for the same changes: hashed (SHA-256, lower-case hex) it is the plan's name. */
  readonly canonical: string;
  /** Nothing to write. */
  readonly idle: boolean;
  /** So many removals are deferred that a survey is worth its calls: survey, then plan again. */
  readonly surveyFirst: boolean;
}

/**
 * What would have to be written into the account's lists, so that they hold the threats that matter most, with a reason
 * for each address. Pure; hardest tiers take their room first.
 */
export function makePlan(input: PlanInput): PlanDraft {
  const { table, account, killSwitch } = input;
  const allow = indexRanges(table.allow.map((entry) => entry.range));
  const wanted = wantedTiers(input, allow);
  const enclosing = findEnclosing(table, wanted);
  const states = account.lists.map((list) => weighList(input, list, wanted, enclosing, allow));
  const deferred = states.reduce((sum, state) => sum + state.deferred, 0);
  let room = Math.max(0, account.plan.items - account.foreignItems - deferred);
  const lists = states.map((state) => {
    const fitted = fitList(input, state, killSwitch ? 0 : room);
    room -= fitted.kept;
    return fitted;
  });
  const held = killSwitch
    ? []
    : holdReasons(
        lists.map(({ state, added, plan }) => ({ ...plan, rows: state.table, added })),
        { operators: input.operators, cloudflare: input.cloudflare, allow: table.allow },
      );
  const plan: Omit<Plan, 'hash'> = {
    at: input.now,
    listMode: account.mode,
    origin: input.origin,
    lists: lists.map((list) => list.plan),
    held,
    approved: false,
    cap: {
      plan: account.plan.name,
      limit: account.plan.items,
      used: lists.reduce((sum, list) => sum + list.plan.after, 0),
      foreign: account.foreignItems,
    },
  };
  return {
    plan,
    counts: lists.map((list) => list.counts),
    work: { empty: killSwitch, sources: table.sources, lists: lists.map((list) => list.work) },
    canonical: lists.map((list) => list.canonical).join(''),
    idle: lists.every(({ counts }) => counts.additions === 0 && counts.removals === 0),
    surveyFirst: !killSwitch && deferred > DEFER_LIMIT,
  };
}

/** The tier in whose list each row belongs, as index into TIERS; 0: in none. */
function wantedTiers({ table, tier, account, killSwitch }: PlanInput, allow: OverlapIndex): Uint8Array {
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

interface WeighedList {
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

function weighList(
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

interface FittedList {
  readonly state: WeighedList;
  readonly plan: ListPlan;
  readonly counts: ListCounts;
  readonly work: PlanWork['lists'][number];
  readonly canonical: string;
  /** Rows to add, the highest score first. */
  readonly added: Uint32Array;
  /** Places taken, those of deferred items apart. */
  readonly kept: number;
}

function fitList(input: PlanInput, state: WeighedList, room: number): FittedList {
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
