import type { ListTier } from '../contracts.ts';
import { tiersOf } from './list-names.ts';
import { EMPTY_LIST, ID_BYTES, joinMirrors, type ListMirror, packList, type PackedList, unpackList } from './mirror.ts';
import {
  type Additions,
  packAdditions,
  packRemovals,
  type PlanWork,
  unpackAdditions,
  unpackRemovals,
} from './plan-work.ts';
import { findRow, pickRanges, textAt } from './range-columns.ts';
import { type Job, type JobList, SURVEY_EVERY_MS, type SyncState } from './sync-state.ts';

/** How many items an API call may carry is not documented; a thousand have always been taken. */
export const CHUNK = 1000;

export interface JobSettings {
  /** The caller's name for it. */
  readonly id: string;
  /** Unix milliseconds. */
  readonly now: number;
  /** Items per request, 1,000 by default. */
  readonly chunk?: number;
}

/** A full look at the account and its lists. Where a job is under way it goes on instead: it looks when it has to. */
export function beginSurvey(state: SyncState, settings: JobSettings): SyncState {
  return state.job === null ? begin(state, { kind: 'survey', empty: false, sources: [], lists: [] }, settings) : state;
}

/** Begins to apply a plan. A job under way is given up for it; the write that it may have under way is waited for. */
export function beginApply(state: SyncState, work: PlanWork, settings: JobSettings): SyncState {
  const left = foldJob(state);
  const operation = left.operation === null ? null : { ...left.operation, from: 0, to: 0, looks: 1 };
  const doubt = operation === null ? left.doubt : 'a write of the job before may have changed the lists';
  return begin({ ...left, operation, doubt, job: null }, { kind: 'apply', ...work }, settings);
}

/** Rules are looked at as often as lists are. */
export function rulesDue({ rules }: SyncState, now: number): boolean {
  return rules.checkedAt === null || now - rules.checkedAt >= SURVEY_EVERY_MS;
}

/** Tiers whose lists have to be created. */
export function missingLists({ account }: SyncState): readonly ListTier[] {
  return account === null ? [] : tiersOf(account.mode).filter((tier) => account.lists[tier] === undefined);
}

/** There is something to apply even where the plan is idle. */
export function applyNeeded(state: SyncState, idle: boolean, wantsRules: boolean, now: number): boolean {
  return !idle || missingLists(state).length > 0 || (wantsRules && rulesDue(state, now));
}

function begin(state: SyncState, work: PlanWork & { kind: Job['kind'] }, { id, now, chunk }: JobSettings): SyncState {
  const lists = work.lists.map((list): JobList => ({ ...list, added: 0, removed: 0 }));
  const job: Job = {
    id,
    kind: work.kind,
    startedAt: now,
    empty: work.empty,
    sources: work.sources,
    lists,
    rulesDone: false,
    chunk: chunk ?? CHUNK,
    narrowed: null,
    surveyed: false,
    calls: 0,
    additions: lists.reduce((sum, list) => sum + list.additions.n, 0),
    removals: lists.reduce((sum, list) => sum + list.removals.n, 0),
    dropped: 0,
    refused: [],
    problem: null,
  };
  return { ...state, job, listing: null, failures: 0, setbacks: 0, notBefore: 0, trouble: null };
}

/** What is left to do of a job. */
export function pending(job: Job): { readonly additions: number; readonly removals: number } {
  return {
    additions: job.lists.reduce((sum, list) => sum + list.additions.n - list.added, 0),
    removals: job.lists.reduce((sum, list) => sum + list.removals.n - list.removed, 0),
  };
}

/** The state with what the job has done so far written into the mirrors. */
function foldJob(state: SyncState): SyncState {
  const { job } = state;
  if (job === null) return state;
  const mirrors = { ...state.mirrors };
  for (const list of job.lists) {
    if (list.added > 0 || list.removed > 0) mirrors[list.tier] = foldList(mirrors[list.tier], list, job);
  }
  return { ...state, mirrors };
}

function foldList(packed: PackedList | undefined, list: JobList, job: Job): PackedList {
  const mirror = packed === undefined ? EMPTY_LIST : unpackList(packed);
  const additions = unpackAdditions(list.additions);
  const removals = unpackRemovals(list.removals);
  const gone = new Set<number>();
  for (let row = 0; row < list.removed; row += 1) gone.add(findRow(mirror.own, removals, row));
  const refused = new Set(job.refused);
  const since = new Uint32Array(list.additions.n).fill(Math.floor(job.startedAt / 1000));
  const ids = new Uint8Array(list.additions.n * ID_BYTES);
  const own = joinMirrors([mirror.own, { ...additions, since, ids }], (part, row) =>
    part === 0 ? !gone.has(row) : row < list.added && (refused.size === 0 || !refused.has(textAt(additions, row))),
  );
  return packList({ ...mirror, own });
}

