import type { AuditCheck, AuditEntry } from '../../../actors/contracts.ts';
import { count } from '../../count.ts';
import { deskOf } from '../../desk/desk.ts';
import { button } from '../../controls/button.ts';
import { textInput } from '../../controls/field.ts';
import { element } from '../../dom.ts';
import { bindKeys } from '../../shell/keys.ts';
import type { View } from '../../shell/view.ts';
import { keepMoments, moment } from '../../status/moment.ts';
import { cell, leadCell } from '../../status/table.ts';
import { describeChange, wordsOf } from './change.ts';
import { sayOperation } from './operation-words.ts';

type Entry = Omit<AuditEntry, 'id'> & { readonly request_id: string };

const PAGE = 100;
const TICK_MS = 1000;
/** Those who are no key of the list. */
const WHO_NAMES: Readonly<Record<string, string>> = {
  bootstrap: 'bootstrap key',
  unknown: 'somebody',
  kv: 'KV',
  registry: 'the shield itself',
};
const COLUMNS = ['No.', 'When', 'Who', 'What', 'Before and after', 'Outcome'];

/** Who changed what and when, and whether the chain that holds it is whole. */
export const auditView: View = {
  id: 'audit',
  title: 'Audit log',
  mount(root, context) {
    const desk = deskOf(context);
    let entries: readonly Entry[] = [];
    const search = textInput({ id: 'audit-search', type: 'search', placeholder: 'Search who, what, note, target' });
    search.setAttribute('aria-label', 'Search the entries that are loaded');
    const body = element('tbody', { id: 'audit' });
    const empty = element('p', { class: 'empty' });
    const result = element('div', { id: 'audit-check', class: 'result', role: 'status' });
    const older = button('Load older entries', () => load(entries.at(-1)?.n));
    root.append(
      element(
        'div',
        { class: 'status desk' },
        element(
          'div',
          { class: 'heading' },
          element('h1', {}, 'Audit log'),
          button('Verify the chain', verify, 'primary'),
        ),
        result,
        element(
          'section',
          { class: 'card', 'aria-label': 'Entries' },
          element(
            'div',
            { class: 'heading' },
            search,
            button('Refresh', () => load()),
          ),
          element(
            'table',
            { class: 'stacking' },
            element('thead', {}, element('tr', {}, ...COLUMNS.map((name) => element('th', { scope: 'col' }, name)))),
            body,
          ),
          empty,
          older,
        ),
      ),
    );
    search.addEventListener('input', draw);

    async function load(before?: number): Promise<void> {
      const query = new URLSearchParams({
        limit: String(PAGE),
        ...(before !== undefined && { before: String(before) }),
      });
      const answer = await desk.get<{ entries: readonly Entry[] }>(`/admin/audit?${query}`);
      if (answer === null) return;
      entries = before === undefined ? answer.entries : [...entries, ...answer.entries];
      older.hidden = answer.entries.length < PAGE;
      draw();
    }

    function draw(): void {
      const words = search.value.toLowerCase().trim();
      const found = entries.filter((entry) => textOf(entry).toLowerCase().includes(words));
      body.replaceChildren(...found.map(row));
      empty.textContent =
        found.length > 0
          ? ''
          : words === ''
            ? 'Nothing has been changed yet.'
            : 'No entry that is loaded has this in it.';
    }

    async function verify(): Promise<void> {
      result.replaceChildren('Reckoning the chain anew…');
      const check = await desk.get<AuditCheck>('/admin/audit/verify');
      result.replaceChildren(...(check === null ? [] : [describe(check)]));
    }

    older.hidden = true;
    void load();
    const timer = setInterval(keepMoments, TICK_MS);
    const unbind = bindKeys([{ key: '/', title: 'Search the audit log', run: () => search.focus() }]);
    return () => {
      clearInterval(timer);
      unbind();
    };
  },
};

function describe({ ok, broken, entries, head }: AuditCheck): HTMLElement {
  const said = ok
    ? ` ${count.format(entries)} entries are what they were. Head: no. ${head.n}, ${head.hash.slice(0, 16)}… Note it elsewhere: the entry of that number must keep that hash.`
    : ` The first entry that was altered or is gone is no. ${broken ?? '?'}: from there on the log cannot be believed. Compare it with a copy of the head that was noted elsewhere.`;
  return element(
    'p',
    { class: 'notice verdict', 'data-good': String(ok) },
    element('b', {}, ok ? 'Whole.' : 'Broken.'),
    said,
  );
}

/** All that the search looks at: what is shown, and the names that scripts know. */
function textOf({ who, name, operation, target, client, outcome, before, after }: Entry): string {
  const said = [who, name, operation, sayOperation(operation, outcome), target, client, outcome];
  return [...said, wordsOf(before), wordsOf(after)].join(' ');
}

function row(entry: Entry): HTMLElement {
  const { n, at, who, name, via, client, operation, target, before, after, outcome, request_id: request, hash } = entry;
  const place = client === '' ? via : `${via}, from ${client}`;
  return element(
    'tr',
    { 'data-outcome-of': outcome },
    element('th', { scope: 'row', title: `request ${request}\nhash ${hash}` }, String(n)),
    cell('When', moment(at, '')),
    cell('Who', element('b', {}, name === '' ? (WHO_NAMES[who] ?? who) : name), element('small', {}, place)),
    cell(
      'What',
      element('span', { title: operation }, sayOperation(operation, outcome)),
      element('small', { class: 'target' }, target),
    ),
    cell('Before and after', describeChange(target, before, after)),
    leadCell('Outcome', element('b', { class: 'mark-word', 'data-good': String(outcome === 'done') }, outcome)),
  );
}
