import { ALL_SCOPES, SCOPES, isScope, type Scope } from '../../../edge/scopes.ts';
import { confirm } from '../../controls/confirm.ts';
import { deskOf } from '../../desk/desk.ts';
import { button } from '../../controls/button.ts';
import { field, textInput } from '../../controls/field.ts';
import { element } from '../../dom.ts';
import type { View } from '../../shell/view.ts';
import { keepMoments, moment } from '../../status/moment.ts';
import { cell, leadCell } from '../../status/table.ts';

/** As `GET /admin/keys` shows it. */
interface Key {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly state: 'live' | 'expired' | 'revoked';
  readonly created_at: string | null;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
}

const TICK_MS = 1000;
const COLUMNS = ['Name', 'Scopes', 'Created', 'Expires', 'Last used', 'State'];
const EXPIRIES: readonly (readonly [string, string])[] = [
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', '1 year'],
  ['', 'never'],
];

/** API keys: made, shown once, revoked. */
export const keysView: View = {
  id: 'keys',
  title: 'Keys',
  mount(root, context) {
    const desk = deskOf(context);
    const body = element('tbody', { id: 'keys' });
    const empty = element('p', { class: 'empty' });
    const fresh = element('div', { id: 'new-key', 'aria-live': 'polite' });
    root.append(
      element(
        'div',
        { class: 'status desk' },
        element('h1', {}, 'API keys'),
        createForm(),
        fresh,
        element(
          'section',
          { class: 'card', 'aria-label': 'Keys' },
          element(
            'table',
            { class: 'stacking' },
            element('thead', {}, element('tr', {}, ...COLUMNS.map((name) => element('th', { scope: 'col' }, name)))),
            body,
          ),
          empty,
        ),
      ),
    );

    function createForm(): HTMLElement {
      const name = textInput({ id: 'key-name', required: '', maxlength: '60', placeholder: 'deploy pipeline' });
      const expiry = element(
        'select',
        { id: 'key-expiry' },
        ...EXPIRIES.map(([value, text]) => element('option', { value }, text)),
      );
      expiry.value = '90';
      const boxes = ALL_SCOPES.map((scope) => {
        const box = element('input', { type: 'checkbox', name: 'scope', value: scope });
        box.checked = scope === 'read';
        return box;
      });
      const scopes = element(
        'fieldset',
        { class: 'scopes' },
        element('legend', {}, 'What it may do'),
        ...boxes.map((box) =>
          element(
            'label',
            {},
            box,
            element(
              'span',
              {},
              element('code', {}, box.value),
              element('small', {}, isScope(box.value) ? SCOPES[box.value] : ''),
            ),
          ),
        ),
      );
      const form = element(
        'form',
        { id: 'key-form', class: 'card' },
        element('h2', {}, 'New key'),
        element('div', { class: 'row' }, field('Name', name), field('Expires in', expiry)),
        scopes,
        element('button', { class: 'primary' }, 'Create key'),
      );
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        void create();
      });
      async function create(): Promise<void> {
        const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
        if (chosen.length === 0) return context.toast('Choose what the key may do.', 'problem');
        const answer = await desk.send<Key & { key: string }>('POST', '/admin/keys', {
          name: name.value.trim(),
          scopes: chosen,
          ...(expiry.value !== '' && { expires_in_days: Number(expiry.value) }),
        });
        if (answer === null) return;
        name.value = '';
        showOnce(answer.name, answer.key);
        await load();
      }
      return form;
    }

    /** Only its hash is kept: whoever leaves this page without it must make another. */
    function showOnce(name: string, key: string): void {
      const text = element('code', { id: 'key-text', tabindex: '0' }, key);
      const copy = button('Copy', async () => {
        const copied = await navigator.clipboard.writeText(key).then(
          () => true,
          () => false,
        );
        if (copied) context.toast('Copied.');
        else getSelection()?.selectAllChildren(text);
      });
      const hide = button('I have it', () => fresh.replaceChildren());
      fresh.replaceChildren(
        element(
          'div',
          { class: 'notice' },
          element(
            'p',
            {},
            element('b', {}, `The key ${name}. `),
            'It is shown now and never again: copy it to where it is used.',
          ),
          element('div', { class: 'row' }, text, copy, hide),
        ),
      );
    }

    async function load(): Promise<void> {
      const answer = await desk.get<{ keys: readonly Key[] }>('/admin/keys');
      if (answer === null) {
        empty.textContent = 'The keys are not shown: seeing them takes the scope keys:admin.';
        return;
      }
      body.replaceChildren(...answer.keys.toReversed().map(row));
      empty.textContent =
        answer.keys.length > 0
          ? ''
          : 'No keys yet. The bootstrap key may do everything; give a pipeline or a colleague a key of its own, with only what it needs.';
    }

    function row(key: Key): HTMLElement {
      const { id, name, scopes, state, created_at: created, expires_at: expires, last_used_at: used } = key;
      const revoke = button('Revoke…', () => over(key));
      revoke.setAttribute('aria-label', `Revoke ${name}`);
      return element(
        'tr',
        { 'data-key': id, 'data-state-of': state },
        element('th', { scope: 'row' }, element('b', {}, name), element('small', {}, id)),
        cell('Scopes', ...scopes.flatMap((scope) => [element('code', { class: 'scope' }, scope), ' '])),
        cell('Created', moment(toTime(created), '–')),
        cell('Expires', moment(toTime(expires), 'never')),
        cell('Last used', moment(toTime(used), 'never')),
        leadCell('State', state === 'live' ? revoke : state),
      );
    }

    async function over({ id, name }: Key): Promise<void> {
      const text =
        'It stops at once here, and everywhere within half a minute, with its sessions. A key that was revoked cannot be brought back.';
      if (!(await confirm(`Revoke ${name}?`, text, 'Revoke'))) return;
      await desk.send('DELETE', `/admin/keys/${id}`, undefined, `${name} is revoked.`);
      await load();
    }

    void load();
    const timer = setInterval(keepMoments, TICK_MS);
    return () => clearInterval(timer);
  },
};

function toTime(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
