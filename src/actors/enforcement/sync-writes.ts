import { writeComment } from './comment.ts';
import { pollAfter } from './back-off.ts';
import type { ApiFailure } from './lists-api.ts';
import { idAt, knowsId, readListing, writeId } from './mirror.ts';
import { packRemovals, type Removals, sourcesAt, unpackAdditions, unpackRemovals } from './plan-work.ts';
import { findRow, textAt } from './range-columns.ts';
import type { SyncDeps } from './sync.ts';
import { ask, keep, setBack, stop, tryLater } from './sync-calls.ts';
import { advanceCursor } from './sync-jobs.ts';
import type { Job, JobList, Operation, SyncState } from './sync-state.ts';

/** Past that an operation is stuck at Cloudflare, and the job is given up: thousand items take seconds. */
const STUCK_MS = 600_000;
/** Items whose ids are asked for one by one; for more a full look costs less. */
const SEARCH_LIMIT = 10;
/** Addresses that Cloudflare may refuse before the job is given up: finding one costs about ten calls. */
const REFUSED_LIMIT = 10;
const NO_ROOM = /maximum|exceed|quota|limit/i;

/** Takes the next chunk of own items out of a list. */
export async function removeStep(state: SyncState, deps: SyncDeps, job: Job, list: JobList): Promise<SyncState> {
  const id = state.account?.lists[list.tier];
  if (id === undefined) return setBack(state, deps, 'a list with items to remove is gone');
  const rows = unpackRemovals(list.removals);
  const unknown = unknownIds(rows, list.removed);
  if (unknown.length > SEARCH_LIMIT) return { ...state, doubt: 'the ids of items to remove are not known' };
  if (unknown.length > 0) return searchStep(state, deps, { job, list, id, rows, row: unknown[0]! });
  const to = Math.min(list.removed + job.chunk, list.removals.n);
  const ids: string[] = [];
  for (let row = list.removed; row < to; row += 1) ids.push(idAt(rows.ids, row) ?? '');
  const sent = send(state, deps, { tier: list.tier, kind: 'remove', from: list.removed, to });
  const { answer, state: asked } = await ask(sent, deps, () => deps.api.deleteItems(id, ids));
  if (answer.ok) return begun(asked, deps, answer.value);
  if (answer.kind === 'invalid') return setBack({ ...asked, operation: null }, deps, answer.message);
  return refusedWrite(asked, deps, answer);
}

/** Writes the next chunk into a list. */
export async function addStep(state: SyncState, deps: SyncDeps, job: Job, list: JobList): Promise<SyncState> {
  const id = state.account?.lists[list.tier];
  if (id === undefined) return setBack(state, deps, 'a list with items to add is gone');
  const rows = unpackAdditions(list.additions);
  const to = Math.min(list.added + (job.narrowed ?? job.chunk), list.additions.n);
  const items: { ip: string; comment: string }[] = [];
  for (let row = list.added; row < to; row += 1) {
    const sources = sourcesAt(rows.sourceBits[row]!, job.sources);
    const comment = writeComment({ score: rows.score[row]! / 255, sources, since: job.startedAt });
    items.push({ ip: textAt(rows, row), comment });
  }
  const sent = send(state, deps, { tier: list.tier, kind: 'add', from: list.added, to });
  const { answer, state: asked } = await ask(sent, deps, () => deps.api.addItems(id, items));
  if (answer.ok) return begun(asked, deps, answer.value);
  if (answer.kind !== 'invalid') return refusedWrite(asked, deps, answer);
  return narrow(
    asked,
    deps,
    items.map(({ ip }) => ip),
    answer.message,
  );
}

/** Stored before it is sent: whoever finds it without an id knows that it may have been done. */
function send(state: SyncState, deps: SyncDeps, what: Pick<Operation, 'tier' | 'kind' | 'from' | 'to'>): SyncState {
  return keep({ ...state, operation: { ...what, id: null, sentAt: deps.now(), polls: 0, looks: 0 } }, deps);
}

function begun(state: SyncState, deps: SyncDeps, id: string): SyncState {
  const { operation } = state;
  if (operation === null) return state;
  return keep({ ...state, operation: { ...operation, id }, notBefore: deps.now() + pollAfter(0) }, deps);
}

