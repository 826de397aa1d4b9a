import type { EnforcementStatus, Plan, RunRecord } from '../actors/contracts.ts';
import { byId } from './dom.ts';
import { openGate } from './gate.ts';
import { drawNav } from './shell/nav.ts';
import { ask, type Answer } from './status/answer.ts';
import { bindCheck } from './status/check.ts';
import { bindApproval, bindCycle } from './status/cycle.ts';
import { bindKillSwitch, drawKillSwitch } from './status/kill-switch.ts';
import type { EffectivenessReport } from './status/effectiveness.ts';
import { drawLayers } from './status/layers.ts';
import { drawLists } from './status/lists.ts';
import { keepMoments } from './status/moment.ts';
import { drawOverview } from './status/overview.ts';
import { drawPlan } from './status/plan.ts';
import { fill } from './status/region.ts';
import { drawRuns } from './status/runs.ts';
import { sayClock } from './status/say-when.ts';
import { drawSources, type IntelligenceReport } from './status/sources.ts';
import { drawTiers } from './status/tiers.ts';
import { bindTrials } from './status/trials.ts';

/** What is shown changes with runs, which are minutes apart; this is how soon an operator sees one. */
const REFRESH_MS = 10_000;
/** Near moments are told by the second. */
const TICK_MS = 1000;
/** As many runs as say how the last hours went. */
const RUNS = 12;

drawNav('status');

let open = false;
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
    take(ask<IntelligenceReport>('/intel/status'), 'sources-problem', drawSources),
    take(ask<{ readonly runs: readonly RunRecord[] }>(`/enforcement/runs?limit=${RUNS}`), 'runs-problem', ({ runs }) =>
      drawRuns(runs),
    ),
    take(ask<EffectivenessReport>('/test/effectiveness'), 'layers-problem', drawLayers),
  ]);
  asking = false;
  if (!open) return;
  if (kinds.includes('refused')) return gate.refuse();
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
  byId('console').dataset['stale'] = String(silent);
  byId('connection').dataset['state'] = silent ? 'offline' : 'live';
  fill('connection', silent, () => [silent ? 'No answer' : 'Live']);
}

function since(): string {
  return heard === null ? '' : ` What is shown is from ${sayClock(heard)}.`;
}

function enter(): void {
  open = true;
  void refresh();
}

function leave(): void {
  open = false;
  planOf = null;
  fill('connection', null, () => []);
}

const refused = () => gate.refuse();
const done = () => void refresh();
bindCycle(refused, done);
bindApproval(() => plan, refused, done);
bindKillSwitch(refused, done);
bindCheck(refused);
bindTrials(refused);
setInterval(() => void refresh(), REFRESH_MS);
setInterval(keepMoments, TICK_MS);
document.addEventListener('visibilitychange', () => void refresh());
const gate = await openGate({ entered: enter, left: leave });
