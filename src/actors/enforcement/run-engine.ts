import type { Plan, RunRecord } from '../contracts.ts';
import { type RunParts, RunSteps } from './run-steps.ts';
import { readMode } from './settings.ts';
import { takeReply } from './with-deadline.ts';

/** The collector itself answers after 25 s at the latest. */
const COLLECT_MS = 30_000;

/**
 * Who may run when: one run at a time, whoever asks. `patienceMs`: how long the caller waits for Cloudflare; null: not at all, the
 * alarm goes on.
 */
export class RunEngine {
  readonly #parts: RunParts;
  readonly #steps: RunSteps;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#steps = new RunSteps(parts);
  }

  /** A run from the beginning; with one under way at Cloudflare its edge half alone, unless that one can be finished first. */
  run(trigger: RunRecord['trigger'], patienceMs: number | null): Promise<RunRecord> {
    return this.#inTurn(async () => {
      const open = this.open;
      if (open !== null) {
        const seen = await this.#steps.goOn(open, deadline(patienceMs));
        if (isOpen(seen)) return this.#steps.refreshEdge(seen);
      }
      const run = this.#steps.begin(trigger);
      if (trigger === 'operator') await this.#collect();
      return this.#steps.goOn(run, deadline(patienceMs));
    });
  }

  /** Goes on with the run in hand, if there is one. */
  resume(): Promise<void> {
    return this.#inTurn(async () => {
      const { open } = this;
      if (open !== null) await this.#steps.goOn(open, null);
    });
  }

  /**
   * Applies the held plan of this hash and no other: it is made again from what is known now, and must come out the same.
   * Answers why not, or null.
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
        return changed(sealed.plan.hash);
      }
      facts.set('approved', hash);
      const approved = { ...sealed, plan: { ...sealed.plan, approved: true } };
      lists.keep(approved.plan);
      await this.#steps.apply(this.#steps.begin('approval'), approved, deadline(patienceMs));
      return null;
    });
  }

  /** The run in hand, or null. */
  get open(): RunRecord | null {
    const last = this.#parts.runs.last();
    return last !== null && isOpen(last) ? last : null;
  }

  /** Gives up the run in hand, for the kill switch. */
  abandon(why: string): Promise<void> {
    return this.#inTurn(async () => {
      const { open } = this;
      if (open !== null) await this.#steps.abandon(open, why);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** What cannot be collected is not there: the run goes on with what is. */
  async #collect(): Promise<void> {
    try {
      await takeReply(this.#parts.env.INTELLIGENCE_COLLECTOR.collect(), COLLECT_MS);
    } catch (error) {
      this.#parts.report('collect', error);
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
  if (plan === null) return 'there is no plan yet';
  if (plan.hash !== hash) return changed(plan.hash);
  return plan.held.length === 0 || plan.approved ? 'this plan does not wait for an approval' : null;
}

function changed(hash: string): string {
  return `the plan has changed: it is ${hash} now, look at it again`;
}
