import type { Env } from '../../env.ts';
import type { Alarms } from '../alarms.ts';
import type { Plan, RunRecord } from '../contracts.ts';
import type { Database } from '../database.ts';
import type { FactStore, Stage } from './facts.ts';
import type { ListDesk, SealedPlan } from './list-desk.ts';
import type { Notices } from './notices.ts';
import type { RunLog } from './run-log.ts';
import { readMode } from './settings.ts';
import type { ThreatDesk } from './threat-desk.ts';
import { tellFailed, tellHeld } from './webhook-message.ts';

/** The job that goes on with the run in hand. */
export const SYNC_JOB = 'sync';

/** Should the object die in the middle of a run, the next instance takes it up after this. */
const WATCHDOG_MS = 60_000;
/** Calls in one invocation: a free plan's Worker may make 50 subrequests, and a run makes some of its own. */
const CALLS_AT_ONCE = 40;
/** Operations at Cloudflare take seconds: looking more often than this would only spend calls. */
const PAUSE_LEAST_MS = 50;

export interface RunParts {
  readonly env: Env;
  readonly db: Database;
  readonly alarms: Alarms;
  readonly facts: FactStore;
  readonly runs: RunLog;
  readonly threats: ThreatDesk;
  readonly lists: ListDesk;
  readonly notices: Notices;
  readonly report: (during: string, error: unknown) => string;
}

/**
 * The steps of a run: judge and release to the edge, plan, apply. Each is stored before the next begins, and doing one again does no
 * harm, so that a run that was broken off is taken up where it was. `until` (Unix milliseconds): for so long the caller waits for
 * Cloudflare; null: not at all, the alarm goes on.
 */
export class RunSteps {
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** A run that is about to begin. */
  begin(trigger: RunRecord['trigger']): RunRecord {
    const { env, runs, threats, db } = this.#parts;
    const run: RunRecord = {
      id: crypto.randomUUID(),
      startedAt: Date.now(),
      endedAt: null,
      trigger,
      mode: readMode(env),
      state: 'running',
      origin: threats.judgement?.origin ?? 'none',
      added: 0,
      removed: 0,
      calls: 0,
      planHash: null,
      problem: null,
    };
    db.transaction(() => {
      runs.save(run);
      this.#enter({ run: run.id, step: 'judge', surveyed: false });
    });
    return run;
  }

