import type { Model } from '../../../../model/schema.ts';
import { notice } from '../../controls/notice.ts';
import { element } from '../../dom.ts';
import { readCard, type CardBlock, type CardSection } from './read-card.ts';

/** What its makers say of the model: that of the built-in one comes with the page, a pushed one carries it in `training.card`. */
export async function cardText(model: Model): Promise<HTMLElement> {
  const carried = model.training?.['card'];
  const markdown = typeof carried === 'string' ? carried : (await import('./built-in-card.ts')).builtInCard(model);
  const { sections } = readCard(markdown ?? '');
  const from = typeof carried === 'string' ? 'As the release carries it.' : 'As it was measured when it was built in.';
  return element(
    'section',
    { class: 'card card-text', 'aria-label': 'What its makers say' },
    element('h2', {}, 'What its makers say'),
    ...(sections.length === 0
      ? [
          notice(
            'This model has no card: what it was made for, how it was measured and where it fails nobody has written down. The release may carry that as Markdown, in “training.card”.',
          ),
        ]
      : [element('p', { class: 'say hint' }, from), ...sections.map(sectionOf)]),
  );
}

/** The first stands open: it says what the others are about. */
function sectionOf({ title, blocks }: CardSection, at: number): HTMLElement {
  const name = title === '' ? 'In short' : title;
  const shown = blocks.map((block, place) => blockOf(block, `${name}, part ${place + 1}`));
  const node = element('details', {}, element('summary', {}, name), ...shown);
  node.open = at === 0;
  return node;
}

/** `label` names a table, which has no name of its own, among the regions of the page. */
function blockOf(block: CardBlock, label: string): HTMLElement {
  switch (block.kind) {
    case 'text':
      return element('p', {}, ...inline(block.text));
    case 'list':
      return element('ul', {}, ...block.items.map((item) => element('li', {}, ...inline(item))));
    case 'table':
      return tableOf(block, label);
  }
}

function tableOf({ head, rows }: Extract<CardBlock, { kind: 'table' }>, label: string): HTMLElement {
  return element(
    'div',
    { class: 'wide', tabindex: '0', role: 'region', 'aria-label': label },
    element(
      'table',
      { class: 'weights' },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...head.map((title) => (title === '' ? element('td', {}) : element('th', { scope: 'col' }, title))),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map(([first = '', ...rest]) =>
          element('tr', {}, element('th', { scope: 'row' }, first), ...rest.map((text) => element('td', {}, text))),
        ),
      ),
    ),
  );
}

/** `code` between backticks; everything else is text as it stands. */
function inline(text: string): readonly (Node | string)[] {
  return text.split('`').map((part, at) => (at % 2 === 1 ? element('code', {}, part) : part));
}
