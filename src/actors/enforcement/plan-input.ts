import type { ResponseRules } from '../../edge/reputation/graduated-response.ts';
import type { ThreatOrigin, ThreatTable } from '../contracts.ts';
import type { AccountView } from './sync-state.ts';

/** All that a plan depends on. */
export interface PlanInput {
  /** Unix milliseconds. */
  readonly now: number;
  readonly table: ThreatTable;
  /** Of each row: index into TIERS, with hysteresis and dwell applied. */
  readonly tier: Uint8Array;
  /** By which the tiers were judged. */
  readonly rules: ResponseRules;
  readonly origin: ThreatOrigin;
  readonly account: AccountView;
  /** Client keys from which operators signed in. */
  readonly operators: readonly string[];
  /** Cloudflare's own ranges. */
  readonly cloudflare: readonly string[];
  /** Empties all lists, whatever the threats are. */
  readonly killSwitch: boolean;
  /** Items of each kind that a list's plan shows, 1,000 by default; all are in the work. */
  readonly shown?: number;
}
