import type { EnforcementMode } from '../contracts.ts';

/** Of `Env`. */
interface ModeSettings {
  readonly ENFORCEMENT_MODE?: string;
  readonly CF_API_TOKEN?: string;
  readonly CF_ACCOUNT_ID?: string;
}

/** Half an hour: feeds change each few hours, and a day of runs stays far under every limit of the API. */
const INTERVAL_SECONDS = 1800;
/** More often than this nothing can have changed, and runs would meet one another. */
const INTERVAL_MIN_SECONDS = 60;
/** A week; longer and threats would outlive their lists. */
const INTERVAL_MAX_SECONDS = 604_800;

/** True when the account's lists can be reached at all. */
export function hasAccount({ CF_API_TOKEN = '', CF_ACCOUNT_ID = '' }: ModeSettings): boolean {
  return CF_API_TOKEN !== '' && CF_ACCOUNT_ID !== '';
}

/**
 * What may be done to the account's lists. A word that is none of the three means `plan`: a slip must not empty the edge, nor
 * write to an account. `apply` without an account to write to is `plan` too.
 */
export function readMode(env: ModeSettings): EnforcementMode {
  const word = (env.ENFORCEMENT_MODE ?? '').trim().toLowerCase();
  if (word === 'off') return 'off';
  return (word === 'apply' || word === '') && hasAccount(env) ? 'apply' : 'plan';
}

/** Why the mode is not the one that was asked for; null when it is. */
export function modeProblem(env: ModeSettings): string | null {
  const word = (env.ENFORCEMENT_MODE ?? '').trim().toLowerCase();
  if (word === 'apply' && !hasAccount(env)) {
    return 'ENFORCEMENT_MODE is apply, but CF_API_TOKEN or CF_ACCOUNT_ID is not set: lists are only planned';
  }
  return ['', 'off', 'plan', 'apply'].includes(word)
    ? null
    : 'ENFORCEMENT_MODE is none of off, plan, apply: plan is taken';
}

/** Milliseconds between runs. */
export function readInterval({
  ENFORCEMENT_INTERVAL_SECONDS,
}: {
  readonly ENFORCEMENT_INTERVAL_SECONDS?: string;
}): number {
  const seconds = Number(ENFORCEMENT_INTERVAL_SECONDS);
  if (!Number.isInteger(seconds) || seconds <= 0) return INTERVAL_SECONDS * 1000;
  return Math.min(INTERVAL_MAX_SECONDS, Math.max(INTERVAL_MIN_SECONDS, seconds)) * 1000;
}
