import type { Stats } from '../../actors/contracts.ts';
import { ask } from '../control/ask.ts';
import { sessionEnded, sessionNumber } from '../control/session.ts';
import { byId, element, write } from '../dom.ts';
import { openFeed, type ConnectionState, type Feed, type LineFacts } from '../feed.ts';
import { openGate } from '../gate.ts';
import { VIEWS } from '../views.ts';
import { openHelp } from './help.ts';
import { bindKeys, listenForKeys } from './keys.ts';
import { LedgerStore } from './ledger-store.ts';
import { drawNav } from './nav.ts';
import { placeOf, viewIdOf } from './place.ts';
import { clearShelves } from './shelf.ts';
import { toast } from './toast.ts';
import type { ViewContext } from './view.ts';

/** The bus streams events and totals; rankings and charts are asked for at this pace. */
const STATS_MS = 5000;
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

/** The frame around the views: who is signed in, the line to the bus, and which view is open. */
export async function openShell(): Promise<void> {
  const ledger = new LedgerStore();
  let feed: Feed | null = null;
  let unmount: (() => void) | null = null;
  let opening = 0;
  /** The address has changed while there was no session: what is open is not what it names. */
  let missed = false;

  const context: ViewContext = {
    ledger,
    toast,
    navigate: (view, query) => go(placeOf(view, query)),
  };

  function go(to: string): void {
    history.pushState(null, '', to);
    void show();
  }

  function leave(): void {
    unmount?.();
    unmount = null;
  }

  async function show(): Promise<void> {
    const entry = VIEWS.find(({ id }) => id === viewIdOf(location.pathname)) ?? VIEWS[0];
    missed = feed === null;
    if (missed || entry === undefined) return;
    opening += 1;
    const mine = opening;
    leave();
    drawNav(entry.id);
    document.title = `${entry.title} · EdgeShield`;
    const root = byId('view');
    root.replaceChildren(element('p', { class: 'empty' }, 'Loading…'));
    const view = await entry.load().catch(() => null);
    // Another view was opened meanwhile.
    if (mine !== opening) return;
    root.replaceChildren();
    if (view === null) {
      root.append(
        element(
          'p',
          { class: 'empty' },
          'This part of the page could not be loaded. Is the shield there? Reload the page.',
        ),
      );
    } else unmount = view.mount(root, context);
  }

  function listen(): void {
    const session = sessionNumber();
    feed = openFeed({
      position: () => ledger,
      message: (message) => ledger.receive(message),
      state: showConnection,
      refused: () => sessionEnded(session),
    });
  }

  function hush(): void {
    feed?.close();
    feed = null;
    byId('connection').textContent = '';
  }

  await openGate({
    entered: () => {
      listen();
      void show();
    },
    paused: hush,
    resumed: () => {
      listen();
      if (missed) void show();
    },
    left: () => {
      leave();
      hush();
      ledger.clear();
      clearShelves();
      byId('view').replaceChildren();
      byId('release').textContent = '';
    },
  });

  ledger.subscribe(() => {
    write(byId('release'), ledger.seq === 0 ? 'built in' : `release ${ledger.seq}`);
  });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-view]') : null;
    // A view may have opened it in place.
    if (
      link === null ||
      event.defaultPrevented ||
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey ||
      event.button !== 0
    )
      return;
    event.preventDefault();
    go(link.getAttribute('href') ?? '');
  });
  listenForKeys();
  bindKeys([
    { key: '?', title: 'These keys', run: openHelp },
    // Whatever can be undone binds the key anew while it is told.
    { key: 'u', title: 'Undo what was done last', run: () => toast('There is nothing to undo now.', 'problem') },
  ]);
  byId('help-button').addEventListener('click', openHelp);
  addEventListener('popstate', () => void show());
  setInterval(() => void refreshStats(), STATS_MS);

  async function refreshStats(): Promise<void> {
    if (feed === null || document.hidden) return;
    const answer = await ask<Stats>('/admin/stats');
    if (feed === null) return;
    if (answer.kind === 'ok') ledger.setStats(answer.value);
  }
}

function showConnection(state: ConnectionState, { heard, tries }: LineFacts): void {
  const node = byId('connection');
  const text = sayConnection(state, heard, tries);
  if (node.textContent === text) return;
  node.dataset['state'] = state;
  node.textContent = text;
}

/** What is on the page while the line is down is old: an operator is to see how old. */
function sayConnection(state: ConnectionState, heard: number | null, tries: number): string {
  const since = heard === null ? '' : ` since ${clock.format(heard)}`;
  const again = tries > 1 ? `, try ${tries}` : '';
  switch (state) {
    case 'live':
      return 'Live';
    case 'connecting':
      return heard === null ? 'Connecting' : `Connecting again${again}`;
    case 'stale':
      return `No answer${since}`;
    case 'offline':
      return `Offline${since}${again}`;
  }
}
