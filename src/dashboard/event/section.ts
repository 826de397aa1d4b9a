import { element } from '../dom.ts';

/** A part of the drawer with its heading. */
export function drawerSection(id: string, title: string, ...content: readonly (Node | string)[]): HTMLElement {
  return element(
    'section',
    { class: 'drawer-part', 'data-part': id, 'aria-labelledby': `drawer-${id}` },
    element('h3', { id: `drawer-${id}` }, title),
    ...content,
  );
}
