import type { NumberedEvent } from '../../../actors/contracts.ts';
import { element } from '../../dom.ts';
import { drawerSection } from '../../event/section.ts';
import { FIELDS, valuesOf, type Filter } from './filter.ts';

/** Rules of one event that are offered as filters: more than these crowd out the evidence. */
const MOST_OF_A_FIELD = 4;

/** The values of an event, each to filter the list by or to leave out. */
export function valueStrip(event: NumberedEvent, add: (filter: Filter) => void): HTMLElement {
  const rows = FIELDS.flatMap((field) =>
    valuesOf(event, field)
      .slice(0, MOST_OF_A_FIELD)
      .map((value) =>
        element(
          'li',
          {},
          element('span', { class: 'field-name' }, field),
          element('code', { title: value }, value),
          choose('Only', `Show only ${field} ${value}`, () => add({ field, value, not: false })),
          choose('Leave out', `Leave out ${field} ${value}`, () => add({ field, value, not: true })),
        ),
      ),
  );
  return drawerSection('values', 'Events like this one', element('ul', {}, ...rows));
}

function choose(text: string, label: string, act: () => void): HTMLElement {
  const node = element('button', { type: 'button', class: 'ghost', 'aria-label': label }, text);
  node.addEventListener('click', act);
  return node;
}
