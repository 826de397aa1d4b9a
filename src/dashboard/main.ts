import type { NumberedEvent, Stats } from '../actors/contracts.ts';
import { byId, element } from './dom.ts';
import { eventRow, OUTCOME_NAMES } from './event-row.ts';
import { openFeed, type ConnectionState, type Feed } from './feed.ts';
import { ranking, totalCards, trafficChart } from './figures.ts';
import { openGate } from './gate.ts';
import { EMPTY_LEDGER, receive, type Ledger } from './ledger.ts';

/** Rows on the page: what a person scans before filtering. */
const ROWS = 150;
/** The bus streams events and totals; rankings and the hour's chart are asked for at this pace. */
const STATS_MS = 5000;
const CONNECTION_TEXT: Readonly<Record<ConnectionState, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  stale: 'No answer',
  offline: 'Offline',
};

let ledger: Ledger = EMPTY_LEDGER;
let feed: Feed | null = null;
let filter = 'all';
let drawn = 0;

function open(): void {
  if (feed !== null) return;
  feed = openFeed({
    position: () => ledger,
    message: (message) => {
      const epoch = ledger.epoch;
      ledger = receive(ledger, message);
      if (ledger.epoch !== epoch) redrawEvents();
      requestAnimationFrame(draw);
    },
    state: showConnection,
    refused: () => gate.refuse(),
  });
  redrawEvents();
  draw();
}

function close(): void {
  feed?.close();
  feed = null;
  ledger = EMPTY_LEDGER;
  byId('connection').textContent = '';
  byId('release').textContent = '';
}

function showConnection(state: ConnectionState): void {
  const node = byId('connection');
  if (node.dataset['state'] === state && node.textContent !== '') return;
  node.dataset['state'] = state;
  node.textContent = CONNECTION_TEXT[state];
}

/** Brings the page up to the ledger; only rows that are new are built. */
function draw(): void {
  if (feed === null) return;
  const { stats, events, seq } = ledger;
  byId('totals').replaceChildren(...totalCards(stats.byOutcome));
  byId('top-rules').replaceChildren(...ranking(stats.byRule, 'No rule has matched yet.'));
  byId('top-routes').replaceChildren(...ranking(stats.byRoute, 'No requests yet.'));
  byId('traffic').replaceChildren(...trafficChart(stats.minutes, Date.now()));
  byId('release').textContent = seq === 0 ? 'built-in release' : `release ${seq}`;

  const list = byId('events');
  const fresh = events.filter((event) => event.n > drawn && passes(event));
  list.prepend(...fresh.slice(0, ROWS).map(eventRow));
  while (list.children.length > ROWS) list.lastElementChild?.remove();
  drawn = ledger.last;
  byId('events-empty').textContent = list.children.length > 0 ? '' : emptyText();
}

function redrawEvents(): void {
  drawn = 0;
  byId('events').replaceChildren();
}

function passes(event: NumberedEvent): boolean {
  return filter === 'all' || event.outcome === filter;
}

function emptyText(): string {
  if (filter !== 'all') return `Nothing was ${(OUTCOME_NAMES[filter] ?? filter).toLowerCase()} yet.`;
  return 'No events yet. Requests that are blocked, challenged or limited appear here as they happen; passes are counted above.';
}

function drawFilters(): void {
  const buttons = ['all', 'block', 'challenge', 'limit', 'log'].map((name) => {
    const pressed = String(name === filter);
    const button = element('button', { type: 'button', 'aria-pressed': pressed }, OUTCOME_NAMES[name] ?? 'All');
    button.addEventListener('click', () => {
      filter = name;
      drawFilters();
      redrawEvents();
      draw();
    });
    return button;
  });
  byId('filters').replaceChildren(...buttons);
}

async function refreshStats(): Promise<void> {
  if (feed === null || document.hidden) return;
  const response = await fetch('/admin/stats').catch(() => null);
  if (response === null || !response.ok) return;
  const stats: Stats = await response.json();
  ledger = { ...ledger, stats };
  draw();
}

drawFilters();
setInterval(() => void refreshStats(), STATS_MS);
const gate = await openGate({ entered: open, left: close });
