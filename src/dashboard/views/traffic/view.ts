import type { NumberedEvent } from '../../../actors/contracts.ts';
import { element } from '../../dom.ts';
import { eventRow } from '../../event/event-row.ts';
import { ranking, totalCards, trafficChart } from '../../figures.ts';
import { bindKeys } from '../../shell/keys.ts';
import type { View } from '../../shell/view.ts';
import { count } from '../../count.ts';
import { EventList } from './event-list.ts';
import { emptyFeed } from './empty-feed.ts';
import { filterBar } from './filter-bar.ts';
import { passes, readFilters, withFilter, writeFilters, type Filter } from './filter.ts';
import { showLinked } from './linked-event.ts';
import { saveJson } from './save-json.ts';
import { valueStrip } from './value-strip.ts';

/** Totals, the last hour, and each event as it happens. Filters and the event that is linked to stand in the address. */
export const trafficView: View = {
  id: 'traffic',
  title: 'Traffic',
  mount(root, { ledger, toast }) {
    const query = new URLSearchParams(location.search);
    let filters = readFilters(query);
    let linked = readNumber(query.get('event'));
    let { epoch } = ledger;
    let drawnStats: unknown = null;

    const list = new EventList(row);
    const bar = filterBar(() => filters, setFilters);
    const empty = emptyFeed(toast, () => setFilters([]));
    const pause = element('button', { id: 'pause', type: 'button', 'aria-keyshortcuts': 'p' });
    const save = element('button', { type: 'button' }, 'Export JSON');
    const totals = element('section', { id: 'totals', class: 'totals', 'aria-label': 'Requests by outcome' });
    const link = element('section', { id: 'linked', class: 'card', 'aria-label': 'Linked event' });
    const chart = element('div', { id: 'traffic' });
    const rules = element('ol', { id: 'top-rules', class: 'ranking' });
    const routes = element('ol', { id: 'top-routes', class: 'ranking' });
    const feed = element(
      'section',
      { class: 'card feed', 'aria-label': 'Events' },
      element(
        'div',
        { class: 'heading' },
        element('h2', {}, 'Events'),
        element('div', { class: 'tw:flex tw:gap-2' }, pause, save),
      ),
      bar.node,
      list.node,
      empty.node,
    );
    const aside = [card('Last hour', chart), card('Rules that matched', rules), card('Requests by route', routes)];
    root.append(
      element('h1', { class: 'unseen' }, 'Traffic'),
      totals,
      link,
      element('div', { class: 'columns' }, feed, element('div', { class: 'aside' }, ...aside)),
    );
    link.hidden = linked === null;
    if (linked !== null) void showLinked(link, linked, row, closeLinked);

    function row(event: NumberedEvent): HTMLElement {
      const item = eventRow(event, { toast });
      const details = item.querySelector('details');
      details?.addEventListener(
        'toggle',
        () => details.querySelector('.details')?.append(valueStrip(event, add), copyLink(event.n)),
        { once: true },
      );
      return item;
    }

    function add(filter: Filter): void {
      setFilters(withFilter(filters, filter));
    }

    function setFilters(next: readonly Filter[]): void {
      filters = next;
      keepAddress();
      bar.draw(filters);
      list.filterBy(filters, ledger.events);
      draw();
    }

    function keepAddress(): void {
      const search = writeFilters(filters);
      if (linked !== null) search.set('event', String(linked));
      history.replaceState(null, '', `${location.pathname}${search.size === 0 ? '' : `?${search}`}`);
    }

    function closeLinked(): void {
      linked = null;
      link.hidden = true;
      link.replaceChildren();
      keepAddress();
    }

    function copyLink(n: number): HTMLElement {
      const button = element('button', { type: 'button', class: 'copy-link' }, 'Copy link to this event');
      button.addEventListener('click', () => {
        const address = `${location.origin}${location.pathname}?event=${n}`;
        navigator.clipboard.writeText(address).then(
          () => toast('The link is on the clipboard.'),
          () => toast(address),
        );
      });
      return button;
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
      drawStats();
      const waiting = list.waiting(ledger.events);
      pause.textContent = list.paused ? `Resume${waiting === 0 ? '' : ` (${count.format(waiting)} new)`}` : 'Pause';
      pause.setAttribute('aria-pressed', String(list.paused));
      save.disabled = list.isEmpty;
      empty.draw(list.isEmpty, filters.length > 0, ledger.epoch !== null);
    }

    function drawStats(): void {
      const { stats } = ledger;
      if (stats === drawnStats) return;
      drawnStats = stats;
      totals.replaceChildren(...totalCards(stats.byOutcome));
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
    const unbind = bindKeys([
      { key: '/', title: 'Filter the events', run: () => bar.focus() },
      { key: 'j', title: 'Next event', run: () => list.step(1) },
      { key: 'k', title: 'Event before', run: () => list.step(-1) },
      { key: 'p', title: 'Pause or resume', run: () => setPaused(!list.paused) },
      { key: 'b', title: 'Go to the block button of the event', run: goToBlock },
      { key: 'Escape', title: 'Close the event', run: closeEvent },
    ]);

    function goToBlock(): void {
      const details = list.current();
      if (details === null) return;
      details.open = true;
      // The evidence is built once the event is seen to be open.
      requestAnimationFrame(() => {
        setTimeout(() => details.querySelector<HTMLElement>('button.danger')?.focus());
      });
    }

    function closeEvent(): void {
      const details = list.current();
      if (details === null || !details.open) return;
      details.open = false;
      details.querySelector('summary')?.focus();
    }

    bar.draw(filters);
    list.filterBy(filters, ledger.events);
    draw();
    const unsubscribe = ledger.subscribe(draw);
    return () => {
      unbind();
      unsubscribe();
    };
  },
};

function readNumber(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

function card(title: string, content: Node): HTMLElement {
  return element('section', { class: 'card' }, element('h2', {}, title), content);
}
