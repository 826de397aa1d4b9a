import type { BlockEntry, NumberedEvent } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import { placeOf } from '../shell/place.ts';
import type { ViewContext } from '../shell/view.ts';
import { unblockRange, type Change } from './block-acts.ts';
import { blockPanel } from './block-panel.ts';
import { mainRule } from './decided-by.ts';
import { falsePositivePanel } from './false-positive.ts';
import type { Standing } from './standing.ts';

/** What can be done about an event, always in reach at the drawer's foot. */
export interface DrawerActs {
  readonly node: HTMLElement;
  /** Opens the choice of what to block; false where there is nobody to block. */
  block(): boolean;
  /** Closes what is open; false where nothing was. */
  back(): boolean;
}

interface Panel {
  readonly node: HTMLElement;
  open(): void;
  close(): void;
}

export function drawerActs(event: NumberedEvent, standing: Standing | null, toast: ViewContext['toast']): DrawerActs {
  const buttons = element('div', { class: 'drawer-row' });
  const panels: { readonly panel: Panel; readonly button: HTMLButtonElement }[] = [];
  const unblock = element('button', { type: 'button', hidden: '' }, 'Unblock');
  let blocking: Panel | null = null;

  /** A button that opens a panel above the row; of the panels one is open at a time. */
  function offer(label: string, make: (toggled: (open: boolean) => void) => Panel, kind: string): Panel {
    const button = element('button', { type: 'button', class: kind, 'aria-expanded': 'false' }, label);
    const panel = make((open) => {
      button.setAttribute('aria-expanded', String(open));
      if (open) for (const other of panels) if (other.panel !== panel) other.panel.close();
      if (!open && panel.node.contains(document.activeElement)) button.focus();
    });
    button.addEventListener('click', () => (panel.node.hidden ? panel.open() : panel.close()));
    panels.push({ panel, button });
    buttons.append(button);
    return panel;
  }

  async function tell(change: Change): Promise<void> {
    const { undo } = change;
    toast(change.said, change.ok ? 'done' : 'problem', undo && { label: 'Undo', run: async () => tell(await undo()) });
    await standing?.refresh();
  }

  if (standing !== null) {
    blocking = offer('Block…', (toggled) => blockPanel(standing, tell, toggled), 'danger-quiet');
    buttons.lastElementChild?.setAttribute('aria-keyshortcuts', 'b');
    let entry: BlockEntry | null = null;
    standing.follow(({ check }) => {
      entry = check?.enforced.blocklist ?? null;
      unblock.hidden = entry === null;
      unblock.textContent = `Unblock ${entry?.range ?? ''}`;
    });
    let busy = false;
    const lift = async (standingEntry: BlockEntry) => {
      busy = true;
      await tell(await unblockRange(standingEntry));
      busy = false;
      // The button that was pressed may be gone.
      if (unblock.hidden) panels[0]?.button.focus();
    };
    unblock.addEventListener('click', () => {
      if (entry !== null && !busy) void lift(entry);
    });
    buttons.append(unblock);
  }
  if (mainRule(event) !== undefined || event.layers?.by === 'score') {
    offer('False positive…', (toggled) => falsePositivePanel(event, toggled), '');
  }
  if (event.outcome === 'limit') {
    buttons.append(element('a', { href: placeOf('limits'), 'data-view': 'limits', class: 'button' }, 'Rate limits'));
  }
  if (event.kind === 'system') {
    const view = /^(?:feed |enforcement: )/.test(event.reason)
      ? (['intelligence', 'Enforcement'] as const)
      : (['audit', 'Audit log'] as const);
    buttons.append(element('a', { href: placeOf(view[0]), 'data-view': view[0], class: 'button' }, view[1]));
  }
  return {
    node: element('div', { class: 'drawer-acts' }, ...panels.map(({ panel }) => panel.node), buttons),
    block() {
      blocking?.open();
      return blocking !== null;
    },
    back() {
      const open = panels.find(({ panel }) => !panel.node.hidden);
      open?.panel.close();
      open?.button.focus();
      return open !== undefined;
    },
  };
}
