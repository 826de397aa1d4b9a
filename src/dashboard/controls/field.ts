import { element } from '../dom.ts';

/** A control with its name above it, and a hint below where there is one. */
export function field(label: string, control: HTMLElement, hint = ''): HTMLElement {
  return element(
    'label',
    { class: 'field' },
    element('span', {}, label),
    control,
    ...(hint === '' ? [] : [element('small', {}, hint)]),
  );
}

/** A field for what is no prose: nothing is completed, capitalised or spelled for whoever types. */
export function textInput(attributes: Readonly<Record<string, string>>): HTMLInputElement {
  return element('input', { autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', ...attributes });
}

export function select(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  value: string,
  changed: (value: string) => void,
): HTMLSelectElement {
  const node = element(
    'select',
    { 'aria-label': label },
    ...options.map(([option, text]) => element('option', { value: option }, text)),
  );
  node.value = value;
  node.addEventListener('change', () => changed(node.value));
  return node;
}
