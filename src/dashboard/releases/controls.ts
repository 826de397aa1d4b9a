import { element } from '../dom.ts';

/** A button that does one thing at a time; `work` is awaited, and a second press meanwhile is nothing. */
export function button(
  text: string,
  work: () => Promise<unknown> | void,
  kind: 'plain' | 'primary' | 'danger' | 'link' = 'plain',
): HTMLButtonElement {
  const node = element('button', { type: 'button', class: kind }, text);
  node.addEventListener('click', () => {
    if (node.getAttribute('aria-disabled') === 'true') return;
    const running = work();
    if (running === undefined) return;
    // Not `disabled`: that would take the focus away from who pressed it.
    node.setAttribute('aria-disabled', 'true');
    void running.finally(() => node.removeAttribute('aria-disabled'));
  });
  return node;
}

/** How long a button waits for the second press. */
const DOUBT_MS = 4000;

/** A button that asks back: the first press arms it, the second, soon after, does the work. */
export function cautiousButton(text: string, question: string, work: () => Promise<unknown>): HTMLButtonElement {
  let armed: ReturnType<typeof setTimeout> | null = null;
  const disarm = () => {
    if (armed !== null) clearTimeout(armed);
    armed = null;
    node.textContent = text;
    node.classList.remove('danger');
  };
  const node = button(text, () => {
    if (armed !== null) {
      disarm();
      return work();
    }
    node.textContent = question;
    node.classList.add('danger');
    armed = setTimeout(disarm, DOUBT_MS);
    return undefined;
  });
  return node;
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

export function field(label: string, control: HTMLElement): HTMLElement {
  return element('label', { class: 'field' }, element('span', {}, label), control);
}

/** What went wrong, or is missing, in words. */
export function notice(text: string, tone: 'problem' | 'hint' | 'good' = 'hint'): HTMLElement {
  return element('p', { class: `say ${tone}`, ...(tone === 'problem' && { role: 'alert' }) }, text);
}
