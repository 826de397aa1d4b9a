import { element } from '../dom.ts';
import { feedForm } from './feed-form.ts';
import { threatPanel } from './threats.ts';

/** The parts of the enforcement page, empty; each is filled by the file that bears its name. At most once in a document. */
export function buildPanels(root: HTMLElement): void {
  root.append(
    said('stale', 'notice', 'alert'),
    said('status-problem', 'notice', 'alert'),
    overview(),
    element(
      'div',
      { id: 'details', hidden: '' },
      element(
        'section',
        { 'aria-labelledby': 'tiers-title' },
        element('h2', { id: 'tiers-title', class: 'unseen' }, 'Addresses and ranges at the edge'),
        element('div', { id: 'tiers', class: 'tiers' }),
      ),
      pair(
        card('lists', 'Lists in the account', element('ul', { id: 'lists', class: 'lists' })),
        card('plan', 'Plan', ...plan()),
      ),
      pair(
        card('check', 'Check an address', ...check()),
        card(
          'layers',
          'Requests stopped in 24 h',
          said('layers-problem', 'problem'),
          element('ol', { id: 'layers', class: 'ranking' }),
          said('layers-note', 'hint'),
        ),
      ),
      feeds(),
      threatPanel(),
      pair(trials(), runs()),
    ),
    killDialog(),
  );
}

function overview(): HTMLElement {
  return element(
    'section',
    { id: 'overview', class: 'card overview' },
    element(
      'div',
      { class: 'word' },
      element(
        'h1',
        {},
        element('span', { class: 'eyebrow' }, 'Enforcement'),
        ' ',
        element('span', { id: 'state', role: 'status' }, 'Asking the shield…'),
      ),
      said('summary', ''),
      element('ul', { id: 'reasons', 'aria-label': 'Reasons' }),
    ),
    element(
      'div',
      { class: 'actions' },
      push('run-cycle', 'Run a cycle now', { class: 'primary' }),
      push('kill-switch', 'Kill switch…', { 'aria-haspopup': 'dialog' }),
      result('cycle-result'),
    ),
    element('dl', { id: 'facts', class: 'facts' }),
    said('webhooks', ''),
  );
}

function plan(): readonly HTMLElement[] {
  return [
    said('plan-problem', 'problem'),
    said('plan-summary', ''),
    element(
      'div',
      { id: 'held', class: 'held', hidden: '' },
      said('held-because', ''),
      element('ul', { id: 'held-reasons' }),
      push('approve', '', { class: 'primary' }),
    ),
    result('approval-result'),
    element('ul', { id: 'plan-lists', class: 'deltas' }),
    element(
      'details',
      { id: 'plan-details', hidden: '' },
      element('summary', {}, 'Each address, with its reason'),
      element('div', {
        id: 'plan-items',
        class: 'scroll',
        tabindex: '0',
        role: 'group',
        'aria-label': 'Changes of the plan',
      }),
    ),
  ];
}

function check(): readonly HTMLElement[] {
  return [
    element(
      'form',
      { class: 'check' },
      element('label', { for: 'address' }, 'IPv4 or IPv6 address'),
      element('input', {
        id: 'address',
        autocomplete: 'off',
        autocapitalize: 'off',
        spellcheck: 'false',
        maxlength: '64',
      }),
      element('button', { id: 'check', type: 'submit' }, 'Check'),
    ),
    element('p', { class: 'hint' }, 'Its score, who lists it since when, and where it is enforced now.'),
    result('check-result'),
  ];
}

function feeds(): HTMLElement {
  return element(
    'section',
    { class: 'card', 'aria-labelledby': 'sources-title' },
    element(
      'div',
      { class: 'heading' },
      element('h2', { id: 'sources-title' }, 'Feeds'),
      said('sources-summary', 'faint'),
    ),
    said('sources-problem', 'problem'),
    result('feed-result'),
    stacking('sources', ['Source', 'Health', 'Rows', 'Last success', 'Next attempt', 'Licence', 'Change'], ['Rows']),
    feedForm(),
  );
}

function trials(): HTMLElement {
  return card(
    'trials',
    'Tests',
    trial(
      'logic',
      'Response logic',
      'Seven evaluations of the live function with the live settings.',
      'Run the test of the response logic',
    ),
    trial(
      'connection',
      'Connection',
      'Asks the collector for threats over its binding.',
      'Run the test of the connection',
    ),
    trial(
      'effectiveness',
      'Effectiveness',
      'What is enforced of what should be, as one score.',
      'Run the test of the effectiveness',
    ),
  );
}

function trial(id: string, title: string, about: string, label: string): HTMLElement {
  return element(
    'div',
    { class: 'trial' },
    element('h3', {}, title),
    element('p', {}, about),
    push(`test-${id}`, 'Run', { 'aria-label': label }),
    result(`${id}-result`),
  );
}

function runs(): HTMLElement {
  return card(
    'runs',
    'Recent runs',
    said('runs-problem', 'problem'),
    stacking('runs', ['Started', 'Trigger', 'Added', 'Removed', 'Calls', 'State'], ['Added', 'Removed', 'Calls']),
    said('runs-empty', 'empty'),
  );
}

function killDialog(): HTMLElement {
  return element(
    'dialog',
    { id: 'kill-dialog', class: 'card', 'aria-labelledby': 'kill-title', 'aria-describedby': 'kill-text' },
    element('h2', { id: 'kill-title' }),
    said('kill-text', ''),
    element(
      'div',
      { class: 'choices' },
      push('kill-cancel', 'Cancel', { autofocus: '' }),
      push('kill-confirm', '', { class: 'danger' }),
    ),
  );
}

/** A card whose heading is `<id>-title`. */
function card(id: string, title: string, ...children: readonly HTMLElement[]): HTMLElement {
  return element(
    'section',
    { class: 'card', 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title` }, title),
    ...children,
  );
}

function pair(...cards: readonly HTMLElement[]): HTMLElement {
  return element('div', { class: 'pair' }, ...cards);
}

/** A table that is named by the heading `<id>-title` and whose body is `id`. `amounts` are columns of figures. */
function stacking(id: string, columns: readonly string[], amounts: readonly string[]): HTMLElement {
  const head = columns.map((name) =>
    element('th', { scope: 'col', ...(amounts.includes(name) && { class: 'amount' }) }, name),
  );
  return element(
    'table',
    { class: 'stacking', 'aria-labelledby': `${id}-title` },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', { id }),
  );
}

function said(id: string, style: string, role = ''): HTMLElement {
  return element('p', { id, ...(style !== '' && { class: style }), ...(role !== '' && { role }) });
}

function result(id: string): HTMLElement {
  return element('div', { id, class: 'result', 'aria-live': 'polite' });
}

function push(id: string, text: string, attributes: Readonly<Record<string, string>> = {}): HTMLElement {
  return element('button', { id, type: 'button', ...attributes }, text);
}
