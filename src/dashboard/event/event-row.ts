import type { NumberedEvent } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import { OUTCOME_NAMES } from '../outcome-names.ts';
import { describeEvidence, type Acts } from './evidence.ts';

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** One event: a line that opens to show its evidence, and what can be done about it. */
export function eventRow(event: NumberedEvent, acts: Acts): HTMLElement {
  const at = new Date(event.at);
  const request = event.request;
  const summary = element(
    'summary',
    {},
    element('time', { datetime: at.toISOString(), title: moment.format(at) }, clock.format(at)),
    element('span', { class: 'outcome' }, OUTCOME_NAMES[event.outcome] ?? event.outcome),
    element('span', { class: 'request' }, request === undefined ? 'EdgeShield' : `${request.method} ${request.path}`),
    element('span', { class: 'client' }, [event.client?.ip, event.client?.country].filter(Boolean).join(' ')),
    element('span', { class: 'reason' }, event.reason),
  );
  const details = element('details', {}, summary);
  // Most rows are never opened: their evidence is built when it is asked for.
  details.addEventListener('toggle', () => details.append(describeEvidence(event, acts)), { once: true });
  return element('li', { class: 'event', 'data-outcome': event.outcome }, details);
}
