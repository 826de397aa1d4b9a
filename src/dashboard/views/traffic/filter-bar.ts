import { element } from '../../dom.ts';
import { OUTCOME_NAMES } from '../../outcome-names.ts';
import { readRequestId, readTyped, withFilter, withoutFilter, type Filter } from './filter.ts';

const OUTCOMES = ['block', 'challenge', 'limit', 'log'] as const;

export interface FilterBar {
  readonly node: HTMLElement;
  draw(filters: readonly Filter[]): void;
  focus(): void;
}

/** The decisions as switches, a field to type other filters or a request's id in, and a chip for each filter in force. */
export function filterBar(
  current: () => readonly Filter[],
  change: (filters: readonly Filter[]) => void,
  find: (request: string) => void,
): FilterBar {
  const input = element('input', {
    id: 'search',
    type: 'search',
    placeholder: 'address, path, request id, country:DE, -rule:id',
    'aria-label':
      'Filter by country, rule, category, network, address or path, a leading minus leaves out; or find a request by its id',
    'aria-keyshortcuts': '/',
    autocomplete: 'off',
    spellcheck: 'false',
    maxlength: '200',
  });
  const form = element('form', { class: 'tw:basis-60 tw:grow', role: 'search' }, input);
  const outcomes = element('div', { class: 'filters', role: 'group', 'aria-label': 'Decisions' });
  const chips = element('ul', {
    id: 'chips',
    class: 'tw:flex tw:flex-wrap tw:gap-1.5 tw:m-0 tw:p-0 tw:list-none tw:basis-full',
    'aria-label': 'Filters in force',
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const request = readRequestId(input.value);
    const typed = readTyped(input.value);
    if (typed === null) return;
    input.value = '';
    if (request !== null) return find(request);
    change(withFilter(current(), typed));
  });

  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    input.value = '';
    // Or the keys of the page would be typed into it.
    input.blur();
  });
  // An id is pasted from a visitor's mail: nobody has anything to add to it.
  input.addEventListener('paste', (event) => {
    const request = readRequestId(event.clipboardData?.getData('text') ?? '');
    if (request === null) return;
    event.preventDefault();
    input.value = '';
    find(request);
  });

  const toggles = OUTCOMES.map((outcome) => {
    const filter: Filter = { field: 'outcome', value: outcome, not: false };
    const node = element('button', { type: 'button' }, OUTCOME_NAMES[outcome] ?? outcome);
    node.addEventListener('click', () => {
      const pressed = node.getAttribute('aria-pressed') === 'true';
      change(pressed ? withoutFilter(current(), filter) : withFilter(current(), filter));
    });
    return { node, outcome };
  });
  outcomes.append(...toggles.map(({ node }) => node));

  return {
    node: element(
      'div',
      { class: 'filter-bar tw:flex tw:flex-wrap tw:items-center tw:gap-2 tw:mt-3' },
      form,
      outcomes,
      chips,
    ),
    focus: () => input.focus(),
    draw(filters) {
      for (const { node, outcome } of toggles) {
        const pressed = filters.some(({ field, value, not }) => field === 'outcome' && value === outcome && !not);
        node.setAttribute('aria-pressed', String(pressed));
      }
      // Decisions are to be seen from the switches; only those left out need a chip.
      const chipped = filters.filter(({ field, value, not }) => field !== 'outcome' || not || !isSwitch(value));
      chips.replaceChildren(...chipped.map(chip));
      chips.hidden = chipped.length === 0;
    },
  };

  function chip(filter: Filter): HTMLElement {
    const text = `${filter.not ? 'not ' : ''}${filter.field} ${filter.value}`;
    const remove = element('button', { type: 'button', 'aria-label': `Remove the filter ${text}` }, '×');
    remove.addEventListener('click', () => {
      change(withoutFilter(current(), filter));
      input.focus();
    });
    return element(
      'li',
      { class: 'chip', 'data-not': String(filter.not) },
      element('span', {}, `${filter.not ? 'not ' : ''}${filter.field}`),
      element('b', {}, filter.value),
      remove,
    );
  }
}

function isSwitch(value: string): boolean {
  return OUTCOMES.some((outcome) => outcome === value);
}
