import type { BlockEntry, NumberedEvent } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import { placeOf } from '../shell/place.ts';
import type { ToastAction } from '../shell/toast.ts';
import type { ViewContext } from '../shell/view.ts';
import { pardon, unblockRange, type Change } from './block-acts.ts';
import { blockPanel } from './block-panel.ts';
import { mainRule } from './decided-by.ts';
import { falsePositivePanel } from './false-positive.ts';
import { reputationWeighs } from './input-words.ts';
import type { Standing } from './standing.ts';
import { stillStopped } from './still-stopped.ts';

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
  const notes: HTMLElement[] = [];
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

  async function tell({ ok, said, subject, undo }: Change, also?: ToastAction): Promise<void> {
    const back = undo && { label: 'Undo', run: async () => tell(await undo()) };
    toast(said, ok ? 'done' : 'problem', back, { subject, also });
    await standing?.refresh();
  }
  const scored = event.layers?.by === 'score';
  /** The address stopped the request, and not what it said. */
  const byRecord = scored && reputationWeighs(event);

  if (standing !== null) {
    blocking = offer('Block…', (toggled) => blockPanel(standing, tell, toggled), 'danger-quiet');
    buttons.lastElementChild?.setAttribute('aria-keyshortcuts', 'b');
    const { ip } = standing.client;
    const forgive = element('button', { type: 'button', hidden: '' }, 'Pardon');
    const record = element('p', { class: 'drawer-said', role: 'status' });
    let entry: BlockEntry | null = null;
    let busy = false;
    const forgiveIt = async () => {
      if (busy) return;
      busy = true;
      await tell(await pardon(ip));
      busy = false;
      if (forgive.hidden) panels[0]?.button.focus();
    };
    forgive.addEventListener('click', () => void forgiveIt());
    standing.follow(({ check, reputation, stops }) => {
      entry = check?.enforced.blocklist ?? null;
      unblock.hidden = entry === null;
      unblock.textContent = `Unblock ${entry?.range ?? ''}`;
      // Where it is blocked besides, a pardon alone lets nothing pass.
      const open = entry === null && stops;
      record.textContent = open ? `Its bad record (${(reputation?.score ?? 0).toFixed(2)}) alone stops it.` : '';
      forgive.hidden = !(open || (byRecord && (reputation?.score ?? 0) > 0));
    });
    const lift = async (standingEntry: BlockEntry) => {
      busy = true;
      const change = await unblockRange(standingEntry);
      const score = change.ok ? await stillStopped(ip) : null;
      if (score === null) await tell(change);
      else {
        const said = `${change.subject} is off the blocklist; its bad record (${score.toFixed(2)}) still stops ${standingEntry.range === ip ? 'it' : ip}.`;
        await tell({ ...change, said }, { label: 'Pardon', run: async () => tell(await pardon(ip)) });
      }
      busy = false;
      // The button that was pressed may be gone.
      if (unblock.hidden) panels[0]?.button.focus();
    };
    unblock.addEventListener('click', () => {
      if (entry !== null && !busy) void lift(entry);
    });
    buttons.append(unblock, forgive);
    notes.push(record);
  }
  if (mainRule(event) !== undefined || scored) {
    // An exclusion leaves out what was sent: it is not what helps against a record.
    offer('False positive…', (toggled) => falsePositivePanel(event, toggled), byRecord ? 'ghost' : '');
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
    node: element('div', { class: 'drawer-acts' }, ...panels.map(({ panel }) => panel.node), ...notes, buttons),
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
