import type { Env } from '../../env.ts';
import type { EnforcementStatus } from '../contracts.ts';
import { type CloudflareApi, connectCloudflare } from './cloudflare-api.ts';
import { ruleDrafts } from './custom-rules.ts';
import { tiersOf } from './list-names.ts';
import type { SyncState } from './sync-state.ts';

type AccountSettings = Pick<
  Env,
  'CF_API_TOKEN' | 'CF_ACCOUNT_ID' | 'CF_ZONE_ID' | 'CF_API_BASE_URL' | 'ENFORCEMENT_RULES'
>;

/** True when the custom rules that use the lists are to be there. */
export function wantsRules({ ENFORCEMENT_RULES = '', CF_ZONE_ID = '' }: AccountSettings): boolean {
  return ENFORCEMENT_RULES.trim().toLowerCase() === 'on' && CF_ZONE_ID !== '';
}

/** The account that the settings name. */
export function openAccount(env: AccountSettings): CloudflareApi {
  const { CF_API_TOKEN: token = '', CF_ACCOUNT_ID: accountId = '', CF_ZONE_ID, CF_API_BASE_URL = '' } = env;
  return connectCloudflare({
    token,
    accountId,
    zoneId: wantsRules(env) ? CF_ZONE_ID : undefined,
    baseUrl: CF_API_BASE_URL === '' ? undefined : CF_API_BASE_URL,
  });
}

/** The rules that should be there, and whether they were when last looked for. */
export function describeRules(env: AccountSettings, { account, rules }: SyncState): EnforcementStatus['rules'] {
  if (!wantsRules(env)) return [];
  const mode = account?.mode ?? 'three-lists';
  return ruleDrafts(tiersOf(mode)).map(({ ref }) => ({
    ref,
    state: rules.checkedAt === null ? 'unknown' : rules.present.includes(ref) ? 'present' : 'absent',
  }));
}
