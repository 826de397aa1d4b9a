import type { AccountPlan } from './account-plan.ts';
import type { ListsApi, RulesApi } from './lists-api.ts';
import type { SyncState, SyncStore } from './sync-state.ts';

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

/**
 * Goes on with the job as far as it gets without waiting. Saves the state around every write. Never throws for what the
 * API does. Call it once at a time: with the state it gave last, or with what the store holds after a crash.
 */
export declare function advance(state: SyncState, deps: SyncDeps): Promise<Advance>;
