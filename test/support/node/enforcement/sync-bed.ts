import { readAccountPlan } from '../../../../src/actors/enforcement/account-plan.ts';
import { connectCloudflare } from '../../../../src/actors/enforcement/cloudflare-api.ts';
import type { ListsApi, RulesApi } from '../../../../src/actors/enforcement/lists-api.ts';
import { makePlan, type PlanDraft } from '../../../../src/actors/enforcement/make-plan.ts';
import { applyNeeded, beginApply, beginSurvey } from '../../../../src/actors/enforcement/sync-jobs.ts';
import {
  NEW_SYNC,
  surveyNeeded,
  type SyncState,
  type SyncStore,
  viewAccount,
} from '../../../../src/actors/enforcement/sync-state.ts';
import { RowStore } from '../../../../src/actors/enforcement/sync-store.ts';
import { advance, type SyncDeps } from '../../../../src/actors/enforcement/sync.ts';
import { DEFAULT_RESPONSE } from '../../../../src/edge/reputation/graduated-response.ts';
import {
  type CloudflareStandIn,
  type CloudflareStandInOptions,
  startCloudflareStandIn,
} from '../cloudflare/stand-in.ts';
import type { tableOf } from './threats.ts';

/** The process dies: nothing that it had in memory is left. */
export class Crash extends Error {}

type Threats = ReturnType<typeof tableOf>;

export interface BedOptions extends Omit<CloudflareStandInOptions, 'now'> {
  readonly withRules?: boolean;
  readonly chunk?: number;
  readonly callsPerTurn?: number;
  /** What `CF_PLAN` says, where that is not true. */
  readonly believed?: string;
}

/** An addition that Cloudflare accepted. */
export interface Accepted {
  readonly list: string;
  readonly ip: string;
}

const INVALID = { ok: false, kind: 'invalid', message: 'not an address (code 10035)', retryAfterMs: null } as const;
const START = Date.UTC(2026, 10, 26, 12);
/** Turns of a job that goes on for ever: a test must end. */
const TURN_LIMIT = 500;

/**
 * The synchronisation as the actor runs it, against the stand-in over HTTP with the official SDK, on a clock that jumps to
 * the next alarm. What is stored survives a crash, as text; nothing else does.
 */
export class SyncBed {
  readonly cloud: CloudflareStandIn;
  readonly rows = new Map<string, string>();
  readonly accepted: Accepted[] = [];
  /** Where the next crash is: so many points from now on. Negative: none. */
  crashIn = -1;
  /** An address that Cloudflare would refuse, and all that comes with it. */
  refused: string | null = null;
  /** Points passed so far: before and after each save and each call. */
  points = 0;
  now = START;
  readonly #options: BedOptions;
  #jobs = 0;

  private constructor(cloud: CloudflareStandIn, options: BedOptions) {
    this.cloud = cloud;
    this.#options = options;
  }

  static async start(options: BedOptions = {}): Promise<SyncBed> {
    const clock = { now: () => START };
    const cloud = await startCloudflareStandIn({ operationMs: 1500, ...options, now: () => clock.now() });
    const bed = new SyncBed(cloud, options);
    clock.now = () => bed.now;
    return bed;
  }

  stop(): Promise<void> {
    return this.cloud.stop();
  }

