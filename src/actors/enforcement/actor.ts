import type { Env } from '../../env.ts';
import { Actor } from '../actor.ts';
import type {
  CheckResult,
  CycleResult,
  EnforcementRpc,
  EnforcementStatus,
  LogicTest,
  Plan,
  RunRecord,
  Threat,
} from '../contracts.ts';
import { BLOB_MIGRATION, BlobStore } from './blob-store.ts';
import { CheckDesk } from './check-desk.ts';
import { describeCycle, judgeState } from './describe-status.ts';
import { FACT_MIGRATION, FactStore } from './facts.ts';
import { writeMirror } from './kv-writer.ts';
import { ListDesk } from './list-desk.ts';
import { testLogic } from './logic-tests.ts';
import { Notices, WEBHOOK_JOB } from './notices.ts';
import { Operators } from './operators.ts';
import { RunEngine } from './run-engine.ts';
import { RUN_MIGRATION, RunLog, RUNS_KEPT } from './run-log.ts';
import { modeProblem, readInterval, readMode } from './settings.ts';
import { SYNC_JOB } from './run-steps.ts';
import { SYNC_MIGRATION, SyncRows } from './sync-rows.ts';
import { RowStore } from './sync-store.ts';
import { ThreatDesk } from './threat-desk.ts';
import { WEBHOOK_MIGRATION, WebhookQueue } from './webhook-queue.ts';
import { takeReply } from './with-deadline.ts';

const MIGRATIONS = [BLOB_MIGRATION + RUN_MIGRATION + FACT_MIGRATION + WEBHOOK_MIGRATION + SYNC_MIGRATION];

/** After the first wake: by then the collector has fetched its first feeds. */
const FIRST_RUN_MS = 60_000;
/** From one run for evidence to the next: what the shield saw itself is acted upon soon, but an attack of an hour makes 30 runs and not a thousand. */
const EVIDENCE_PACE_MS = 120_000;
/** Evidence comes in bursts: what follows within this goes with the same run. */
const EVIDENCE_WAIT_MS = 2000;
/** How long an operator who asked for a cycle waits for Cloudflare. */
const PATIENCE_MS = 20_000;
/** The collector answers from memory. */
const LOOKUP_MS = 5000;
const SAMPLE = 5;

