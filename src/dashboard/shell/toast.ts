import { byId, element } from '../dom.ts';

/** Long enough to read a sentence, short enough not to pile up. */
const SHOWN_MS = 6000;

/** A passing word; read out where a screen reader listens. */
export function toast(message: string, kind: 'done' | 'problem' = 'done'): void {
  const node = element('p', { class: 'toast', 'data-kind': kind }, message);
  byId('toasts').append(node);
  setTimeout(() => node.remove(), SHOWN_MS);
}
