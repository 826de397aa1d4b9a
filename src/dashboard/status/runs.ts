import type { RunRecord } from '../../actors/contracts.ts';
import { count } from '../count.ts';
import { element } from '../dom.ts';
import { moment } from './moment.ts';
import { TRIGGER_NAMES } from './names.ts';
import { fill } from './region.ts';
import { cell } from './table.ts';

/** What the engine did of late, the newest first. */
export function drawRuns(runs: readonly RunRecord[]): void {
  fill('runs-empty', runs.length, () => (runs.length === 0 ? ['No run yet.'] : []));
  fill('runs', runs, () => runs.map(runRow));
}

function runRow(run: RunRecord): HTMLElement {
  const trouble = run.problem === null ? [] : [element('p', { class: 'trouble' }, run.problem)];
  return element(
    'tr',
    { 'data-run': run.state },
    element('th', { scope: 'row' }, moment(run.startedAt, ''), ...trouble),
    cell('Trigger', TRIGGER_NAMES[run.trigger]),
    cell('Added', signed('+', run.added)),
    cell('Removed', signed('−', run.removed)),
    cell('Calls', count.format(run.calls)),
    cell('State', element('span', { class: 'run-state' }, run.state)),
  );
}

function signed(sign: string, value: number): string {
  return value === 0 ? '0' : `${sign}${count.format(value)}`;
}
