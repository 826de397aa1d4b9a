import type { RunRecord } from '../../actors/contracts.ts';
import { count } from '../count.ts';
import { element } from '../dom.ts';
import { moment } from './moment.ts';
import { TRIGGER_NAMES } from './names.ts';
import { fill } from './region.ts';
import { cell, leadCell, troubleRow } from './table.ts';

/** What the engine did of late, the newest first. */
export function drawRuns(runs: readonly RunRecord[]): void {
  fill('runs-empty', runs.length, () => (runs.length === 0 ? ['No run yet.'] : []));
  fill('runs', runs, () => runs.flatMap(runRows));
}

function runRows(run: RunRecord): readonly HTMLElement[] {
  const row = element(
    'tr',
    { 'data-run': run.state },
    element('th', { scope: 'row' }, moment(run.startedAt, '')),
    cell('Trigger', TRIGGER_NAMES[run.trigger]),
    cell('Added', signed('+', run.added)),
    cell('Removed', signed('−', run.removed)),
    cell('Calls', count.format(run.calls)),
    leadCell('State', element('span', { class: 'run-state' }, run.state)),
  );
  return [row, ...troubleRow(6, run.problem)];
}

function signed(sign: string, value: number): string {
  return value === 0 ? '0' : `${sign}${count.format(value)}`;
}
