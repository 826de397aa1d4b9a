import type { ListMode } from '../contracts.ts';
import { LIST_TIERS, tierOfName } from './list-names.ts';

/** What a Cloudflare account may have: developers.cloudflare.com/waf/tools/lists/#availability, read November 2026. */
export interface AccountPlan {
  readonly name: string;
  readonly lists: number;
  /** Items over all lists. */
  readonly items: number;
}

export const ACCOUNT_PLANS = Object.freeze({
  free: { name: 'free', lists: 1, items: 10_000 },
  pro: { name: 'pro', lists: 10, items: 10_000 },
  business: { name: 'business', lists: 10, items: 10_000 },
  enterprise: { name: 'enterprise', lists: 1000, items: 500_000 },
}) satisfies Readonly<Record<string, AccountPlan>>;

/** The plan that `CF_PLAN` names, absent: `free`, the smallest. Null: no plan of that name. */
export function readAccountPlan(text: string | undefined): AccountPlan | null {
  const name = (text ?? '').trim().toLowerCase() || 'free';
  return Object.values(ACCOUNT_PLANS).find((plan) => plan.name === name) ?? null;
}

/** A list as the account shows it, without its items. */
export interface AccountList {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** Items in it. */
  readonly items: number;
}

/** An account's lists of threats must hold addresses: one of another kind under that name is somebody else's. */
export function ownTier(list: AccountList): (typeof LIST_TIERS)[number] | null {
  return list.kind === 'ip' ? tierOfName(list.name) : null;
}

/** Bulk Redirect lists have a quota of their own. */
export function countsForQuota(list: AccountList): boolean {
  return list.kind !== 'redirect';
}

/**
 * Which lists there is room for. Those that are there already count; `most` is how many lists the account was found to
 * allow, when that is fewer than its plan's name says.
 */
export function chooseListMode(plan: AccountPlan, lists: readonly AccountList[], most = plan.lists): ListMode {
  const present = new Set(lists.map(ownTier).filter((tier) => tier !== null));
  const room = Math.max(0, Math.min(plan.lists, most) - lists.filter(countsForQuota).length);
  // A name that a list of another kind has cannot be had.
  const usable = LIST_TIERS.filter((tier) => present.has(tier) || lists.every(({ name }) => tierOfName(name) !== tier));
  if (usable.length === LIST_TIERS.length && present.size + room >= LIST_TIERS.length) return 'three-lists';
  return present.has('block') || (usable.includes('block') && room >= 1) ? 'single-list' : 'worker-only';
}
