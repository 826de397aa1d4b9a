import { byId, element } from '../dom.ts';
import { bindKeys } from './keys.ts';

/** Long enough to read a sentence, short enough not to pile up. */
const SHOWN_MS = 6000;
/** Long enough to see what was done, think again, and get there by keyboard. */
const UNDOABLE_MS = 30_000;

/** What can still be done about what the toast tells. */
export interface ToastAction {
  readonly label: string;
  readonly run: () => Promise<void>;
}

/** As views call it. */
export type Toast = (message: string, kind?: 'done' | 'problem', action?: ToastAction) => void;

/**
 * A passing word; read out where a screen reader listens. One with an action stays longer, waits while it is pointed at or in focus
 * (WCAG 2.2.1), and its action is on the key `u` too.
 */
export const toast: Toast = (message, kind = 'done', action) => {
  const node = element('div', { class: 'toast', 'data-kind': kind }, element('p', {}, message));
  const before = document.activeElement;
  let timer = 0;
  let unbind: (() => void) | null = null;

  function remove(): void {
    clearTimeout(timer);
    unbind?.();
    const focused = node.contains(document.activeElement);
    node.remove();
    if (focused && before instanceof HTMLElement && before.isConnected) before.focus();
  }
  function wait(): void {
    clearTimeout(timer);
    timer = window.setTimeout(remove, action === undefined ? SHOWN_MS : UNDOABLE_MS);
  }

  if (action !== undefined) {
    const run = () => {
      remove();
      void action.run();
    };
    const act = element('button', { type: 'button', 'aria-keyshortcuts': 'u' }, action.label);
    const close = element('button', { type: 'button', class: 'ghost', 'aria-label': 'Dismiss' }, '×');
    act.addEventListener('click', run);
    close.addEventListener('click', remove);
    node.append(act, close);
    unbind = bindKeys([{ key: 'u', title: `${action.label} what was done last`, run }]);
    for (const held of ['pointerenter', 'focusin']) node.addEventListener(held, () => clearTimeout(timer));
    for (const left of ['pointerleave', 'focusout']) node.addEventListener(left, wait);
  }
  byId('toasts').append(node);
  wait();
};
