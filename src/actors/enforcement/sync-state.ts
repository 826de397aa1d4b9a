import type { ListMode, ListTier } from '../contracts.ts';
import { type AccountPlan, chooseListMode } from './account-plan.ts';
import { LIST_TIERS } from './list-names.ts';
import { EMPTY_LIST, type ListMirror, type PackedList, unpackList } from './mirror.ts';
import type { Packed } from './packed.ts';

/** The longest that a mirror is trusted without a look at the lists: others may change them too, and ids of new items are learned. */
export const SURVEY_EVERY_MS = 6 * 3_600_000;

/** All that the synchronisation knows: plain JSON, saved around every call, so that a crash loses nothing. */
export interface SyncState {
  readonly version: 1;
  /** What the account has; null before the first survey. */
  readonly account: Account | null;
  /** The lists as they were last seen or written. Parts of the same reference have not changed. */
  readonly mirrors: Readonly<Partial<Record<ListTier, PackedList>>>;
  /** Why the mirrors may be wrong; null: they are trusted. */
  readonly doubt: string | null;
  /** The write under way: stored before it is sent. There is never a second one. */
  readonly operation: Operation | null;
  readonly job: Job | null;
  /** A full look at the lists, in part. */
  readonly listing: Listing | null;
  readonly rules: RulesMemory;
  /** Calls that failed in a row, and writes that were refused or lost since one was last completed. */
  readonly failures: number;
  readonly setbacks: number;
  /** Unix milliseconds: no call before. */
  readonly notBefore: number;
  /** Why it waits; null: it does not. */
  readonly trouble: string | null;
  /** How the last job ended. */
  readonly last: Outcome | null;
}

export interface Account {
  readonly surveyedAt: number;
  /** Ids of our lists. */
  readonly lists: Readonly<Partial<Record<ListTier, string>>>;
  readonly mode: ListMode;
  /** Items in lists that are not ours. */
  readonly otherItems: number;
  /** Lists in the account, ours included. */
  readonly listCount: number;
  /** Set when the account refused one more list: how many it allows, and when that was (Unix milliseconds). */
  readonly mostLists: { readonly count: number; readonly at: number } | null;
}

export interface Operation {
  readonly tier: ListTier;
  readonly kind: 'add' | 'remove';
  /** Rows of the job's list that it carries: from, and one past the last. Both 0 when it was of a job before this one. */
  readonly from: number;
  readonly to: number;
  /** Null until the answer has come: if it never does, nobody knows whether it was done. */
  readonly id: string | null;
  readonly sentAt: number;
  readonly polls: number;
  /** Full looks that were taken to find out what became of it. */
  readonly looks: number;
}

export interface JobList {
  readonly tier: ListTier;
  readonly additions: Packed;
  readonly removals: Packed;
  /** Rows that are done, from the first. */
  readonly added: number;
  readonly removed: number;
}

export interface Job {
  /** The caller's name for it. */
  readonly id: string;
  /** `survey`: look at the account and its lists. `apply`: carry out a plan. */
  readonly kind: 'survey' | 'apply';
  readonly startedAt: number;
  readonly empty: boolean;
  readonly sources: readonly string[];
  readonly lists: readonly JobList[];
  readonly rulesDone: boolean;
  /** Items per request, and fewer while the item is looked for that made Cloudflare refuse one. */
  readonly chunk: number;
  readonly narrowed: number | null;
  /** The lists were looked at since it began. */
  readonly surveyed: boolean;
  readonly calls: number;
  /** Additions and removals in all, and additions that are not to be made any more. */
  readonly additions: number;
  readonly removals: number;
  readonly dropped: number;
  /** Addresses that Cloudflare would not take; among the dropped. */
  readonly refused: readonly string[];
  /** What went wrong without stopping it. */
  readonly problem: string | null;
}

export interface Listing {
  /** What the account will be known as, once all is seen. */
  readonly account: Account;
  readonly left: readonly ListTier[];
  readonly cursor: string | null;
  /** Pages of the first of `left`, each packed. */
  readonly pages: readonly PackedList[];
  readonly found: Readonly<Partial<Record<ListTier, PackedList>>>;
}

export interface RulesMemory {
  readonly checkedAt: number | null;
  readonly present: readonly string[];
  readonly problem: string | null;
}

export interface Outcome {
  readonly id: string;
  readonly kind: Job['kind'];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly added: number;
  readonly removed: number;
  readonly calls: number;
  /** Null: all went well. */
  readonly problem: string | null;
}

/** Where the state lives. `save` must be atomic, and done when it returns. */
export interface SyncStore {
  load(): SyncState | null;
  save(state: SyncState): void;
}

export const NEW_SYNC: SyncState = Object.freeze({
  version: 1,
  account: null,
  mirrors: {},
  doubt: null,
  operation: null,
  job: null,
  listing: null,
  rules: { checkedAt: null, present: [], problem: null },
  failures: 0,
  setbacks: 0,
  notBefore: 0,
  trouble: null,
  last: null,
});

/**
 * Whether a stored state is of this version of the code. Where it is not one begins anew: the lists are looked at again, and
 * nothing is lost by it.
 */
export function isCurrent(stored: object): boolean {
  return 'version' in stored && stored.version === NEW_SYNC.version;
}

/** Why a plan should wait until the lists have been looked at; null: what is known will do. */
export function surveyNeeded(state: SyncState, now: number): string | null {
  if (state.account === null) return 'the account has not been looked at yet';
  if (state.doubt !== null) return state.doubt;
  return now - state.account.surveyedAt >= SURVEY_EVERY_MS ? 'the last look at the lists was hours ago' : null;
}

/** A list as the planner sees it. */
export interface ListView extends ListMirror {
  readonly tier: ListTier;
  /** Null: it has not been created. */
  readonly id: string | null;
}

export interface AccountView {
  readonly plan: AccountPlan;
  readonly mode: ListMode;
  /** Of every tier, whether the mode uses it or not. */
  readonly lists: readonly ListView[];
  /** Items of others in all lists of the account. */
  readonly foreignItems: number;
}

/** What is known of the account; of one that was never looked at it is supposed that it is empty. */
export function viewAccount(state: SyncState, plan: AccountPlan): AccountView {
  const { account, mirrors } = state;
  const lists = LIST_TIERS.map((tier) => {
    const packed = mirrors[tier];
    const mirror = packed === undefined ? EMPTY_LIST : unpackList(packed);
    return { tier, id: account?.lists[tier] ?? null, ...mirror };
  });
  const within = lists.reduce((sum, list) => sum + list.foreignItems, 0);
  return {
    plan,
    mode: account?.mode ?? chooseListMode(plan, []),
    lists,
    foreignItems: within + (account?.otherItems ?? 0),
  };
}
