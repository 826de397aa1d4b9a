import type { Env } from '../../env.ts';
import type { EnforcementStatus } from '../contracts.ts';
import type { ListsApi, RulesApi } from './lists-api.ts';
import type { SyncState } from './sync-state.ts';

export function wantsRules({
  ENFORCEMENT_RULES,
  CF_ZONE_ID = '',
}: Pick<Env, 'ENFORCEMENT_RULES' | 'CF_ZONE_ID'>): boolean {
  return ENFORCEMENT_RULES === 'on' && CF_ZONE_ID !== '';
}
export declare function openAccount(env: Env): { api: ListsApi; rules: RulesApi | null };
export declare function describeRules(env: Env, state: SyncState): EnforcementStatus['rules'];
