import { type AccountList, type AccountPlan, chooseListMode, countsForQuota, ownTier } from './account-plan.ts';
import type { ListTier } from '../contracts.ts';
import { LIST_TIERS } from './list-names.ts';
import { joinListings, packList, readListing, unpackList } from './mirror.ts';
import type { SyncDeps } from './sync.ts';
import { ask, keep, tryLater } from './sync-calls.ts';
import { advanceCursor, compareAgain, isVisible } from './sync-jobs.ts';
import type { Account, Listing, SyncState } from './sync-state.ts';

/** How long a write whose answer was lost may take to show: most show in seconds; after a minute it is taken for dead. */
export const SETTLE_MS = [5000, 60_000] as const;
/** An account that refused one more list is asked again once a day: its plan may have changed. */
const MOST_LISTS_HOLD_MS = 86_400_000;
/** 500 items a page: far more than an account can hold. */
const PAGE_LIMIT = 2000;

/** The next part of a full look at the account: its lists, then the items of ours, page by page. Nothing is written, so it may begin anew at any time. */
export async function surveyStep(state: SyncState, deps: SyncDeps): Promise<SyncState> {
  const { listing } = state;
  if (listing === null) return beginListing(state, deps);
  const [tier] = listing.left;
  if (tier === undefined) return keep(endListing(state, listing, deps.now()), deps);
  const { answer, state: asked } = await ask(state, deps, () =>
    deps.api.items(listing.account.lists[tier] ?? '', { cursor: listing.cursor }),
  );
  if (!answer.ok) {
    // A list that is gone, or a cursor that is not good any more: from the beginning.
    const begun = answer.kind === 'not-found' || answer.kind === 'invalid' ? { ...asked, listing: null } : asked;
    return tryLater(begun, deps, answer);
  }
  const { items, cursor } = answer.value;
  const pages = [...listing.pages, packList(readListing(items))];
  if (cursor !== null && (cursor === listing.cursor || pages.length > PAGE_LIMIT)) {
    const message = 'the listing of items does not end';
    return tryLater({ ...asked, listing: null }, deps, { ok: false, kind: 'invalid', message, retryAfterMs: null });
  }
  if (cursor !== null) return { ...asked, listing: { ...listing, cursor, pages } };
  const whole = pages.length === 1 ? pages[0]! : packList(joinListings(pages.map(unpackList)));
  const found = { ...listing.found, [tier]: whole };
  return { ...asked, listing: { ...listing, left: listing.left.slice(1), cursor: null, pages: [], found } };
}

async function beginListing(state: SyncState, deps: SyncDeps): Promise<SyncState> {
  const { answer, state: asked } = await ask(state, deps, () => deps.api.lists());
  if (!answer.ok) return tryLater(asked, deps, answer);
  const account = readAccount(answer.value, deps.plan, state.account, deps.now());
  const left = LIST_TIERS.filter((tier) => account.lists[tier] !== undefined);
  return { ...asked, listing: { account, left, cursor: null, pages: [], found: {} } };
}

function readAccount(lists: readonly AccountList[], plan: AccountPlan, before: Account | null, now: number): Account {
  const own: Partial<Record<ListTier, string>> = {};
  let otherItems = 0;
  for (const list of lists) {
    const tier = ownTier(list);
    if (tier !== null) own[tier] = list.id;
    else if (countsForQuota(list)) otherItems += list.items;
  }
  const listCount = lists.filter(countsForQuota).length;
  const known = before?.mostLists ?? null;
  const mostLists = known !== null && listCount >= known.count && now - known.at < MOST_LISTS_HOLD_MS ? known : null;
  const mode = chooseListMode(plan, lists, mostLists?.count);
  return { surveyedAt: now, lists: own, mode, otherItems, listCount, mostLists };
}

/** All has been seen: mirrors are true again, and the job knows what is left to do. */
function endListing(state: SyncState, listing: Listing, now: number): SyncState {
  const { operation } = state;
  let seen: SyncState = {
    ...state,
    account: { ...listing.account, surveyedAt: now },
    mirrors: listing.found,
    doubt: null,
    listing: null,
    trouble: null,
  };
  if (operation !== null && isVisible(seen)) seen = { ...advanceCursor(seen), setbacks: 0 };
  else if (operation !== null && operation.looks < SETTLE_MS.length - 1) {
    // Not there yet: it may be under way. Cursors stay, and with them what the operation was about.
    return { ...seen, operation: { ...operation, looks: operation.looks + 1 }, doubt: state.doubt };
  } else seen = { ...seen, operation: null };
  return seen.job === null ? seen : { ...seen, job: { ...compareAgain(seen.job, seen.mirrors), surveyed: true } };
}
