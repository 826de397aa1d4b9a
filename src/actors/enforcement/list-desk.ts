import { CLOUDFLARE_RANGES } from '../collector/reserved-ranges.ts';
import { hashText } from '../registry/hash.ts';
import { DEFAULT_RESPONSE } from '../../edge/reputation/graduated-response.ts';
import type { Env } from '../../env.ts';
import type { EnforcementStatus, ListState, Plan } from '../contracts.ts';
import { type AccountPlan, ACCOUNT_PLANS, readAccountPlan } from './account-plan.ts';
import type { BlobStore } from './blob-store.ts';
import type { FactStore } from './facts.ts';
import { findAddress } from './find-address.ts';
import { emptyJudgement, type JudgedThreats, tableOf } from './judge-threats.ts';
import { LIST_NAMES, tiersOf } from './list-names.ts';
import { makePlan } from './make-plan.ts';
import { describeRules, openAccount, wantsRules } from './open-account.ts';
import type { Operators } from './operators.ts';
import type { PlanWork } from './plan-work.ts';
import { textAt } from './range-columns.ts';
import { hasAccount } from './settings.ts';
import { advance, type Advance, giveUp } from './sync.ts';
import { applyNeeded, beginApply, beginSurvey } from './sync-jobs.ts';
import { NEW_SYNC, surveyNeeded, type SyncState, viewAccount } from './sync-state.ts';
import type { RowStore } from './sync-store.ts';

const PLAN = 'plan';

/** A plan with its name and all that it takes to carry it out. */
export interface SealedPlan {
  readonly plan: Plan;
  readonly work: PlanWork;
  /** There is something to do: items, lists that are missing, rules to look at. */
  readonly applyNeeded: boolean;
  readonly surveyFirst: boolean;
}

/** The account's lists: what is known of them, what should become of them, and the work on them. */
export class ListDesk {
  readonly #env: Env;
  readonly #blobs: BlobStore;
  readonly #facts: FactStore;
  readonly #sync: RowStore;
  readonly #operators: Operators;
  #plan: Plan | null | undefined;
  #state: SyncState | null = null;

  constructor(env: Env, blobs: BlobStore, facts: FactStore, sync: RowStore, operators: Operators) {
    this.#env = env;
    this.#blobs = blobs;
    this.#facts = facts;
    this.#sync = sync;
    this.#operators = operators;
  }

  get state(): SyncState {
    this.#state ??= this.#sync.load() ?? NEW_SYNC;
    return this.#state;
  }

  /** True while something is under way at Cloudflare, or should be. */
  get busy(): boolean {
    const { job, operation } = this.state;
    return job !== null || operation !== null;
  }

  /** True when the account can be reached at all. */
  get reachable(): boolean {
    return hasAccount(this.#env);
  }

  /** Why `CF_PLAN` cannot be used; null when it can. */
  get problem(): string | null {
    return readAccountPlan(this.#env.CF_PLAN) === null
      ? 'CF_PLAN is none of free, pro, business, enterprise: free is taken'
      : null;
  }

  /** The last plan that was made, or null. */
  get plan(): Plan | null {
    if (this.#plan === undefined) {
      const bytes = this.#blobs.read(PLAN);
      const plan: Plan | null = bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes));
      this.#plan = plan;
    }
    return this.#plan;
  }

  /** Keeps the plan for those who ask; one that would do the same as the one before is not written again. */
  keep(plan: Plan): void {
    const before = this.plan;
    const same = before?.hash === plan.hash && before.approved === plan.approved && before.origin === plan.origin;
    if (same && before.held.join() === plan.held.join()) return;
    this.#blobs.write(PLAN, new TextEncoder().encode(JSON.stringify(plan)));
    this.#plan = plan;
  }

  /** What should become of the lists, now. */
  async makePlan(threats: JudgedThreats | null): Promise<SealedPlan> {
    const judgement = threats ?? emptyJudgement(0);
    const now = Date.now();
    const { plan, work, canonical, idle, surveyFirst } = makePlan({
      now,
      table: tableOf(judgement),
      tier: judgement.tier,
      rules: this.#facts.get('rules') ?? DEFAULT_RESPONSE,
      origin: judgement.origin,
      account: viewAccount(this.state, this.#accountPlan),
      operators: this.#operators.list(now),
      cloudflare: CLOUDFLARE_RANGES.map(({ range }) => range),
      killSwitch: this.#facts.get('killSwitch') === true,
    });
    const hash = await hashText(canonical);
    const approved = this.#facts.get('approved') === hash;
    const needed = applyNeeded(this.state, idle, wantsRules(this.#env), now);
    return { plan: { ...plan, hash, approved }, work, applyNeeded: needed, surveyFirst };
  }

  surveyNeeded(): string | null {
    return surveyNeeded(this.state, Date.now());
  }

  beginSurvey(run: string): void {
    this.#save(beginSurvey(this.state, { id: run, now: Date.now() }));
  }

  beginApply(run: string, work: PlanWork): void {
    this.#save(beginApply(this.state, work, { id: run, now: Date.now() }));
  }

  /** Stops what is under way, where nothing may be written any more. */
  giveUp(why: string): void {
    if (this.state.job?.kind === 'apply') this.#save(giveUp(this.state, why, Date.now()));
  }

  /** One turn of the work under way: as far as it gets without waiting. Answers also how many calls it took. */
  async advance(): Promise<Advance & { readonly calls: number }> {
    const { lists: api, rules } = openAccount(this.#env);
    const turn = await advance(this.state, {
      api,
      rules,
      store: { load: () => this.state, save: (state) => this.#save(state) },
      plan: this.#accountPlan,
      now: () => Date.now(),
      random: () => Math.random(),
    });
    this.#save(turn.state);
    return { ...turn, calls: api.calls };
  }

  /** The lists that the account has, or will have. */
  lists(): readonly ListState[] {
    const { account, mirrors } = this.state;
    if (account === null) return [];
    return tiersOf(account.mode).map((tier) => {
      const { name, displayName } = LIST_NAMES[tier];
      const mirror = mirrors[tier];
      const planned = this.plan?.lists.find((list) => list.tier === tier);
      return {
        tier,
        name,
        displayName,
        id: account.lists[tier] ?? null,
        items: mirror?.own.n ?? 0,
        foreign: mirror?.foreignItems ?? 0,
        cap: planned?.cap ?? this.#accountPlan.items,
        ...(planned !== undefined && { wanted: planned.wanted }),
      };
    });
  }

  /** Own items that hold the address. */
  find(ip: string): readonly { readonly name: string; readonly displayName: string; readonly range: string }[] {
    return viewAccount(this.state, this.#accountPlan).lists.flatMap(({ tier, own }) => {
      const row = findAddress(own, ip);
      if (row < 0) return [];
      const { name, displayName } = LIST_NAMES[tier];
      return [{ name, displayName, range: textAt(own, row) }];
    });
  }

  /** The custom rules that use the lists. */
  rules(): EnforcementStatus['rules'] {
    return describeRules(this.#env, this.state);
  }

  #save(state: SyncState): void {
    if (state === this.#state) return;
    this.#sync.save(state);
    this.#state = state;
  }

  get #accountPlan(): AccountPlan {
    return readAccountPlan(this.#env.CF_PLAN) ?? ACCOUNT_PLANS.free;
  }
}
