import type { NumberedEvent } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import type { ViewContext } from '../shell/view.ts';
import { describeAddress } from './address.ts';
import { describeContributions } from './contributions.ts';
import { describeFacts } from './facts.ts';
import { describeLayers } from './layers.ts';
import { describeMatches } from './match.ts';
import type { Standing } from './standing.ts';
import { sayVerdict } from './verdict-words.ts';

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/**
 * Everything that is known of an event, in the order in which one asks: what became of it and why, what matched, what each layer made of
 * it, what the model saw, and who it was. `standing`: of the client, null where there is none.
 */
export function drawerContent(
  event: NumberedEvent,
  title: HTMLElement,
  standing: Standing | null,
  toast: ViewContext['toast'],
): readonly HTMLElement[] {
  return [
    describeVerdict(event, title, toast),
    ...describeMatches(event),
    ...describeLayers(event),
    ...describeContributions(event),
    ...(standing === null ? [] : [describeAddress(standing)]),
  ];
}

function describeVerdict(event: NumberedEvent, title: HTMLElement, toast: ViewContext['toast']): HTMLElement {
  const { outcome, cause, detail } = sayVerdict(event);
  const at = new Date(event.at);
  const { request } = event;
  title.replaceChildren(element('span', { class: 'outcome' }, `${outcome}:`), ` ${cause}`);
  return element(
    'section',
    { class: 'drawer-verdict', 'data-outcome': event.outcome },
    element('time', { datetime: at.toISOString() }, moment.format(at)),
    title,
    element('p', { class: 'detail' }, detail),
    ...(request === undefined
      ? []
      : [
          element(
            'p',
            { class: 'request-line' },
            element('b', {}, request.method),
            ' ',
            element('code', {}, request.path),
          ),
        ]),
    describeFacts(event, toast),
  );
}
