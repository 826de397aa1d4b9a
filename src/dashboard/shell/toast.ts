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

interface ToastMore {
  /** What it is about, an address for instance: a newer word about it takes the place of this one, which is no longer true. */
  readonly subject?: string;
  /** What else can be done; not on a key. */
  readonly also?: ToastAction | undefined;
}

/** As views call it. */
export type Toast = (message: string, kind?: 'done' | 'problem', action?: ToastAction, more?: ToastMore) => void;

/** By subject, what takes the word about it away. */
const shown = new Map<string, () => void>();

/**
 * A passing word; read out where a screen reader listens. One with an action stays longer, waits while it is pointed at or in focus
 * (WCAG 2.2.1), and its action is on the key `u` too.
 */
export const toast: Toast = (message, kind = 'done', action, { subject, also } = {}) => {
  if (subject !== undefined) shown.get(subject)?.();
  const node = element('div', { class: 'toast', 'data-kind': kind }, element('p', {}, message));
  const before = document.activeElement;
  let timer = 0;
  let unbind: (() => void) | null = null;

  function remove(): void {
    clearTimeout(timer);
    unbind?.();
    if (subject !== undefined && shown.get(subject) === remove) shown.delete(subject);
    const focused = node.contains(document.activeElement);
    node.remove();
    if (focused && before instanceof HTMLElement && before.isConnected) before.focus();
  }
  function wait(): void {
    clearTimeout(timer);
    timer = window.setTimeout(remove, action === undefined && also === undefined ? SHOWN_MS : UNDOABLE_MS);
  }
  function offer({ label, run }: ToastAction, attributes: Readonly<Record<string, string>> = {}): () => void {
    const act = element('button', { type: 'button', ...attributes }, label);
    const take = () => {
      remove();
      void run();
    };
    act.addEventListener('click', take);
    node.append(act);
    return take;
  }

  if (also !== undefined) offer(also);
  if (action !== undefined) {
    const run = offer(action, { 'aria-keyshortcuts': 'u' });
    unbind = bindKeys([{ key: 'u', title: `${action.label} what was done last`, run }]);
  }
  if (action !== undefined || also !== undefined) {
    const close = element('button', { type: 'button', class: 'ghost', 'aria-label': 'Dismiss' }, '×');
    close.addEventListener('click', remove);
    node.append(close);
    for (const held of ['pointerenter', 'focusin']) node.addEventListener(held, () => clearTimeout(timer));
    for (const left of ['pointerleave', 'focusout']) node.addEventListener(left, wait);
  }
  if (subject !== undefined) shown.set(subject, remove);
  byId('toasts').append(node);
  wait();
};
