import { element } from '../dom.ts';

/** A control with its name above it. */
export function field(label: string, control: HTMLElement, hint = ''): HTMLElement {
  return element(
    'label',
    { class: 'field' },
    element('span', {}, label),
    control,
    ...(hint === '' ? [] : [element('small', {}, hint)]),
  );
}

/** A button whose work runs once at a time; it keeps the focus meanwhile. */
export function button(text: string, work: () => Promise<void> | void, kind = ''): HTMLButtonElement {
  const node = element('button', { type: 'button', class: kind }, text);
  let busy = false;
  node.addEventListener('click', () => {
    if (busy) return;
    busy = true;
    node.setAttribute('aria-disabled', 'true');
    void Promise.resolve(work()).finally(() => {
      busy = false;
      node.removeAttribute('aria-disabled');
    });
  });
  return node;
}

export function textInput(attributes: Readonly<Record<string, string>>): HTMLInputElement {
  return element('input', { autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', ...attributes });
}
