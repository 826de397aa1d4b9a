import { byId } from '../dom.ts';

const drawn = new WeakMap<HTMLElement, string>();

/**
 * Fills a part of the page, when `data` differs from what it shows: a refresh must not take away a selection, an opened detail or
 * the focus, nor have a screen reader say the same again.
 */
export function fill(id: string, data: unknown, build: () => readonly (Node | string)[]): void {
  const node = byId(id);
  const text = JSON.stringify(data) ?? '';
  if (drawn.get(node) === text) return;
  drawn.set(node, text);
  node.replaceChildren(...build());
}
