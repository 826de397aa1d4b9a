import { order } from '../control/ask.ts';
import { element, inputById } from '../dom.ts';
import { bindAction } from './action.ts';

const FORMATS: readonly (readonly [string, string])[] = [
  ['plain', 'a range per line'],
  ['ipsum', 'IPsum'],
  ['csv', 'CSV'],
  ['ndjson', 'JSON lines'],
  ['stix', 'STIX 2.1'],
  ['dshield', 'DShield'],
  ['prefixes', 'JSON prefixes'],
];
const ROLES: readonly (readonly [string, string])[] = [
  ['threat', 'threats'],
  ['label', 'label only'],
  ['allow', 'to be spared'],
];

/** A feed of the operator's own. */
export function feedForm(): HTMLElement {
  const form = element(
    'form',
    { class: 'fields' },
    field('Id', { id: 'feed-id', required: '', maxlength: '40', placeholder: 'our-list' }),
    field('Address', { id: 'feed-url', type: 'url', required: '', placeholder: 'https://example.com/list.txt' }),
    choice('Format', 'feed-format', FORMATS),
    field('Column of CSV', { id: 'feed-column', maxlength: '60', placeholder: 'ip' }),
    choice('It lists', 'feed-role', ROLES),
    field('Trust, 0 to 1', { id: 'feed-weight', type: 'number', min: '0', max: '1', step: '0.05', value: '0.5' }),
    field('Fetched every (hours)', { id: 'feed-hours', type: 'number', min: '1', max: '168', value: '6' }),
    field('Licence', { id: 'feed-licence', maxlength: '200', placeholder: 'its terms' }),
    element('button', { id: 'add-feed', type: 'submit', class: 'primary' }, 'Add feed'),
  );
  return element('details', { id: 'feed-new' }, element('summary', {}, 'Add a feed'), form);
}

export function bindFeedForm(done: () => void): void {
  bindAction<{ readonly name: string }>({
    button: 'add-feed',
    output: 'feed-result',
    progress: 'Adding it…',
    run: () => {
      const form = inputById('feed-id').form;
      if (form === null || !form.reportValidity()) return null;
      const column = text('feed-column');
      const licence = text('feed-licence');
      return order('/intel/sources', {
        id: text('feed-id'),
        url: text('feed-url'),
        format: chosen('feed-format'),
        role: chosen('feed-role'),
        weight: Number(text('feed-weight')),
        interval_seconds: Math.round(Number(text('feed-hours')) * 3600),
        ...(column !== '' && { column }),
        ...(licence !== '' && { licence }),
      });
    },
    show: ({ name }) => {
      inputById('feed-id').form?.reset();
      return [`${name} is added and being fetched.`];
    },
    done,
  });
}

function text(id: string): string {
  return inputById(id).value.trim();
}

function chosen(id: string): string {
  const found = document.getElementById(id);
  return found instanceof HTMLSelectElement ? found.value : '';
}

function field(label: string, attributes: Readonly<Record<string, string>>): HTMLElement {
  const input = element('input', { autocomplete: 'off', spellcheck: 'false', ...attributes });
  return element('label', {}, element('span', {}, label), input);
}

function choice(label: string, id: string, options: readonly (readonly [string, string])[]): HTMLElement {
  const select = element('select', { id }, ...options.map(([value, text]) => element('option', { value }, text)));
  return element('label', {}, element('span', {}, label), select);
}
