import type { Stats } from '../../../actors/contracts.ts';
import { count } from '../../count.ts';
import { element, write } from '../../dom.ts';
import { drawTotals, ranking, trafficChart } from '../../figures.ts';
import { bindKeys } from '../../shell/keys.ts';
import type { View, ViewContext } from '../../shell/view.ts';
import { EventList } from './event-list.ts';
import { emptyFeed } from './empty-feed.ts';
import { filterBar } from './filter-bar.ts';
import { passes, readFilters, readRequestId, withFilter, writeFilters, type Filter } from './filter.ts';
import { OpenedEvent } from './opened-event.ts';
import { saveJson } from './save-json.ts';
import { valueStrip } from './value-strip.ts';

/** Totals, the last hour, each event as it happens, and the one that is open. Filters and the open event stand in the address. */
export const trafficView: View = { id: 'traffic', title: 'Traffic', mount };

function mount(root: HTMLElement, context: ViewContext): () => void {
  const { ledger, toast } = context;
  const query = new URLSearchParams(location.search);
  let filters = readFilters(query);
  let { epoch } = ledger;
  let drawnStats: Stats | null = null;

  const list = new EventList();
  const opened = new OpenedEvent({
    context,
    changed: (n) => {
      list.mark(n);
      keepAddress();
    },
    close,
    step,
    below: (event) => valueStrip(event, (filter) => setFilters(withFilter(filters, filter))),
  });
  const bar = filterBar(
    () => filters,
    setFilters,
    (request) => void opened.find(request),
  );
  const empty = emptyFeed(toast, () => setFilters([]));
  const pause = element('button', { id: 'pause', type: 'button', 'aria-keyshortcuts': 'p' });
  const save = element('button', { type: 'button' }, 'Export JSON');
  const totals = element('section', { id: 'totals', class: 'totals', 'aria-label': 'Requests by outcome' });
  const chart = element('div', { id: 'traffic' });
  const rules = element('ol', { id: 'top-rules', class: 'ranking' });
  const routes = element('ol', { id: 'top-routes', class: 'ranking' });
  const title = element('h2', { tabindex: '-1' }, 'Events');
  const feed = element(
    'section',
    { class: 'card feed', 'aria-label': 'Events' },
    element('div', { class: 'heading' }, title, element('div', { class: 'tw:flex tw:gap-2' }, pause, save)),
    bar.node,
    list.node,
    empty.node,
  );
  const aside = [card('Last hour', chart), card('Rules that matched', rules), card('Requests by route', routes)];
  root.append(
    element('h1', { class: 'unseen' }, 'Traffic'),
    element(
      'div',
      { class: 'traffic' },
      totals,
      element('div', { class: 'columns' }, feed, element('div', { class: 'aside' }, ...aside)),
    ),
  );

  function setFilters(next: readonly Filter[]): void {
    filters = next;
    keepAddress();
    bar.draw(filters);
    list.filterBy(filters, ledger.events);
    draw();
  }

  function keepAddress(): void {
    const search = writeFilters(filters);
    if (opened.n !== null) search.set('event', String(opened.n));
    history.replaceState(null, '', `${location.pathname}${search.size === 0 ? '' : `?${search}`}`);
  }

  /** Moves the focus by a row, and what is open along with it. */
  function step(by: 1 | -1): void {
    const n = list.beside(opened.n ?? list.focused(), by);
    if (n === null) return;
    if (opened.hasFocus) list.reveal(n);
    else list.focus(n);
    if (opened.n !== null && n !== opened.n) void opened.open(n, false);
  }

  function block(): void {
    const n = opened.n ?? list.focused();
    if (n === null) return;
    if (n === opened.n) opened.block();
    else void opened.open(n, false).then(() => opened.block());
  }

  function close(): void {
    if (!opened.isOpen) return;
    const { n } = opened;
    opened.close();
    if (n === null || !list.focus(n)) title.focus();
  }

  function setPaused(paused: boolean): void {
    list.pause(paused);
    draw();
  }

  /** Brings the view up to the ledger. Called at most once a frame, however many events there are. */
  function draw(): void {
    if (ledger.epoch !== epoch) {
      epoch = ledger.epoch;
      list.restart();
    }
    list.draw(ledger.events);
    list.mark(opened.n);
    drawStats();
    const waiting = list.waiting(ledger.events);
    write(pause, list.paused ? `Resume${waiting === 0 ? '' : ` (${count.format(waiting)} new)`}` : 'Pause');
    pause.setAttribute('aria-pressed', String(list.paused));
    save.disabled = list.isEmpty;
    // What the shield tells of itself, as it does when it starts, is no traffic yet.
    const untouched = filters.length === 0 && !ledger.events.some(({ kind }) => kind === 'request');
    empty.draw(list.isEmpty || untouched, filters.length > 0, ledger.epoch !== null);
  }

  function drawStats(): void {
    const { stats } = ledger;
    if (stats === drawnStats) return;
    const rest = drawnStats?.minutes;
    drawnStats = stats;
    drawTotals(totals, stats.byOutcome);
    // Totals come with each frame of the bus, the rest when it is asked for.
    if (stats.minutes === rest) return;
    rules.replaceChildren(...ranking(stats.byRule, 'No rule has matched yet.'));
    routes.replaceChildren(...ranking(stats.byRoute, 'No requests yet.'));
    chart.replaceChildren(...trafficChart(stats.minutes, Date.now()));
  }

  pause.addEventListener('click', () => setPaused(!list.paused));
  save.addEventListener('click', () => {
    saveJson(
      'edgeshield-events.json',
      ledger.events.filter((event) => passes(event, filters)),
    );
  });
  list.node.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-event]') : null;
    // With a modifier the browser opens the link, elsewhere.
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void opened.open(Number(link.dataset['event']), true);
  });
  const unbind = bindKeys([
    { key: '/', title: 'Filter the events', run: () => bar.focus() },
    { key: 'j', title: 'Next event, further down', run: () => step(1) },
    { key: 'k', title: 'Event before, further up', run: () => step(-1) },
    { key: 'p', title: 'Pause or resume', run: () => setPaused(!list.paused) },
    { key: 'b', title: 'Block the address of the event', run: block },
    { key: 'Escape', title: 'Close the event', run: close },
  ]);

  bar.draw(filters);
  list.filterBy(filters, ledger.events);
  draw();
  const linked = readNumber(query.get('event'));
  const request = readRequestId(query.get('request') ?? '');
  if (linked !== null) void opened.open(linked, true);
  else if (request !== null) void opened.find(request);
  const unsubscribe = ledger.subscribe(draw);
  return () => {
    unbind();
    unsubscribe();
    opened.dispose();
  };
}

function readNumber(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

function card(title: string, content: Node): HTMLElement {
  return element('section', { class: 'card' }, element('h2', {}, title), content);
}
