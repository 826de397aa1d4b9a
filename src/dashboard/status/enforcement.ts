import type { EnforcementStatus, Plan, RunRecord } from '../../actors/contracts.ts';
import type { Answer } from '../control/answer.ts';
import { ask } from '../control/ask.ts';
import { byId } from '../dom.ts';
import { bindCheck } from './check.ts';
import { bindApproval, bindCycle } from './cycle.ts';
import { bindFeedForm } from './feed-form.ts';
import { bindFeedSwitches } from './feed-switch.ts';
import { bindKillSwitch, drawKillSwitch } from './kill-switch.ts';
import type { EffectivenessReport } from './effectiveness.ts';
import { drawLayers } from './layers.ts';
import { drawLists } from './lists.ts';
import { keepMoments } from './moment.ts';
import { drawOverview } from './overview.ts';
import { buildPanels } from './panels.ts';
import { drawPlan } from './plan.ts';
import { fill } from './region.ts';
import { drawRuns } from './runs.ts';
import { sayClock } from './say-when.ts';
import { drawSources, type IntelligenceReport } from './sources.ts';
import { drawTiers } from './tiers.ts';
import { bindThreats } from './threats.ts';
import { bindTrials } from './trials.ts';

/** What is shown changes with runs, which are minutes apart; this is how soon an operator sees one. */
const REFRESH_MS = 10_000;
/** Near moments are told by the second. */
const TICK_MS = 1000;
/** As many runs as say how the last hours went. */
const RUNS = 12;

/**
 * Builds threat intelligence and enforcement into `root` and keeps them up to date; answers what ends that. `connection` is told after each
 * round of questions whether nothing answered.
 */
export function openEnforcement(root: HTMLElement, connection: (silent: boolean) => void = () => {}): () => void {
  root.classList.add('status');
  buildPanels(root);
  let open = true;
  let asking = false;
  /** When the engine last answered. */
  let heard: number | null = null;
  let plan: Plan | null = null;
  /** What the plan on show was made by: it can be large, so it is asked for only when there may be another. */
  let planOf: string | null = null;

  async function refresh(): Promise<void> {
    if (!open || asking || document.hidden) return;
    asking = true;
    const kinds = await Promise.all([
      take(ask<EnforcementStatus>('/enforcement/status'), 'status-problem', drawStatus),
      take(ask<IntelligenceReport>('/intel/status'), 'sources-problem', drawIntelligence),
      take(
        ask<{ readonly runs: readonly RunRecord[] }>(`/enforcement/runs?limit=${RUNS}`),
        'runs-problem',
        ({ runs }) => drawRuns(runs),
      ),
      take(ask<EffectivenessReport>('/test/effectiveness'), 'layers-problem', drawLayers),
    ]);
    asking = false;
    if (!open) return;
    showConnection(kinds.every((kind) => kind === 'silent'));
    byId('details').hidden = false;
  }

  /** Draws an answer, or says beside what was drawn before why there is no newer one. */
  async function take<T>(
    asked: Promise<Answer<T>>,
    problem: string,
    draw: (value: T) => void,
  ): Promise<Answer<T>['kind']> {
    const answer = await asked;
    if (!open) return answer.kind;
    let text = answer.kind === 'problem' ? `${answer.text}${problem === 'status-problem' ? since() : ''}` : '';
    try {
      if (answer.kind === 'ok') draw(answer.value);
    } catch (error) {
      // The shield was deployed anew since the page was loaded: the other parts of the page are not to go blank for it.
      console.error(error);
      text = 'This page does not understand the answer. Load it again.';
    }
    fill(problem, text, () => [text]);
    return answer.kind;
  }

  function drawIntelligence(status: IntelligenceReport): void {
    drawSources(status);
    threats.follow(
      status.merged_at,
      status.sources.filter(({ role, rows }) => role === 'threat' && rows > 0).map(({ id }) => id),
    );
  }

  function drawStatus(status: EnforcementStatus): void {
    heard = Date.now();
    drawOverview(status);
    drawTiers(status);
    drawLists(status);
    drawKillSwitch(status);
    const { lastRun, heldPlan } = status;
    const made = JSON.stringify([lastRun?.id, lastRun?.state, lastRun?.planHash, heldPlan]);
    if (made === planOf) return;
    void take(ask<{ readonly plan: Plan | null }>('/enforcement/plan'), 'plan-problem', (answer) => {
      plan = answer.plan;
      planOf = made;
      drawPlan(plan, heldPlan);
    });
  }

  function showConnection(silent: boolean): void {
    const since = heard === null ? '' : ` What is shown is from ${sayClock(heard)}.`;
    const text = silent
      ? `The shield does not answer.${since} It is asked again every ${REFRESH_MS / 1000} seconds.`
      : '';
    fill('stale', text, () => [text]);
    root.dataset['stale'] = String(silent);
    connection(silent);
  }

  function since(): string {
    return heard === null ? '' : ` What is shown is from ${sayClock(heard)}.`;
  }

  const done = () => void refresh();
  bindCycle(done);
  bindApproval(() => plan, done);
  bindKillSwitch(done);
  bindCheck();
  bindTrials();
  bindFeedForm(done);
  bindFeedSwitches(done);
  const threats = bindThreats();
  const timers = [setInterval(() => void refresh(), REFRESH_MS), setInterval(keepMoments, TICK_MS)];
  document.addEventListener('visibilitychange', done);
  void refresh();
  return () => {
    open = false;
    for (const timer of timers) clearInterval(timer);
    document.removeEventListener('visibilitychange', done);
    delete root.dataset['stale'];
    root.replaceChildren();
  };
}
