import { expirySelect, ttlOf } from '../desk/expiry.ts';
import { element } from '../dom.ts';
import { blockRange, type Change } from './block-acts.ts';
import { rangesAround } from './ranges.ts';
import type { Standing } from './standing.ts';

export interface BlockPanel {
  readonly node: HTMLElement;
  /** Shows it, with the focus on what does it: a second key blocks the address. */
  open(): void;
  close(): void;
}

/** What to block of an address and its surroundings, and for how long. */
export function blockPanel(
  { client }: Standing,
  tell: (change: Change) => Promise<void>,
  toggled: (open: boolean) => void,
): BlockPanel {
  const choices = rangesAround(client.ip, client.asn, client.organization);
  const radios = choices.map(({ range }, i) =>
    element('input', { type: 'radio', name: 'range', value: range, ...(i === 0 && { checked: '' }) }),
  );
  const duration = expirySelect('For how long');
  const go = element('button', { type: 'submit', class: 'danger' });
  const cancel = element('button', { type: 'button', class: 'ghost' }, 'Cancel');
  const node = element(
    'form',
    { class: 'drawer-panel block-panel', 'aria-label': 'Block', hidden: '' },
    element(
      'fieldset',
      {},
      element('legend', {}, 'Whom to block'),
      ...choices.map(({ title, name }, i) =>
        element(
          'label',
          {},
          radios[i] ?? '',
          element('span', {}, element('code', {}, name), element('small', {}, title)),
        ),
      ),
    ),
    element('div', { class: 'drawer-row' }, element('label', { class: 'duration' }, 'For', duration), go, cancel),
  );
  const chosen = () => radios.find(({ checked }) => checked)?.value ?? client.ip;
  const draw = () => {
    const name = choices.find(({ range }) => range === chosen())?.name ?? chosen();
    go.textContent = `Block ${name}`;
  };
  const show = (open: boolean) => {
    node.hidden = !open;
    toggled(open);
  };
  node.addEventListener('change', draw);
  cancel.addEventListener('click', () => show(false));
  let busy = false;
  async function block(): Promise<void> {
    busy = true;
    go.setAttribute('aria-disabled', 'true');
    const change = await blockRange(chosen(), ttlOf(duration));
    busy = false;
    go.removeAttribute('aria-disabled');
    if (change.ok) show(false);
    await tell(change);
  }
  node.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!busy) void block();
  });
  draw();
  return {
    node,
    open: () => {
      show(true);
      go.focus();
    },
    close: () => show(false),
  };
}
