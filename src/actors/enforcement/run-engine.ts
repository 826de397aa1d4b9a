import type { Env } from '../../env.ts';
import type { Alarms } from '../alarms.ts';
import type { Plan, RunRecord } from '../contracts.ts';
import type { Database } from '../database.ts';
import type { FactStore, Stage } from './facts.ts';
import type { ListDesk } from './list-desk.ts';
import type { Notices } from './notices.ts';
import type { RunLog } from './run-log.ts';
import { readMode } from './settings.ts';
import type { ThreatDesk } from './threat-desk.ts';
import { tellFailed, tellHeld } from './webhook-message.ts';
import { takeReply } from './with-deadline.ts';

/** The job that goes on with the run in hand. */
export const SYNC_JOB = 'sync';

/** Should the object die in the middle of a run, the next instance takes it up after this. */
const WATCHDOG_MS = 60_000;
/** The collector itself answers after 25 s at the latest. */
const COLLECT_MS = 30_000;
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
 * Runs: judge, release to the edge, plan, apply. One at a time, each step stored before the next begins, and each such that doing it
 * again does no harm: a run that is broken off is taken up where it was. `patienceMs`: how long the caller waits for
 * Cloudflare; null: not at all, the alarm goes on.
 */
export class RunEngine {
  readonly #parts: RunParts;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** A run from the beginning; with one under way at Cloudflare its edge half alone, unless that one can be finished first. */
  run(trigger: RunRecord['trigger'], patienceMs: number | null): Promise<RunRecord> {
    return this.#inTurn(async () => {
      const open = this.open;
      if (open === null) return this.#begin(trigger, patienceMs);
      const seen = await this.#goOn(open, deadline(patienceMs));
      if (!isOpen(seen)) return this.#begin(trigger, patienceMs);
      return this.#guard(seen, async () => {
        await this.#refreshEdge(seen);
        return seen;
      });
    });
  }

  /** Goes on with the run in hand, if there is one. */
  resume(): Promise<void> {
    return this.#inTurn(async () => {
      const open = this.open;
      if (open !== null) await this.#goOn(open, null);
    });
  }

  /**
   * Applies the held plan of this hash and no other: it is made again from what is known now, and must come out the same. Answers why not, or
   * null.
   */
  approve(hash: string, patienceMs: number): Promise<string | null> {
    return this.#inTurn(async () => {
      const { env, facts, lists, threats } = this.#parts;
      const refused = refuseApproval(hash, lists.plan, readMode(env), facts.get('killSwitch') === true);
      if (refused !== null) return refused;
      if (this.open !== null) return 'a run is under way: try again when it is done';
      const sealed = await lists.makePlan(threats.judgement);
      if (sealed.plan.hash !== hash) {
        lists.keep(sealed.plan);
        return `the plan has changed: it is ${sealed.plan.hash} now, look at it again`;
      }
      facts.set('approved', hash);
      const run = this.#newRun('approval');
      lists.keep({ ...sealed.plan, approved: true });
      await this.#guard(run, () =>
        this.#apply(run, { ...sealed.plan, approved: true }, sealed.work, Date.now() + patienceMs),
      );
      return null;
    });
  }

  /** The run in hand, or null. */
  get open(): RunRecord | null {
    const last = this.#parts.runs.last();
    return last !== null && isOpen(last) ? last : null;
  }

  /** Gives up the run in hand, for the kill switch: what it still has under way at Cloudflare is waited for by the next. */
  abandon(why: string): Promise<void> {
    return this.#inTurn(async () => {
      const open = this.open;
      if (open !== null) await this.#finish({ ...open, state: 'failed', problem: why }, false);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #newRun(trigger: RunRecord['trigger']): RunRecord {
    const { env, runs, threats, facts, db } = this.#parts;
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
      facts.set('stage', { run: run.id, step: 'judge', surveyed: false });
    });
    return run;
  }

  async #begin(trigger: RunRecord['trigger'], patienceMs: number | null): Promise<RunRecord> {
    const run = this.#newRun(trigger);
    if (trigger === 'operator') await this.#collect();
    return this.#goOn(run, deadline(patienceMs));
  }

  /** What cannot be collected is not there: the run goes on with what is. */
  async #collect(): Promise<void> {
    try {
      await takeReply(this.#parts.env.INTELLIGENCE_COLLECTOR.collect(), COLLECT_MS);
    } catch (error) {
      this.#parts.report('collect', error);
    }
  }

  /** The steps that are left of the run. What they throw makes it a failed run, never an exception. */
  #goOn(run: RunRecord, until: number | null): Promise<RunRecord> {
    return this.#guard(run, async () => {
      const { alarms, facts, env } = this.#parts;
      await alarms.schedule(SYNC_JOB, Date.now() + WATCHDOG_MS);
      const stage = facts.get('stage');
      const step = stage?.run === run.id ? stage.step : 'judge';
      const judged = step === 'judge' ? await this.#refreshEdge(run) : run;
      if (step === 'judge') this.#enter({ run: run.id, step: 'plan', surveyed: false });
      if (step === 'apply') return this.#drive(judged, until);
      if (readMode(env) === 'off' && facts.get('killSwitch') !== true)
        return this.#finish({ ...judged, state: 'done' });
      return this.#plan(judged, until);
    });
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
    const { lists, threats, facts, env } = this.#parts;
    let current = run;
    const kill = facts.get('killSwitch') === true;
    // Not for the kill switch: it stops what is under way, and `beginApply` waits for the write that cannot be stopped.
    if (lists.busy && !kill) {
      current = await this.#turnUntilIdle(current, until);
      if (lists.busy) return current;
    }
    const surveyed = () => facts.get('stage')?.surveyed === true;
    let sealed =
      lists.reachable && !surveyed() && lists.surveyNeeded() !== null ? null : await lists.makePlan(threats.judgement);
    if (sealed === null || (sealed.surveyFirst && lists.reachable && !surveyed())) {
      this.#enter({ run: run.id, step: 'plan', surveyed: true });
      lists.beginSurvey(run.id);
      current = await this.#turnUntilIdle(current, until);
      if (lists.busy) return current;
      sealed = null;
    }
    const { last } = lists.state;
    if (surveyed() && last?.id === run.id && last.kind === 'survey' && last.problem !== null) {
      return this.#finish({ ...current, state: 'failed', problem: last.problem });
    }
    const { plan, work, applyNeeded } = sealed ?? (await lists.makePlan(threats.judgement));
    const planned = { ...current, planHash: plan.hash };
    const mayWrite = lists.reachable && (readMode(env) === 'apply' || kill);
    const held = plan.held.length > 0 && !plan.approved && mayWrite;
    lists.keep(plan);
    if (held) return this.#hold(planned, plan);
    if (!mayWrite || !applyNeeded) return this.#finish({ ...planned, state: 'done' });
    return this.#apply(planned, plan, work, until);
  }

  /** Begins to write. From here on the work is in the synchronisation's hands, and stored there. */
  async #apply(
    run: RunRecord,
    plan: Plan,
    work: Parameters<ListDesk['beginApply']>[1],
    until: number | null,
  ): Promise<RunRecord> {
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

  async #hold(run: RunRecord, plan: Plan): Promise<RunRecord> {
    const { facts, notices, db } = this.#parts;
    const news = facts.get('toldHold') !== plan.hash;
    if (news) {
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

/** The caller's patience begins when the collecting is done. */
function deadline(patienceMs: number | null): number | null {
  return patienceMs === null ? null : Date.now() + patienceMs;
}

function isOpen({ state }: RunRecord): boolean {
  return state === 'running' || state === 'waiting';
}

/** Why an approval cannot be given; null when it may. */
function refuseApproval(hash: string, plan: Plan | null, mode: string, killSwitch: boolean): string | null {
  if (mode !== 'apply') return `ENFORCEMENT_MODE is ${mode}: no plan is applied`;
  if (killSwitch) return 'the kill switch is on';
  if (plan === null || plan.hash !== hash) {
    return plan === null ? 'there is no plan yet' : `the plan has changed: it is ${plan.hash} now, look at it again`;
  }
  return plan.held.length === 0 || plan.approved ? 'this plan does not wait for an approval' : null;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
