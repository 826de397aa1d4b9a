import type { IntelligenceStatus, SourceHealth } from '../../actors/contracts.ts';
import { count } from '../count.ts';
import { element } from '../dom.ts';
import { moment } from './moment.ts';
import { HEALTH_NAMES, ROLE_NAMES } from './names.ts';
import { fill } from './region.ts';
import type { SnakeCased } from './snake-cased.ts';
import { cell, leadCell, troubleRow } from './table.ts';

/** The answer of `GET /intel/status`. */
export type IntelligenceReport = SnakeCased<IntelligenceStatus>;

/** Trouble first: that is what one looks for. */
const ORDER: readonly SourceHealth[] = ['failing', 'suspect', 'pending', 'ok', 'off'];
/** More rows than an operator has feeds; a page of thousands would only be slow. */
const ROWS = 200;

export function drawSources(status: IntelligenceReport): void {
  const { sources, threats, allowed, first_hand: firstHand, merged_at: mergedAt } = status;
  const waits = sources.some(({ health }) => health === 'pending');
  const merged = [threats, allowed, firstHand, mergedAt, waits];
  fill('sources-summary', merged, () =>
    mergedAt === null
      ? [
          waits
            ? 'Nothing has been merged yet; the first fetch is under way.'
            : 'No feed could be fetched so far. Each is tried again by itself, and the shield goes on without.',
        ]
      : [
          `${count.format(threats)} threats, ${count.format(firstHand)} first-hand, ${count.format(allowed)} entries spared; merged `,
          moment(mergedAt, ''),
        ],
  );
  fill('sources', sources, () =>
    sources
      .toSorted((a, b) => ORDER.indexOf(a.health) - ORDER.indexOf(b.health))
      .slice(0, ROWS)
      .flatMap(sourceRows),
  );
}

function sourceRows(source: IntelligenceReport['sources'][number]): readonly HTMLElement[] {
  const {
    name,
    family,
    role,
    health,
    rows,
    unreadable,
    last_success: lastSuccess,
    next_attempt: nextAttempt,
    problem,
    licence,
  } = source;
  // The shield's own evidence is told to the collector, not fetched.
  const unasked = health === 'off' || source.url === '';
  const unread = unreadable === 0 ? [] : [element('small', {}, `${count.format(unreadable)} unreadable`)];
  const row = element(
    'tr',
    { 'data-health': health },
    element(
      'th',
      { scope: 'row' },
      element('b', {}, name),
      element('small', {}, `${family}${role === 'threat' ? '' : ` · ${ROLE_NAMES[role]}`}`),
    ),
    leadCell('Health', element('span', { class: 'health' }, HEALTH_NAMES[health])),
    cell('Rows', health === 'off' && rows === 0 ? '–' : count.format(rows), ...unread),
    cell('Last success', moment(lastSuccess, unasked ? '–' : 'never')),
    cell('Next attempt', moment(nextAttempt, unasked ? '–' : 'not planned')),
    cell('Licence', licence),
    cell('Change', ...switches(source)),
  );
  return [row, ...troubleRow(7, problem)];
}

/** Bound in `feed-switch.ts`. */
function switches({ id, name, health, url, built_in: builtIn }: IntelligenceReport['sources'][number]): HTMLElement[] {
  if (url === '') return [];
  const make = (act: string, text: string) =>
    element('button', { type: 'button', 'data-feed': id, 'data-act': act, 'aria-label': `${text}: ${name}` }, text);
  const flip = health === 'off' ? make('on', 'Turn on') : make('off', 'Turn off');
  return builtIn ? [flip] : [flip, make('remove', 'Remove')];
}
