import type { NumberedEvent } from '../../../actors/contracts.ts';
import { element } from '../../dom.ts';
import { eventRow, OUTCOME_NAMES } from '../../event/event-row.ts';
import { ranking, totalCards, trafficChart } from '../../figures.ts';
import type { View } from '../../shell/view.ts';

/** Rows on the page: what a person scans before filtering. */
const ROWS = 150;
const FILTERS = ['all', 'block', 'challenge', 'limit', 'log'];
const NOTHING_YET =
  'No events yet. Requests that are blocked, challenged or limited appear here as they happen; passes are counted above.';

/** Totals, the last hour, and each event as it happens. */
export const trafficView: View = {
  id: 'traffic',
  title: 'Traffic',
  mount(root, { ledger, toast }) {
    let filter = 'all';
    let drawn = 0;
    let epoch = ledger.epoch;
    const totals = element('section', { id: 'totals', class: 'totals', 'aria-label': 'Requests by outcome' });
    const filters = element('div', { id: 'filters', class: 'filters', role: 'group', 'aria-label': 'Show' });
    const events = element('ol', { id: 'events', class: 'events' });
    const empty = element('p', { id: 'events-empty', class: 'empty' });
    const chart = element('div', { id: 'traffic' });
    const rules = element('ol', { id: 'top-rules', class: 'ranking' });
    const routes = element('ol', { id: 'top-routes', class: 'ranking' });
    root.append(
      totals,
      element(
        'div',
        { class: 'columns' },
        element(
          'section',
          { class: 'card feed', 'aria-label': 'Events' },
          element('div', { class: 'heading' }, element('h2', {}, 'Events'), filters),
          events,
          empty,
        ),
        element(
          'div',
          { class: 'aside' },
          card('Last hour', chart),
          card('Rules that matched', rules),
          card('Requests by route', routes),
        ),
      ),
    );

    const passes = (event: NumberedEvent) => filter === 'all' || event.outcome === filter;

    /** Brings the view up to the ledger; only rows that are new are built. */
    function draw(): void {
      const { stats } = ledger;
      if (ledger.epoch !== epoch) {
        epoch = ledger.epoch;
        restart();
      }
      totals.replaceChildren(...totalCards(stats.byOutcome));
      rules.replaceChildren(...ranking(stats.byRule, 'No rule has matched yet.'));
      routes.replaceChildren(...ranking(stats.byRoute, 'No requests yet.'));
      chart.replaceChildren(...trafficChart(stats.minutes, Date.now()));
      const fresh = ledger.events.filter((event) => event.n > drawn && passes(event));
      events.prepend(...fresh.slice(0, ROWS).map((event) => eventRow(event, { toast })));
      while (events.children.length > ROWS) events.lastElementChild?.remove();
      drawn = ledger.last;
      empty.textContent = events.children.length > 0 ? '' : emptyText();
    }

    function restart(): void {
      drawn = 0;
      events.replaceChildren();
    }

    function emptyText(): string {
      if (filter === 'all') return NOTHING_YET;
      return `Nothing was ${(OUTCOME_NAMES[filter] ?? filter).toLowerCase()} yet.`;
    }

    function drawFilters(): void {
      filters.replaceChildren(
        ...FILTERS.map((name) => {
          const pressed = String(name === filter);
          const button = element('button', { type: 'button', 'aria-pressed': pressed }, OUTCOME_NAMES[name] ?? 'All');
          button.addEventListener('click', () => {
            filter = name;
            drawFilters();
            restart();
            draw();
          });
          return button;
        }),
      );
    }

    drawFilters();
    draw();
    return ledger.subscribe(draw);
  },
};

function card(title: string, content: Node): HTMLElement {
  return element('section', { class: 'card' }, element('h2', {}, title), content);
}