/** The job ends: `problem` is why it failed, or null. */
export function endJob(state: SyncState, problem: string | null, now: number): SyncState {
  const { job } = state;
  if (job === null) return state;
  const left = pending(job);
  const why = [problem, job.problem].filter((text) => text !== null).join('; ');
  return {
    ...foldJob(state),
    job: null,
    listing: null,
    failures: 0,
    setbacks: 0,
    notBefore: 0,
    trouble: null,
    last: {
      id: job.id,
      kind: job.kind,
      startedAt: job.startedAt,
      endedAt: now,
      added: job.additions - job.dropped - left.additions,
      removed: job.removals - left.removals,
      calls: job.calls,
      problem: why === '' ? null : why,
    },
  };
}

/**
 * The lists have been looked at: what of the job is still to do. Additions that are there are done, those that somebody
 * else lists meanwhile are dropped; removals that are gone are done, the others get the ids that were seen.
 */
export function compareAgain(job: Job, mirrors: SyncState['mirrors']): Job {
  const before = pending(job);
  let dropped = 0;
  const lists = job.lists.map((list): JobList => {
    const packed = mirrors[list.tier];
    const mirror = packed === undefined ? EMPTY_LIST : unpackList(packed);
    const missing = missingAdditions(list, mirror, job.refused);
    dropped += missing.dropped;
    return {
      tier: list.tier,
      additions: missing.additions,
      removals: job.empty ? packRemovals(mirror.own) : presentRemovals(list, mirror),
      added: 0,
      removed: 0,
    };
  });
  const compared = { ...job, lists, dropped: job.dropped + dropped };
  return job.empty ? { ...compared, removals: job.removals - before.removals + pending(compared).removals } : compared;
}

function missingAdditions(list: JobList, mirror: ListMirror, refused: readonly string[]) {
  const rows = unpackAdditions(list.additions);
  const skip = new Set(refused);
  const missing: number[] = [];
  let dropped = 0;
  for (let row = 0; row < rows.high.length; row += 1) {
    if (findRow(mirror.own, rows, row) >= 0 || (skip.size > 0 && skip.has(textAt(rows, row)))) continue;
    if (findRow(mirror.foreign, rows, row) >= 0) dropped += 1;
    else missing.push(row);
  }
  return { additions: packAdditions(pickAdditions(rows, missing)), dropped };
}

function presentRemovals(list: JobList, { own }: ListMirror) {
  const rows = unpackRemovals(list.removals);
  const present: number[] = [];
  for (let row = 0; row < rows.high.length; row += 1) {
    const item = findRow(own, rows, row);
    if (item >= 0) present.push(item);
  }
  const ids = new Uint8Array(present.length * ID_BYTES);
  present.forEach((item, i) => ids.set(own.ids.subarray(item * ID_BYTES, (item + 1) * ID_BYTES), i * ID_BYTES));
  return packRemovals({ ...pickRanges(own, present), ids });
}

function pickAdditions(rows: Additions, picked: readonly number[]): Additions {
  return {
    ...pickRanges(rows, picked),
    score: Uint8Array.from(picked, (row) => rows.score[row]!),
    sourceBits: Uint32Array.from(picked, (row) => rows.sourceBits[row]!),
  };
}

/** True when all that the operation was to do can be seen in the lists. */
export function isVisible(state: SyncState): boolean {
  const { operation, job } = state;
  const list = job?.lists.find(({ tier }) => tier === operation?.tier);
  if (operation === null || list === undefined || operation.to === 0) return false;
  const packed = state.mirrors[operation.tier];
  const { own } = packed === undefined ? EMPTY_LIST : unpackList(packed);
  const adding = operation.kind === 'add';
  const rows = adding ? unpackAdditions(list.additions) : unpackRemovals(list.removals);
  for (let row = operation.from; row < operation.to; row += 1) {
    if (findRow(own, rows, row) >= 0 !== adding) return false;
  }
  return true;
}

/** The operation is done: the job is further, and the next may begin. */
export function advanceCursor(state: SyncState): SyncState {
  const { operation, job } = state;
  if (operation === null || job === null) return { ...state, operation: null };
  const lists = job.lists.map((list) => {
    if (list.tier !== operation.tier || operation.to === 0) return list;
    return operation.kind === 'add' ? { ...list, added: operation.to } : { ...list, removed: operation.to };
  });
  return { ...state, operation: null, job: { ...job, lists } };
}
