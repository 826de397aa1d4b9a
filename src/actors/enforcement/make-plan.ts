import type { ResponseRules } from '../../edge/reputation/graduated-response.ts';
import type { ListTier, Plan, ThreatOrigin, ThreatTable } from '../contracts.ts';
import type { PlanWork } from './plan-work.ts';
import type { AccountView } from './sync-state.ts';

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

export interface ListCounts {
  readonly tier: ListTier;
  readonly additions: number;
  readonly removals: number;
  /** Own items that should go but whose ids are not known: they wait for the next survey. */
  readonly deferred: number;
  /** Left out because a listed range holds them. */
  readonly redundant: number;
  /** Left out for want of room. */
  readonly cut: number;
}

export interface PlanDraft {
  /** Without its hash: `sealPlan` adds it. */
  readonly plan: Omit<Plan, 'hash'>;
  readonly counts: readonly ListCounts[];
  readonly work: PlanWork;
  /** What it would do, as text: the same for the same changes. Hash it (SHA-256, lower-case hex) for the plan's name. */
  readonly canonical: string;
  /** Nothing to write. */
  readonly idle: boolean;
  /** So many removals are deferred that a survey is worth its calls: survey, then plan again. */
  readonly surveyFirst: boolean;
}

export declare function makePlan(input: PlanInput): PlanDraft;
