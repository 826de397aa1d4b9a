import type { EnforcementMode, EnforcementStatus, ListMode, Plan, RunRecord, ThreatOrigin } from '../contracts.ts';

/** What decides whether enforcement runs as it should. Times in Unix milliseconds. */
export interface StateFacts {
  readonly mode: EnforcementMode;
  readonly killSwitch: boolean;
  readonly origin: ThreatOrigin;
  readonly listMode: ListMode | null;
  readonly lastRun: RunRecord | null;
  /** The end of the last run that was done. */
  readonly heldPlan: Plan | null;
  readonly intervalMs: number;
  readonly now: number;
  /** Of the settings, in plain words. */
  readonly settings: readonly string[];
  readonly webhookProblem: string | null;
}

/** A run that is this many intervals late has not merely been slow. */
const LATE_INTERVALS = 2.5;

/** STOPPED by an operator's will; DEGRADED when it does less than it could; and why. */
export function judgeState(facts: StateFacts): Pick<EnforcementStatus, 'state' | 'reasons'> {
  if (facts.killSwitch) return { state: 'STOPPED', reasons: ['the kill switch is on'] };
  if (facts.mode === 'off') return { state: 'STOPPED', reasons: ['ENFORCEMENT_MODE is off'] };
  const reasons = [...facts.settings, ...judgeRuns(facts), ...judgeOrigin(facts)];
  if (facts.heldPlan !== null) {
    reasons.push(`plan ${facts.heldPlan.hash.slice(0, 12)} waits for an approval: ${facts.heldPlan.held[0] ?? ''}`);
  }
  if (facts.mode === 'apply' && facts.listMode === 'worker-only') {
    reasons.push('the account has no room for a list: the Worker alone enforces');
  }
  if (facts.webhookProblem !== null) reasons.push(`webhooks: ${facts.webhookProblem}`);
  return { state: reasons.length === 0 ? 'RUNNING' : 'DEGRADED', reasons };
}

function judgeRuns({ lastRun, intervalMs, now }: StateFacts): readonly string[] {
  if (lastRun === null) return ['there has been no run yet'];
  if (lastRun.state === 'failed') return [`the last run failed: ${lastRun.problem ?? 'the log says why'}`];
  if (now - lastRun.startedAt > LATE_INTERVALS * intervalMs) return ['the last run is overdue'];
  return lastRun.state === 'waiting' && lastRun.problem !== null ? [`the run waits: ${lastRun.problem}`] : [];
}

function judgeOrigin({ origin, lastRun }: StateFacts): readonly string[] {
  if (origin === 'cached') return ['the collector does not answer: the last good threats are in force'];
  if (origin === 'emergency') return ['there is no intelligence: the built-in emergency list is in force'];
  return origin === 'none' && lastRun !== null ? ['the edge has no threats'] : [];
}

/** What came of a cycle, in a sentence for whoever asked for it. */
export function describeCycle(run: RunRecord, plan: Plan | null, killSwitch: boolean): string {
  const { mode, state, added, removed, problem, origin } = run;
  if (state === 'failed') return `The cycle failed: ${problem ?? 'the log says why'}.`;
  if (killSwitch) return 'The kill switch is on: nothing is enforced until it is off.';
  if (mode === 'off') return 'ENFORCEMENT_MODE is off: nothing was done.';
  const edge = `The edge has the ${origin} threats.`;
  if (state === 'held') return `${edge} The plan for the lists is held for an approval: ${plan?.held[0] ?? ''}.`;
  if (state === 'waiting' || state === 'running') {
    return `${edge} The lists are being changed: an operation is still under way at Cloudflare${problem === null ? '' : ` (${problem})`}.`;
  }
  if (mode === 'plan') {
    const changes = plan?.lists.reduce(
      (sum, list) => sum + (list.addCount ?? list.adds.length) + (list.removalCount ?? list.removals.length),
      0,
    );
    return `${edge} The lists are only planned (mode plan): ${changes ?? 0} changes.`;
  }
  return `${edge} The lists are as planned: ${added} added, ${removed} removed.`;
}
