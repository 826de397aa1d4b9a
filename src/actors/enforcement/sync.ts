import type { AccountPlan } from './account-plan.ts';
import type { ListsApi, RulesApi } from './lists-api.ts';
import { endJob } from './sync-jobs.ts';
import type { SyncState, SyncStore } from './sync-state.ts';
import { nextStep } from './sync-steps.ts';

export interface SyncDeps {
  readonly api: ListsApi;
  /** Null: custom rules are not wanted. */
  readonly rules: RulesApi | null;
  readonly store: SyncStore;
  readonly plan: AccountPlan;
  /** Unix milliseconds; asked after each call. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** Calls before it comes back to the caller, 40 by default: a free plan's Worker may make 50 an invocation. */
  readonly callsPerTurn?: number;
}

export interface Advance {
  readonly state: SyncState;
  /** When to go on (Unix milliseconds): now or later. Null when done. */
  readonly nextAt: number | null;
  /** There is no job (any more); how it ended is in `state.last`. */
  readonly done: boolean;
  /** Of a job that is done: why it failed, or null. Of one that goes on: why it waits, or null. */
  readonly problem: string | null;
}

const CALLS_PER_TURN = 40;

/**
 * Goes on with the job as far as it gets without waiting. Saves the state around every write. Never throws for what the
 * API does. Call it once at a time: with the state it gave last, or with what the store holds after a crash.
 */
export async function advance(from: SyncState, deps: SyncDeps): Promise<Advance> {
  let state = from;
  const made = () => deps.api.calls + (deps.rules?.calls ?? 0);
  const start = made();
  while (state.job !== null) {
    const now = deps.now();
    if (now < state.notBefore) return { state, nextAt: state.notBefore, done: false, problem: state.trouble };
    if (made() - start >= (deps.callsPerTurn ?? CALLS_PER_TURN)) {
      deps.store.save(state);
      return { state, nextAt: now, done: false, problem: null };
    }
    state = await nextStep(state, deps);
  }
  return { state, nextAt: null, done: true, problem: state.last?.problem ?? null };
}

/** Gives a job up, as when the engine is turned off. The write under way goes on at Cloudflare, so the lists are in doubt. */
export function giveUp(state: SyncState, why: string, now: number): SyncState {
  const ended = endJob(state, why, now);
  return ended.operation === null
    ? ended
    : { ...ended, operation: null, doubt: 'a write was under way when its job was given up' };
}
