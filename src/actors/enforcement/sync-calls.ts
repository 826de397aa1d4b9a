import { backOff, FAILURE_LIMIT } from './back-off.ts';
import type { ApiFailure, ApiResult } from './lists-api.ts';
import type { SyncDeps } from './sync.ts';
import { endJob } from './sync-jobs.ts';
import type { SyncState } from './sync-state.ts';

/** One call or a few of one kind, counted. */
export async function ask<T>(
  state: SyncState,
  deps: SyncDeps,
  call: () => Promise<ApiResult<T>>,
): Promise<{ readonly answer: ApiResult<T>; readonly state: SyncState }> {
  const made = () => deps.api.calls + (deps.rules?.calls ?? 0);
  const before = made();
  const answer = await call();
  const { job } = state;
  const counted = job === null ? state : { ...state, job: { ...job, calls: job.calls + made() - before } };
  return { answer, state: answer.ok ? { ...counted, failures: 0, trouble: null } : counted };
}

export function keep(state: SyncState, deps: SyncDeps): SyncState {
  deps.store.save(state);
  return state;
}

/** A call that changed nothing has failed: the same again later, unless that is of no use. */
export function tryLater(state: SyncState, deps: SyncDeps, failure: ApiFailure): SyncState {
  const failures = state.failures + 1;
  if (failure.kind === 'unauthorized' || failures >= FAILURE_LIMIT) return stop(state, deps, failure.message);
  const wait = backOff(failures, deps.random(), failure.retryAfterMs);
  return keep({ ...state, failures, trouble: failure.message, notBefore: deps.now() + wait }, deps);
}

/** A write did not do what it should, or nobody knows: the lists are looked at before the next one. */
export function setBack(state: SyncState, deps: SyncDeps, why: string, askedMs: number | null = null): SyncState {
  const setbacks = state.setbacks + 1;
  const doubtful = { ...state, doubt: why };
  if (setbacks >= FAILURE_LIMIT) return stop(doubtful, deps, why);
  const wait = backOff(setbacks, deps.random(), askedMs);
  return keep({ ...doubtful, setbacks, trouble: why, notBefore: deps.now() + wait }, deps);
}

/** The job has failed. */
export function stop(state: SyncState, deps: SyncDeps, why: string): SyncState {
  return keep(endJob(state, why, deps.now()), deps);
}
