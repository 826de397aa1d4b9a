import type { ThresholdPreview } from '../../../edge/hindsight/preview-thresholds.ts';
import { order } from '../../control/ask.ts';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { OUTCOME_NAMES } from '../../outcome-names.ts';
import { notice } from '../../controls/notice.ts';
import { moment } from '../../status/moment.ts';
import type { Thresholds } from './thresholds.ts';

/** Events named of those that would have been decided otherwise. */
const SHOWN = 8;

/** The recent events that other thresholds would have decided otherwise: whose request, what it was, what it would be. */
export async function movedEvents(thresholds: Thresholds): Promise<readonly HTMLElement[]> {
  const reply = await order<ThresholdPreview>('/admin/policy/preview', { thresholds });
  if (reply.kind !== 'ok') return [notice(reply.text, 'problem')];
  const { events, changes, moves } = reply.value;
  if (events === 0) return [];
  const moved = Object.values(moves).reduce((sum, n) => sum + n, 0);
  if (moved === 0)
    return [notice(`None of the last ${count.format(events)} events would have been decided otherwise.`)];
  const rows = changes
    .slice(0, SHOWN)
    .map(({ at, ip, path, model, outcome, after }) =>
      element(
        'li',
        {},
        element('span', { class: 'outcome', 'data-outcome': outcome }, OUTCOME_NAMES[outcome] ?? outcome),
        ' → ',
        element('span', { class: 'outcome', 'data-outcome': after }, OUTCOME_NAMES[after] ?? after),
        ` at ${model.toFixed(2)}: `,
        element('code', {}, path),
        ` from ${ip}, `,
        moment(at, ''),
      ),
    );
  return [
    notice(`${count.format(moved)} of the last ${count.format(events)} events would have been decided otherwise:`),
    element('ul', { class: 'matches' }, ...rows),
  ];
}
