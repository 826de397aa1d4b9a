import { element } from '../dom.ts';

export interface Tab {
  readonly id: string;
  readonly title: string;
}

/** The parts of a view, one of which is shown: tabs as the ARIA pattern has them, with arrow keys. */
export function tabList(
  label: string,
  all: readonly Tab[],
  current: string,
  chosen: (id: string) => void,
): HTMLElement {
  const buttons = all.map(({ id, title }) => {
    const selected = id === current;
    const tab = element(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `tab-${id}`,
        'aria-selected': String(selected),
        'aria-controls': 'tab-panel',
        tabindex: selected ? '0' : '-1',
      },
      title,
    );
    tab.addEventListener('click', () => chosen(id));
    return tab;
  });
  const list = element('div', { class: 'tabs', role: 'tablist', 'aria-label': label }, ...buttons);
  list.addEventListener('keydown', ({ key }) => {
    const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const at = all.findIndex(({ id }) => id === current);
    const next = all[(at + step + all.length) % all.length];
    if (next === undefined) return;
    chosen(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  });
  return list;
}
