import type { EnforcementStatus, RunRecord } from '../../actors/contracts.ts';
import { byId, element } from '../dom.ts';
import { moment } from './moment.ts';
import { LIST_MODE_MEANINGS, MODE_MEANINGS, ORIGIN_MEANINGS, TRIGGER_NAMES } from './names.ts';
import { fill } from './region.ts';

/** The state in one word, why, and what it rests on. */
export function drawOverview(status: EnforcementStatus): void {
  byId('overview').dataset['state'] = status.state;
  fill('state', status.state, () => [status.state]);
  fill('summary', [status.mode, status.killSwitch, status.lastRun === null, status.nextRun], () => summary(status));
  fill('reasons', status.reasons, () => status.reasons.map((reason) => element('li', {}, reason)));
  const { mode, origin, killSwitch, listMode, lastRun, nextRun, webhooks } = status;
  fill('facts', [mode, origin, killSwitch, listMode, lastRun, nextRun], () => [
    fact('Mode', mode, MODE_MEANINGS[mode]),
    fact('Threats', origin, ORIGIN_MEANINGS[origin]),
    fact('Kill switch', killSwitch ? 'on' : 'off', killSwitch ? 'lists and edge are kept empty' : 'not in force'),
    fact('Lists', listMode ?? 'none yet', listMode === null ? 'made by the first run' : LIST_MODE_MEANINGS[listMode]),
    fact('Last run', moment(lastRun?.startedAt ?? null, 'none yet'), lastRun === null ? '' : outcome(lastRun)),
    fact('Next run', moment(nextRun, 'not planned'), ''),
  ]);
  fill('webhooks', webhooks, () => webhookTrouble(webhooks));
}

/** Before the first run there is nothing to show: it is said what will come, and when. */
function summary({ mode, killSwitch, lastRun, nextRun }: EnforcementStatus): readonly (Node | string)[] {
  if (killSwitch) return ['The kill switch is on: the edge and the lists are empty and stay so until it is off again.'];
  if (mode === 'off') return ['Enforcement is off: threats are collected, nothing is enforced.'];
  const reach =
    mode === 'apply'
      ? 'The edge and the account’s lists are kept in step with the threats.'
      : 'The edge enforces the threats; the account’s lists are planned, not changed.';
  if (lastRun !== null) return [reach];
  const then = mode === 'apply' ? 'and changes the lists by it' : 'and changes no list';
  const what = `reads the collected threats, hands them to the edge, plans the account’s lists ${then}. Or run a cycle now.`;
  if (nextRun === null) return [`No run yet. The first one ${what}`];
  return ['No run yet. The first one comes ', moment(nextRun, ''), `: it ${what}`];
}

function outcome(run: RunRecord): string {
  const trigger = TRIGGER_NAMES[run.trigger];
  return `by ${trigger}, ${run.state}`;
}

function webhookTrouble({ queued, lastProblem }: EnforcementStatus['webhooks']): readonly string[] {
  if (queued === 0 && lastProblem === null) return [];
  const trouble = lastProblem === null ? '' : `; the last attempt: ${lastProblem}`;
  return [`Webhooks: ${queued} waiting to be delivered${trouble}`];
}

function fact(name: string, value: Node | string, meaning: string): HTMLElement {
  return element(
    'div',
    {},
    element('dt', {}, name),
    element('dd', {}, element('b', {}, value), meaning === '' ? '' : element('span', {}, meaning)),
  );
}
