import type { BlockEntry } from '../../../actors/contracts.ts';
import { count } from '../../count.ts';
import { deskOf } from '../../desk/desk.ts';
import { expirySelect, ttlOf } from '../../desk/expiry.ts';
import { sayTtl } from '../../desk/ttl.ts';
import { button } from '../../controls/button.ts';
import { field, textInput } from '../../controls/field.ts';
import { saveFile } from '../../desk/save-file.ts';
import { element } from '../../dom.ts';
import { bindKeys } from '../../shell/keys.ts';
import type { ViewContext } from '../../shell/view.ts';
import { bulkForm } from './bulk.ts';
import { writeCsv } from './csv.ts';
import { entryRow } from './entry-row.ts';

/** Rows that are drawn at once: the list may have ten thousand, and the search finds the others. */
const ROWS = 200;
const COLUMNS = ['Address or range', 'Reason', 'Source', 'Since', 'Ends', ''];
/** Others block too: the reputation, other operators, the terminal. */
const REFRESH_MS = 10_000;

/** The column of buttons needs no name, and a head without words would be read as one that lacks it. */
function headCell(name: string): HTMLElement {
  return name === '' ? element('td', {}) : element('th', { scope: 'col' }, name);
}

/** The blocklist: search, add, change, remove, many at once. */
export function mountList(root: HTMLElement, context: ViewContext): () => void {
  const desk = deskOf(context);
  let entries: readonly BlockEntry[] = [];
  let drawn = '';
  let shown = ROWS;

  const search = textInput({ id: 'block-search', type: 'search', placeholder: 'Search address, reason, source' });
  search.setAttribute('aria-label', 'Search the blocklist');
  const summary = element('p', { id: 'block-count', class: 'faint', role: 'status' });
  const body = element('tbody', { id: 'blocks' });
  const empty = element('p', { id: 'blocks-empty', class: 'empty' });
  const more = button('Show more', () => {
    shown += ROWS;
    draw();
  });
  const look = textInput({ id: 'look-up', placeholder: '203.0.113.7', maxlength: '64', required: '' });

  root.append(
    element(
      'div',
      { class: 'heading' },
      element('h1', {}, 'Blocklist'),
      element(
        'form',
        { id: 'look-up-form', class: 'row' },
        field('Everything known of an address', look),
        element('button', {}, 'Look up'),
      ),
    ),
    addForm(),
    bulkForm(() => void refresh()),
    element(
      'section',
      { class: 'card', 'aria-label': 'Blocked addresses and ranges' },
      element(
        'div',
        { class: 'heading' },
        search,
        summary,
        button('Export CSV', () => saveFile('blocklist.csv', 'text/csv', writeCsv(entries))),
      ),
      element('table', { class: 'stacking' }, element('thead', {}, element('tr', {}, ...COLUMNS.map(headCell))), body),
      empty,
      more,
    ),
  );
  search.addEventListener('input', () => {
    shown = ROWS;
    draw();
  });
  look.form?.addEventListener('submit', (event) => {
    event.preventDefault();
    context.navigate('blocklist', { ip: look.value.trim() });
  });

  function addForm(): HTMLElement {
    const ip = textInput({ id: 'block-ip', required: '', maxlength: '64', placeholder: '203.0.113.0/24' });
    const reason = textInput({
      id: 'block-reason',
      required: '',
      maxlength: '200',
      placeholder: 'why, for the others',
    });
    const expiry = expirySelect('Expiry');
    expiry.id = 'block-expiry';
    const form = element(
      'form',
      { id: 'block-form', class: 'card row fill' },
      field('Address, CIDR range or network (AS64500)', ip),
      field('Reason', reason),
      field('Expiry', expiry),
      element('button', { class: 'primary' }, 'Block'),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void add();
    });
    async function add(): Promise<void> {
      const ttl = ttlOf(expiry);
      const asked = { ip: ip.value.trim(), reason: reason.value.trim(), ...ttl };
      const answer = await desk.send<{ entry: BlockEntry }>('POST', '/admin/blocklist', asked);
      if (answer === null) return;
      const { range } = answer.entry;
      context.toast(`${range} is blocked ${sayTtl(ttl)}.`, 'done', undefined, { subject: range });
      ip.value = '';
      ip.focus();
      await refresh();
    }
    return form;
  }

  async function refresh(): Promise<void> {
    const answer = await desk.get<{ entries: readonly BlockEntry[] }>('/admin/blocklist');
    if (answer === null) return;
    const text = JSON.stringify(answer.entries);
    if (text === drawn) return;
    drawn = text;
    entries = answer.entries.toSorted((a, b) => b.since - a.since);
    draw();
  }

  function draw(): void {
    const words = search.value.toLowerCase().trim();
    const found = entries.filter(({ range, reason, source }) =>
      `${range} ${reason} ${source}`.toLowerCase().includes(words),
    );
    body.replaceChildren(...found.slice(0, shown).map((entry) => entryRow(entry, desk, () => void refresh())));
    more.hidden = found.length <= shown;
    summary.textContent =
      words === ''
        ? `${count.format(entries.length)} in force`
        : `${count.format(found.length)} of ${count.format(entries.length)}`;
    empty.textContent =
      found.length > 0
        ? ''
        : words === ''
          ? 'Nothing is blocked. Block an address or a range above, or from an event on the traffic page; clients that go on attacking are blocked for a while by their reputation.'
          : 'Nothing on the blocklist has this in it. To see everything known of an address, look it up above.';
  }

  draw();
  void refresh();
  const timer = setInterval(() => {
    // Not under the hands of somebody who edits a row.
    if (!document.hidden && body.querySelector('select') === null) void refresh();
  }, REFRESH_MS);
  const unbind = bindKeys([{ key: '/', title: 'Search the blocklist', run: () => search.focus() }]);
  return () => {
    clearInterval(timer);
    unbind();
  };
}
