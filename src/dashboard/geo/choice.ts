import { element } from '../dom.ts';

/** One of a few, side by side. `changed` hears the value of the new choice. */
export function choice<T extends string>(
  label: string,
  options: readonly (readonly [value: T, name: string])[],
  first: T,
  changed: (value: T) => void,
): HTMLElement {
  const buttons = options.map(([value, name]) => {
    const button = element('button', { type: 'button', 'aria-pressed': String(value === first) }, name);
    button.addEventListener('click', () => {
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      changed(value);
    });
    return button;
  });
  return element(
    'div',
    { class: 'geo-choice', role: 'group', 'aria-label': label },
    element('span', {}, label),
    ...buttons,
  );
}