  /** A process that has just begun. */
  boot(): { deps: SyncDeps; state: SyncState } {
    const { cloud } = this;
    const zone = this.#options.withRules === true ? { zoneId: cloud.zoneId } : {};
    const api = connectCloudflare({ token: cloud.token, accountId: cloud.accountId, baseUrl: cloud.url, ...zone });
    const rowStore = new RowStore({
      read: (name) => this.rows.get(name) ?? null,
      write: (name, text) => void this.rows.set(name, text),
      remove: (name) => void this.rows.delete(name),
    });
    const store: SyncStore = {
      load: () => rowStore.load(),
      save: (state) => {
        this.#point();
        rowStore.save(state);
        this.#point();
      },
    };
    const plan = readAccountPlan(this.#options.believed ?? this.#options.plan);
    if (plan === null) throw new Error('no such plan');
    const deps: SyncDeps = {
      api: this.#watched(api.lists),
      rules: api.rules === null ? null : this.#watched(api.rules),
      store,
      plan,
      now: () => this.now,
      random: () => 0.5,
      ...(this.#options.callsPerTurn === undefined ? {} : { callsPerTurn: this.#options.callsPerTurn }),
    };
    return { deps, state: store.load() ?? NEW_SYNC };
  }

  /** What is stored, as a new process finds it. */
  get state(): SyncState {
    return this.boot().state;
  }

  /** What the engine would do with these threats now. */
  plan(state: SyncState, threats: Threats, killSwitch = false): PlanDraft {
    const plan = readAccountPlan(this.#options.believed ?? this.#options.plan);
    if (plan === null) throw new Error('no such plan');
    return makePlan({
      ...threats,
      now: this.now,
      rules: DEFAULT_RESPONSE,
      origin: 'live',
      account: viewAccount(state, plan),
      operators: [],
      cloudflare: [],
      killSwitch,
    });
  }

  /**
   * A cycle: what is under way first, a survey where one is needed, then the plan. Throws Crash where it is told to; call it
   * again to go on. Answers the state when an apply job has ended, or when there is nothing to apply.
   */
  async cycle(threats: Threats, killSwitch = false): Promise<SyncState> {
    const booted = this.boot();
    const { deps } = booted;
    let { state } = booted;
    for (let turn = 0; turn < TURN_LIMIT; turn += 1) {
      if (state.job === null) {
        const settings = { id: `job-${(this.#jobs += 1)}`, now: this.now };
        const chunk = this.#options.chunk === undefined ? {} : { chunk: this.#options.chunk };
        if (surveyNeeded(state, this.now) !== null) {
          state = beginSurvey(state, settings);
        } else {
          const draft = this.plan(state, threats, killSwitch);
          if (!applyNeeded(state, draft.idle, deps.rules !== null, this.now)) return state;
          state = beginApply(state, draft.work, { ...settings, ...chunk });
        }
        deps.store.save(state);
      }
      const { kind } = state.job ?? { kind: 'survey' };
      const step = await advance(state, deps);
      ({ state } = step);
      if (step.done && kind === 'apply') return state;
      if (step.done && state.last?.problem !== null) return state;
      this.now = Math.max(this.now, step.nextAt ?? 0);
    }
    throw new Error('the job does not end');
  }

  /** Goes on after each crash, `gapMs` later, until the cycle has ended. */
  async survive(
    threats: Threats,
    { crashes, gapMs, killSwitch = false }: { crashes: readonly number[]; gapMs: number; killSwitch?: boolean },
  ): Promise<SyncState> {
    for (const points of crashes) {
      this.crashIn = points;
      try {
        return await this.cycle(threats, killSwitch);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        this.now += gapMs;
      } finally {
        this.crashIn = -1;
      }
    }
    return this.cycle(threats, killSwitch);
  }

  /** Ours in a list, sorted. */
  own(name: string): readonly string[] {
    const items = this.cloud.list(name)?.items ?? [];
    return items
      .flatMap((item) => (item.comment?.startsWith('edgeshield:') === true ? [item.ip ?? ''] : []))
      .toSorted();
  }

  /** Everything that is not ours, with ids and dates: it must stay as it is. */
  foreign(): readonly object[] {
    return this.cloud
      .lists()
      .flatMap((list) =>
        list.items
          .filter((item) => item.comment?.startsWith('edgeshield:') !== true)
          .map((item) => ({ list: list.name, ...item })),
      );
  }

  #point(): void {
    this.points += 1;
    if (this.crashIn < 0) return;
    if (this.crashIn === 0) throw new Crash();
    this.crashIn -= 1;
  }

  #watched<Api extends ListsApi | RulesApi>(api: Api): Api {
    const point = () => this.#point();
    const isRefused = (items: unknown) => this.#isRefused(items);
    const accept = (list: unknown, items: unknown) => this.#accept(String(list), items);
    return new Proxy(api, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...values: readonly unknown[]) => {
          point();
          if (name === 'addItems' && isRefused(values[1])) return INVALID;
          const answer: unknown = await Reflect.apply(member, target, values);
          if (name === 'addItems' && isOk(answer)) accept(values[0], values[1]);
          point();
          return answer;
        };
      },
    });
  }

  #isRefused(items: unknown): boolean {
    return this.refused !== null && itemsOf(items).includes(this.refused);
  }

  #accept(list: string, items: unknown): void {
    for (const ip of itemsOf(items)) this.accepted.push({ list, ip });
  }
}

function isOk(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true;
}

function itemsOf(items: unknown): readonly string[] {
  return Array.isArray(items) ? items.flatMap((item: unknown) => (isItem(item) ? [item.ip] : [])) : [];
}

function isItem(value: unknown): value is { ip: string } {
  return typeof value === 'object' && value !== null && 'ip' in value && typeof value.ip === 'string';
}