  /** What is left of the run. What a step throws makes it a failed run, never an exception. */
  goOn(run: RunRecord, until: number | null): Promise<RunRecord> {
    return this.#guard(run, async () => {
      const { alarms, facts, env } = this.#parts;
      await alarms.schedule(SYNC_JOB, Date.now() + WATCHDOG_MS);
      const stage = facts.get('stage');
      const step = stage?.run === run.id ? stage.step : 'judge';
      if (step === 'apply') return this.#drive(run, until);
      const judged = step === 'judge' ? await this.#refreshEdge(run) : run;
      if (step === 'judge') this.#enter({ run: run.id, step: 'plan', surveyed: false });
      if (readMode(env) === 'off' && facts.get('killSwitch') !== true)
        return this.#finish({ ...judged, state: 'done' });
      return this.#plan(judged, until);
    });
  }

  /** Judges and releases alone, in the name of a run that waits for Cloudflare: the edge must not wait with it. */
  refreshEdge(run: RunRecord): Promise<RunRecord> {
    return this.#guard(run, () => this.#refreshEdge(run));
  }

  /** Begins to apply a plan, under a run of its own. */
  apply(run: RunRecord, sealed: SealedPlan, until: number | null): Promise<RunRecord> {
    return this.#guard(run, () => this.#apply(run, sealed, until));
  }

  /** Gives the run up. What it still has under way at Cloudflare is waited for by the next. */
  abandon(run: RunRecord, why: string): Promise<RunRecord> {
    return this.#finish({ ...run, state: 'failed', problem: why }, false);
  }

  async #refreshEdge(run: RunRecord): Promise<RunRecord> {
    const { env, threats, runs } = this.#parts;
    const judgement = readMode(env) === 'off' ? null : await threats.judge(run.id);
    await threats.release();
    const judged = { ...run, origin: judgement?.origin ?? 'none' };
    if (judged.origin !== run.origin) runs.save(judged);
    return judged;
  }

  async #plan(run: RunRecord, until: number | null): Promise<RunRecord> {
    const { lists } = this.#parts;
    const ready = await this.#makeReady(run, until);
    if (ready.plan === null) return ready.run;
    const { plan } = ready;
    const planned = { ...ready.run, planHash: plan.plan.hash };
    lists.keep(plan.plan);
    if (!this.#mayWrite) return this.#finish({ ...planned, state: 'done' });
    if (plan.plan.held.length > 0 && !plan.plan.approved) return this.#hold(planned, plan.plan);
    return plan.applyNeeded ? this.#apply(planned, plan, until) : this.#finish({ ...planned, state: 'done' });
  }

  /** Ends what is under way and looks at the account where that is called for; then the plan, or null while that goes on. */
  async #makeReady(run: RunRecord, until: number | null): Promise<{ run: RunRecord; plan: SealedPlan | null }> {
    const { lists, facts, threats } = this.#parts;
    if (!this.#mayWrite) lists.giveUp('lists are not to be changed any more');
    // The kill switch does not wait for what is under way: its plan takes the place of it, and looks at the lists by itself.
    const takesOver = run.trigger === 'kill-switch' && lists.busy;
    let current = run;
    if (lists.busy && !takesOver) {
      current = await this.#turnUntilIdle(current, until);
      if (lists.busy) return { run: current, plan: null };
    }
    const looked = !lists.reachable || takesOver || facts.get('stage')?.surveyed === true;
    if (looked || lists.surveyNeeded() === null) {
      const plan = await lists.makePlan(threats.judgement);
      if (looked || !plan.surveyFirst) return this.#sayWhy(current, plan);
    }
    this.#enter({ run: run.id, step: 'plan', surveyed: true });
    lists.beginSurvey(run.id);
    current = await this.#turnUntilIdle(current, until);
    if (lists.busy) return { run: current, plan: null };
    return this.#sayWhy(current, await lists.makePlan(threats.judgement));
  }

  /** A plan that rests on a look that failed is none. */
  async #sayWhy(run: RunRecord, plan: SealedPlan): Promise<{ run: RunRecord; plan: SealedPlan | null }> {
    const { last } = this.#parts.lists.state;
    if (last === null || last.id !== run.id || last.kind !== 'survey' || last.problem === null) return { run, plan };
    return { run: await this.#finish({ ...run, state: 'failed', problem: last.problem }), plan: null };
  }

  /** From here on the work is in the synchronisation's hands, and stored there. */
  async #apply(run: RunRecord, { plan, work }: SealedPlan, until: number | null): Promise<RunRecord> {
    const { db, lists, runs, alarms } = this.#parts;
    const applying = { ...run, planHash: plan.hash };
    db.transaction(() => {
      lists.beginApply(run.id, work);
      runs.save(applying);
      this.#enter({ run: run.id, step: 'apply', surveyed: true });
    });
    await alarms.schedule(SYNC_JOB, Date.now() + WATCHDOG_MS);
    return this.#drive(applying, until);
  }

  async #drive(run: RunRecord, until: number | null): Promise<RunRecord> {
    const { lists } = this.#parts;
    if (!this.#mayWrite) lists.giveUp('lists are not to be changed any more');
    const driven = await this.#turnUntilIdle(run, until);
    if (lists.busy) return driven;
    const { last } = lists.state;
    const mine = last?.id === run.id && last.kind === 'apply' ? last : null;
    const { added = 0, removed = 0, problem = null } = mine ?? {};
    return this.#finish({ ...driven, added, removed, state: problem === null ? 'done' : 'failed', problem });
  }

  /** Turns of the synchronisation until it has nothing left to do or the caller's patience is over; then the alarm goes on. */
  async #turnUntilIdle(run: RunRecord, until: number | null): Promise<RunRecord> {
    const { lists, runs, alarms } = this.#parts;
    let current = run;
    let calls = 0;
    while (lists.busy) {
      const { nextAt, problem, calls: made } = await lists.advance();
      calls += made;
      current = { ...current, calls: current.calls + made };
      if (nextAt === null) break;
      const now = Date.now();
      if (until === null || nextAt > until || calls >= CALLS_AT_ONCE) {
        current = { ...current, state: 'waiting', problem };
        runs.save(current);
        await alarms.schedule(SYNC_JOB, Math.max(nextAt, now));
        return current;
      }
      await pause(Math.max(PAUSE_LEAST_MS, nextAt - now));
    }
    current = { ...current, state: 'running', problem: null };
    runs.save(current);
    return current;
  }

  /** The kill switch writes in every mode: whoever throws it wants own items gone. */
  get #mayWrite(): boolean {
    const { lists, env, facts } = this.#parts;
    return lists.reachable && (readMode(env) === 'apply' || facts.get('killSwitch') === true);
  }

  async #hold(run: RunRecord, plan: Plan): Promise<RunRecord> {
    const { facts, notices, db } = this.#parts;
    if (facts.get('toldHold') !== plan.hash) {
      db.transaction(() => {
        facts.set('toldHold', plan.hash);
        notices.queue(tellHeld(Date.now(), plan), Date.now());
      });
      await notices.tell('error', `plan ${plan.hash.slice(0, 12)} is held for an approval: ${plan.held[0] ?? ''}`);
    }
    return this.#finish({ ...run, state: 'held', problem: null });
  }

  async #finish(run: RunRecord, tell = true): Promise<RunRecord> {
    const { facts, notices, runs, alarms, db } = this.#parts;
    const ended: RunRecord = { ...run, endedAt: Date.now() };
    const before = runs.list(2).find(({ id }) => id !== run.id);
    // The same failure each half hour is one piece of news.
    const news = ended.state === 'failed' && (before?.state !== 'failed' || before.problem !== ended.problem) && tell;
    db.transaction(() => {
      runs.save(ended);
      facts.set('stage', null);
      facts.set('approved', null);
      if (ended.state === 'done') facts.set('toldHold', null);
      if (news) notices.queue(tellFailed(Date.now(), ended), Date.now());
    });
    await alarms.cancel(SYNC_JOB);
    if (news) await notices.tell('error', `run failed: ${ended.problem ?? ''}`);
    if (ended.added + ended.removed > 0) {
      await notices.tell('notice', `lists changed: ${ended.added} added, ${ended.removed} removed`);
    }
    await notices.flush();
    return ended;
  }

  #enter(stage: Stage): void {
    this.#parts.facts.set('stage', stage);
  }

  /** Makes what a step throws a failed run, told by the id under which the log has the cause. */
  async #guard(run: RunRecord, work: () => Promise<RunRecord>): Promise<RunRecord> {
    try {
      return await work();
    } catch (error) {
      const fault = this.#parts.report(`run ${run.trigger}`, error);
      const latest = this.#parts.runs.last();
      const base = latest?.id === run.id ? latest : run;
      return this.#finish({ ...base, state: 'failed', problem: `internal fault ${fault}` });
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