/** Turns threats into graduated responses: at the edge by a release, in the account by its lists. */
export class EnforcementEngine extends Actor implements EnforcementRpc {
  readonly #facts: FactStore;
  readonly #runs: RunLog;
  readonly #notices: Notices;
  readonly #operators: Operators;
  readonly #threats: ThreatDesk;
  readonly #lists: ListDesk;
  readonly #checks: CheckDesk;
  readonly #engine: RunEngine;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, MIGRATIONS);
    const { db, alarms, logFault: report } = this;
    const blobs = new BlobStore(db);
    const facts = new FactStore(db);
    const runs = new RunLog(db);
    const operators = new Operators(facts);
    const notices = new Notices(env, new WebhookQueue(db), facts, alarms, report);
    const threats = new ThreatDesk(env, db, blobs, facts, notices, report);
    const lists = new ListDesk(env, blobs, facts, new RowStore(new SyncRows(db)), operators);
    this.#facts = facts;
    this.#runs = runs;
    this.#operators = operators;
    this.#notices = notices;
    this.#threats = threats;
    this.#lists = lists;
    this.#checks = new CheckDesk(env, facts, threats, lists, report);
    this.#engine = new RunEngine({ env, db, alarms, facts, runs, threats, lists, notices, report });
    alarms.handle('run', () => this.#runByAlarm());
    alarms.handle('evidence', () => this.#runForEvidence());
    alarms.handle(SYNC_JOB, async () => {
      await this.#engine.resume();
      if (this.#engine.open === null) await this.#mirror();
    });
    alarms.handle(WEBHOOK_JOB, () => notices.send());
  }

  status(): Promise<EnforcementStatus> {
    return this.answer('status', () => this.#status());
  }

  check(ip: string, asn?: number): Promise<CheckResult | null> {
    return this.answer('check', () => this.#checks.check(ip, asn));
  }

  enforce(operator: string): Promise<CycleResult> {
    return this.answer('enforce', async () => {
      this.#operators.note(operator, Date.now());
      await this.#schedule();
      const run = await this.#engine.run('operator', PATIENCE_MS);
      await this.#mirror();
      const killSwitch = this.#facts.get('killSwitch') === true;
      const message = describeCycle(run, this.#lists.plan, killSwitch);
      return { success: run.state !== 'failed', message, run };
    });
  }

  testLogic(): Promise<readonly LogicTest[]> {
    return this.answer('testLogic', async () =>
      testLogic(await this.#threats.readRules(), this.#threats.judgement?.allow ?? []),
    );
  }

  testConnection(): Promise<{
    readonly success: boolean;
    readonly message: string;
    readonly received: number;
    readonly sample: readonly Threat[];
  }> {
    return this.answer('testConnection', async () => {
      try {
        const asked = this.env.INTELLIGENCE_COLLECTOR.threats({ limit: SAMPLE });
        const { threats, total } = await takeReply(asked, LOOKUP_MS);
        const message =
          total === 0
            ? 'The collector answers, and has no threats yet.'
            : `The collector answers with ${total} threats.`;
        return { success: true, message, received: total, sample: threats };
      } catch (error) {
        const fault = this.logFault('testConnection', error);
        return { success: false, message: `The collector does not answer (fault ${fault}).`, received: 0, sample: [] };
      }
    });
  }

  plan(): Promise<Plan | null> {
    return this.answer('plan', () => this.#lists.plan);
  }

  approve(hash: string, operator: string): Promise<{ readonly approved: boolean; readonly problem?: string }> {
    return this.answer('approve', async () => {
      this.#operators.note(operator, Date.now());
      const problem = await this.#engine.approve(hash, PATIENCE_MS);
      if (problem !== null) return { approved: false, problem };
      await this.#notices.tell('notice', `plan ${hash.slice(0, 12)} was approved`);
      await this.#mirror();
      return { approved: true };
    });
  }

  runs(limit: number): Promise<readonly RunRecord[]> {
    return this.answer('runs', () => this.#runs.list(Math.min(Math.max(Math.floor(limit) || 1, 1), RUNS_KEPT)));
  }

  killSwitch(on: boolean, operator: string): Promise<EnforcementStatus> {
    return this.answer('killSwitch', async () => {
      this.#operators.note(operator, Date.now());
      if ((this.#facts.get('killSwitch') ?? false) !== on) {
        // The edge first, and before the run in hand is through: whoever throws it does not want to wait.
        this.#facts.set('killSwitch', on);
        await this.#notices.tell('notice', `the kill switch is ${on ? 'on' : 'off'}`);
        if (on) await this.#threats.release();
        await this.#engine.abandon(`the kill switch was turned ${on ? 'on' : 'off'}`);
        await this.#engine.run('kill-switch', PATIENCE_MS);
        await this.#schedule();
        await this.#mirror();
      }
      return this.#status();
    });
  }

  evidenceArrived(): Promise<void> {
    return this.answer('evidenceArrived', async () => {
      if (readMode(this.env) === 'off' || this.#facts.get('killSwitch') === true) return;
      if (this.alarms.when('evidence') !== null) return;
      const last = this.#runs.list(RUNS_KEPT).find(({ trigger }) => trigger === 'evidence');
      const at = Math.max(Date.now() + EVIDENCE_WAIT_MS, (last?.startedAt ?? 0) + EVIDENCE_PACE_MS);
      await this.alarms.schedule('evidence', at);
    });
  }

  wake(): Promise<void> {
    return this.answer('wake', () => this.#schedule(FIRST_RUN_MS));
  }

  /** Sees to it that a run is planned: nobody else would. A shorter interval than before takes effect here. */
  async #schedule(afterMs = readInterval(this.env)): Promise<void> {
    const planned = this.alarms.when('run');
    const at = Date.now() + Math.min(afterMs, readInterval(this.env));
    if (planned === null || planned > Date.now() + readInterval(this.env)) await this.alarms.schedule('run', at);
  }

  async #runByAlarm(): Promise<void> {
    // Planned first: whatever becomes of this run, there is another.
    await this.alarms.schedule('run', Date.now() + readInterval(this.env));
    await this.#engine.run('alarm', null);
    await this.#mirror();
  }

  async #runForEvidence(): Promise<void> {
    const run = await this.#engine.run('evidence', null);
    if (run.added + run.removed > 0) await this.#mirror();
  }

  /** KV is for people to look at: that it fails is no reason for a run to fail. */
  async #mirror(): Promise<void> {
    try {
      await writeMirror(this.env.ENFORCEMENT_DATA, this.#facts, this.#status(), this.#threats.judgement);
    } catch (error) {
      this.logFault('mirror to KV', error);
    }
  }

  #status(): EnforcementStatus {
    const mode = readMode(this.env);
    const killSwitch = this.#facts.get('killSwitch') === true;
    const { account } = this.#lists.state;
    const released = this.#facts.get('released');
    const lastRun = this.#runs.last();
    const { plan } = this.#lists;
    const heldPlan = lastRun?.state === 'held' && plan?.hash === lastRun.planHash ? plan : null;
    const origin = released?.origin ?? 'none';
    const listMode = account?.mode ?? null;
    const webhooks = this.#notices.status();
    const state = judgeState({
      mode,
      killSwitch,
      origin,
      listMode,
      lastRun,
      heldPlan,
      intervalMs: readInterval(this.env),
      now: Date.now(),
      settings: [modeProblem(this.env), this.#lists.problem].filter((problem) => problem !== null),
      webhookProblem: webhooks.lastProblem,
    });
    return {
      ...state,
      mode,
      killSwitch,
      listMode,
      origin,
      thresholds: this.#threats.rules.thresholds,
      edge: released?.counts ?? { log_only: 0, rate_limit: 0, challenge: 0, block: 0 },
      lists: this.#lists.lists(),
      cap: plan?.cap ?? null,
      lastRun,
      nextRun: this.alarms.when('run'),
      heldPlan: heldPlan?.hash ?? null,
      rules: this.#lists.rules(),
      webhooks,
    };
  }
}
