import type { NumberedEvent } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import { OUTCOME_NAMES } from '../outcome-names.ts';
import { placeOf } from '../shell/place.ts';
import { sayVerdict } from './verdict-words.ts';

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** One event in one line, a link to the event: what it is to be seen by lies in the drawer. */
export function eventRow(event: NumberedEvent): HTMLElement {
  const at = new Date(event.at);
  const { request, client, n } = event;
  const link = element(
    'a',
    { href: placeOf('traffic', { event: String(n) }), 'data-view': 'traffic', 'data-event': String(n) },
    element('time', { datetime: at.toISOString(), title: moment.format(at) }, clock.format(at)),
    element('span', { class: 'outcome' }, OUTCOME_NAMES[event.outcome] ?? event.outcome),
    // What the shield says of itself is of no request, and has the room of one.
    ...(request === undefined
      ? []
      : [
          element('span', { class: 'request' }, `${request.method} ${request.path}`),
          element('span', { class: 'client' }, [client?.ip, client?.country].filter(Boolean).join(' ')),
        ]),
    element('span', { class: 'reason' }, sayVerdict(event).cause),
  );
  return element('li', { class: 'event', 'data-outcome': event.outcome }, link);
}
