import { element } from '../dom.ts';

/** As what it is styled; '' is an ordinary one. */
type Kind = '' | 'primary' | 'danger' | 'link';

/** A button that does one thing at a time; `work` is awaited, and a second press meanwhile is nothing. */
export function button(text: string, work: () => Promise<unknown> | void, kind: Kind = ''): HTMLButtonElement {
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

/** How long a button waits for the second press: time to read the question, and what stands beside it. */
const DOUBT_MS = 8000;

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
