import type { AuditCheck, AuditEntry, AuditFacts } from '../../../actors/contracts.ts';
import { count } from '../../count.ts';
import { deskOf } from '../../desk/desk.ts';
import { button } from '../../controls/button.ts';
import { textInput } from '../../controls/field.ts';
import { element } from '../../dom.ts';
import { bindKeys } from '../../shell/keys.ts';
import type { View } from '../../shell/view.ts';
import { keepMoments, moment } from '../../status/moment.ts';
import { cell, leadCell } from '../../status/table.ts';

type Entry = Omit<AuditEntry, 'id'> & { readonly request_id: string };

const PAGE = 100;
const TICK_MS = 1000;
/** The contract's word, and the operator's. */
const KEY_NAMES: Readonly<Record<string, string>> = { seq: 'release' };
const COLUMNS = ['No.', 'When', 'Who', 'What', 'Before and after', 'Outcome'];

/** Who changed what and when, and whether the chain that holds it is whole. */
export const auditView: View = {
  id: 'audit',
  title: 'Audit log',
  mount(root, context) {
    const desk = deskOf(context);
    let entries: readonly Entry[] = [];
    const search = textInput({ id: 'audit-search', type: 'search', placeholder: 'Search who, what, target' });
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
      const found = entries.filter(({ who, name, operation, target, client }) =>
        `${who} ${name} ${operation} ${target} ${client}`.toLowerCase().includes(words),
      );
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

function row(entry: Entry): HTMLElement {
  const { n, at, who, name, via, client, operation, target, before, after, outcome, request_id: request, hash } = entry;
  const place = client === '' ? via : `${via}, from ${client}`;
  return element(
    'tr',
    { 'data-outcome-of': outcome },
    element('th', { scope: 'row', title: `request ${request}\nhash ${hash}` }, String(n)),
    cell('When', moment(at, '')),
    cell('Who', element('b', {}, name === '' ? who : name), element('small', {}, place)),
    cell('What', element('code', {}, operation), element('small', { class: 'target' }, target)),
    cell('Before and after', change(target, before, after)),
    leadCell('Outcome', element('b', { class: 'mark-word', 'data-good': String(outcome === 'done') }, outcome)),
  );
}

/** Only what differs, key by key; the target itself stands beside it already. */
function change(target: string, before: AuditFacts | null, after: AuditFacts | null): HTMLElement {
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const lines = keys.flatMap((key) => {
    const was = say(key, before?.[key]);
    const is = say(key, after?.[key]);
    if (was === is || is === target || was === target) return [];
    return [
      element('dt', {}, KEY_NAMES[key] ?? key.replaceAll('_', ' ')),
      element(
        'dd',
        {},
        ...(was === '' ? [] : [element('del', {}, was)]),
        ...(was !== '' && is !== '' ? [' → '] : []),
        ...(is === '' ? [] : [element('ins', {}, is)]),
      ),
    ];
  });
  return lines.length === 0 ? element('span', { class: 'faint' }, '–') : element('dl', { class: 'change' }, ...lines);
}

function say(key: string, fact: AuditFacts[string] | undefined): string {
  if (fact === undefined || fact === null) return '';
  if (Array.isArray(fact)) return fact.join(', ');
  if (typeof fact === 'number' && /^(?:since|until|at|blocked_until|expires)$/.test(key))
    return new Date(fact).toISOString();
  return String(fact);
}