function refusedWrite(state: SyncState, deps: SyncDeps, failure: ApiFailure): SyncState {
  const undone = { ...state, operation: null };
  switch (failure.kind) {
    // It may have been done: the operation stays, without an id.
    case 'unavailable':
    case 'timeout':
      return setBack(state, deps, failure.message);
    // Another's operation, or one of ours whose answer was lost: what it does must be seen first.
    case 'pending':
    case 'not-found':
      return setBack(undone, deps, failure.message, failure.retryAfterMs);
    case 'limit':
      return stop({ ...undone, doubt: failure.message }, deps, failure.message);
    case 'rate-limited':
    case 'unauthorized':
    case 'invalid':
      return tryLater(undone, deps, failure);
  }
}

/** One of the items made Cloudflare refuse all: smaller and smaller chunks find it, and it is left out. */
function narrow(state: SyncState, deps: SyncDeps, ips: readonly string[], why: string): SyncState {
  const { job } = state;
  if (job === null) return state;
  if (ips.length > 1) {
    const narrowed = Math.max(1, Math.floor(ips.length / 8));
    return keep({ ...state, operation: null, job: { ...job, narrowed } }, deps);
  }
  const refused = [...job.refused, ...ips];
  const problem = `Cloudflare refuses ${refused.join(', ')}: ${why}`;
  if (refused.length > REFUSED_LIMIT) return stop({ ...state, operation: null }, deps, problem);
  const skipped = { ...job, refused, problem, dropped: job.dropped + 1, narrowed: null };
  return keep(advanceCursor({ ...state, job: skipped }), deps);
}

/** Asks what became of the operation. */
export async function pollStep(state: SyncState, deps: SyncDeps, operation: Operation): Promise<SyncState> {
  const { answer, state: asked } = await ask(state, deps, () => deps.api.operation(operation.id ?? ''));
  const over = { ...asked, operation: null };
  if (!answer.ok) {
    return answer.kind === 'not-found' ? setBack(over, deps, answer.message) : tryLater(asked, deps, answer);
  }
  const { status, error } = answer.value;
  if (status === 'completed') return keep({ ...advanceCursor(asked), setbacks: 0 }, deps);
  if (status === 'failed') {
    const why = `an operation failed: ${error ?? 'Cloudflare does not say why'}`;
    if (error !== null && NO_ROOM.test(error)) return stop({ ...over, doubt: why }, deps, why);
    return setBack(over, deps, why);
  }
  const now = deps.now();
  if (now - operation.sentAt >= STUCK_MS) {
    const why = `an operation is still ${status} after ${STUCK_MS / 60_000} minutes`;
    return stop({ ...over, doubt: why }, deps, why);
  }
  const polls = operation.polls + 1;
  const trouble = 'an operation is under way at Cloudflare';
  return keep({ ...asked, operation: { ...operation, polls }, notBefore: now + pollAfter(polls), trouble }, deps);
}

interface Search {
  readonly job: Job;
  readonly list: JobList;
  readonly id: string;
  readonly rows: Removals;
  readonly row: number;
}

/** Looks up the id of an item that has to go at once. */
async function searchStep(state: SyncState, deps: SyncDeps, search: Search): Promise<SyncState> {
  const { job, list, id, rows, row } = search;
  const text = textAt(rows, row);
  const { answer, state: asked } = await ask(state, deps, () => deps.api.items(id, { search: text }));
  if (!answer.ok) {
    return answer.kind === 'not-found' ? setBack(asked, deps, answer.message) : tryLater(asked, deps, answer);
  }
  const { own } = readListing(answer.value.items);
  const item = findRow(own, rows, row);
  if (item < 0 || asked.job === null) return { ...asked, doubt: `the item ${text} was not found by its address` };
  const ids = rows.ids.slice();
  writeId(ids, row, idAt(own.ids, item) ?? '');
  const removals = packRemovals({ ...rows, ids });
  const lists = job.lists.map((one) => (one === list ? { ...list, removals } : one));
  return keep({ ...asked, job: { ...asked.job, lists } }, deps);
}

function unknownIds(rows: Removals, from: number): readonly number[] {
  const unknown: number[] = [];
  for (let row = from; row < rows.high.length; row += 1) if (!knowsId(rows.ids, row)) unknown.push(row);
  return unknown;
}
