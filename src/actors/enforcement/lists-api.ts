import type { AccountList } from './account-plan.ts';

/**
 * Why a call of Cloudflare's API did not do what it should.
 * `pending`: another operation is under way in the account; nothing was done. `rate-limited`: too many calls; nothing was
 * done. `unavailable` (5xx, no connection) and `timeout`: no answer, so it may have been done. `limit`: the account has
 * no room for more lists or items. `invalid`: refused as wrong, or an answer that makes no sense.
 */
export type ApiFailureKind =
  | 'pending'
  | 'rate-limited'
  | 'unavailable'
  | 'timeout'
  | 'not-found'
  | 'unauthorized'
  | 'limit'
  | 'invalid';

export interface ApiFailure {
  readonly ok: false;
  readonly kind: ApiFailureKind;
  /** For people; never holds the token. */
  readonly message: string;
  /** Milliseconds, when the API said how long to wait. */
  readonly retryAfterMs: number | null;
}

export type ApiResult<T> = { readonly ok: true; readonly value: T } | ApiFailure;

/** An item of a list of addresses. */
export interface ListItem {
  /** 32 hex digits. */
  readonly id: string;
  readonly ip: string;
  readonly comment: string;
}

export interface ItemPage {
  readonly items: readonly ListItem[];
  /** Null on the last page. */
  readonly cursor: string | null;
}

export interface OperationState {
  readonly status: 'pending' | 'running' | 'completed' | 'failed';
  /** Of a failed one. */
  readonly error: string | null;
}

/** Cloudflare's Lists API, as far as it is used. Each method is one call; none throws, none tries twice. */
export interface ListsApi {
  /** Calls made so far. */
  readonly calls: number;
  lists(): Promise<ApiResult<readonly AccountList[]>>;
  createList(name: string, description: string): Promise<ApiResult<AccountList>>;
  items(list: string, page: { cursor?: string | null; search?: string }): Promise<ApiResult<ItemPage>>;
  /** Answers the id of the operation that has begun. An item with an address that is there already is overwritten. */
  addItems(list: string, items: readonly { ip: string; comment: string }[]): Promise<ApiResult<string>>;
  deleteItems(list: string, ids: readonly string[]): Promise<ApiResult<string>>;
  operation(id: string): Promise<ApiResult<OperationState>>;
}

/** A custom rule of a zone, as far as it concerns us. */
export interface ZoneRule {
  readonly id: string;
  readonly ref: string;
  readonly action: string;
  readonly expression: string;
  readonly description: string;
  readonly enabled: boolean;
}

export interface RuleDraft {
  readonly ref: string;
  readonly action: 'block' | 'managed_challenge';
  readonly expression: string;
  readonly description: string;
}

/** The zone's custom rules (phase `http_request_firewall_custom`). As `ListsApi`: one call each, values for errors. */
export interface RulesApi {
  readonly calls: number;
  /** Null: the zone has no entrypoint for the phase, so no rule either. */
  entrypoint(): Promise<ApiResult<{ readonly id: string; readonly rules: readonly ZoneRule[] } | null>>;
  /** Only where there is none: it replaces every rule of the phase. */
  createEntrypoint(rules: readonly RuleDraft[], dryRun: boolean): Promise<ApiResult<null>>;
  addRule(ruleset: string, rule: RuleDraft, dryRun: boolean): Promise<ApiResult<null>>;
  changeRule(ruleset: string, id: string, rule: RuleDraft, enabled: boolean, dryRun: boolean): Promise<ApiResult<null>>;
  removeRule(ruleset: string, id: string): Promise<ApiResult<null>>;
}
