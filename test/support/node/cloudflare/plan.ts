export type PlanName = 'free' | 'pro' | 'business' | 'enterprise';

/** What an account may have (Cloudflare documentation, "Lists: availability" and "Custom rules: availability"). */
export interface Plan {
  /** Custom lists of every kind; Bulk Redirect lists have a quota of their own. */
  readonly lists: number;
  /** Items over all custom lists. */
  readonly items: number;
  /** Lists of hostnames and of ASNs. */
  readonly otherKinds: boolean;
  readonly rules: Readonly<Record<string, number>>;
}

export const PLANS: Readonly<Record<PlanName, Plan>> = {
  free: { lists: 1, items: 10_000, otherKinds: false, rules: { http_request_firewall_custom: 5, http_ratelimit: 1 } },
  pro: { lists: 10, items: 10_000, otherKinds: false, rules: { http_request_firewall_custom: 20, http_ratelimit: 2 } },
  business: {
    lists: 10,
    items: 10_000,
    otherKinds: false,
    rules: { http_request_firewall_custom: 100, http_ratelimit: 5 },
  },
  enterprise: {
    lists: 1000,
    items: 500_000,
    otherKinds: true,
    rules: { http_request_firewall_custom: 1000, http_ratelimit: 100 },
  },
};

export function isPlanName(text: string): text is PlanName {
  return Object.hasOwn(PLANS, text);
}
