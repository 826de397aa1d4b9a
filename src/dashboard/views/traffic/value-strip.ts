import type { NumberedEvent } from '../../../actors/contracts.ts';
import { element } from '../../dom.ts';
import { FIELDS, valuesOf, type Filter } from './filter.ts';

/** Rules of one event that are offered as filters: more than these crowd out the evidence. */
const MOST_OF_A_FIELD = 4;

/** The values of an event, each to filter by or to leave out. */
export function valueStrip(event: NumberedEvent, add: (filter: Filter) => void): HTMLElement {
  const pairs = FIELDS.flatMap((field) =>
    valuesOf(event, field)
      .slice(0, MOST_OF_A_FIELD)
      .map((value) => {
        const only = element('button', { type: 'button', title: `Show only ${field} ${value}` }, value);
        only.addEventListener('click', () => add({ field, value, not: false }));
        const not = element('button', { type: 'button', 'aria-label': `Leave out ${field} ${value}` }, '−');
        not.addEventListener('click', () => add({ field, value, not: true }));
        return element('li', { class: 'value' }, element('span', {}, field), only, not);
      }),
  );
  return element(
    'ul',
    {
      class: 'values tw:flex tw:flex-wrap tw:gap-1.5 tw:m-0 tw:p-0 tw:list-none',
      'aria-label': 'Filter by a value of this event',
    },
    ...pairs,
  );
}
