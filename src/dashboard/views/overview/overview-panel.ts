import type { EnforcementStatus, NumberedEvent, Stats, TopKeys } from '../../../actors/contracts.ts';
import { categoryName } from '../../category-names.ts';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { choice } from '../../geo/choice.ts';
import { countryName } from '../../geo/country-name.ts';
import { KeyedRows } from '../../geo/keyed-rows.ts';
import { OUTCOME_NAMES } from '../../outcome-names.ts';
import { Histogram } from './histogram.ts';
import { KnownNames } from './known-names.ts';
import { Ranking } from './ranking.ts';
import { latencyBins, latencyWithin, sayWait, scoreBins } from './score-bins.ts';
import { Stopped } from './stopped.ts';
import { binMinutes, SERIES, sumBins, type SpanName, type TimeBins } from './time-bins.ts';
import { TotalCards } from './totals.ts';
import { TrafficChart } from './traffic-chart.ts';

const SPAN_WORDS: Readonly<Record<SpanName, string>> = {
  hour: 'in the last hour',
  quarter: 'in the last 6 hours',
  day: 'in the last 24 hours',
};
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short', hour12: false });
const NOTHING: LatencyNumbers = { bounds: [], counts: [] };
type LatencyNumbers = NonNullable<Stats['latency']>;

/** What a click on a figure asks the feed for: the filter's name and value. */
export type Choose = (filter: 'rule' | 'country' | 'path' | 'ip' | 'asn' | 'category', value: string) => void;

/** Traffic at a glance: what came, what became of it, who and what stood out, and what the shield itself cost. */
export class OverviewPanel {
  readonly node = element('div', { class: 'traffic-overview' });
  readonly #totals = new TotalCards();
  readonly #chart: TrafficChart;
  readonly #table = new KeyedRows('Requests over time', [
    'From',
    'Requests',
    ...SERIES.map((name) => OUTCOME_NAMES[name] ?? name),
  ]);
  readonly #stopped = new Stopped();
  readonly #rankings: Readonly<Record<string, Ranking>>;
  readonly #scores: Histogram;
  readonly #latency: Histogram;
  readonly #waits = element('p', { class: 'chart-reading' });
  readonly #judged = element('p', { class: 'chart-reading' });
  readonly #names = new KnownNames();
  #span: SpanName;
  #stats: Stats | null = null;

  /** `root` is in the page already: charts ask for their width. */
  constructor(root: HTMLElement, choose: Choose, span: SpanName, spanChosen: (span: SpanName) => void) {
    this.#span = span;
    this.#rankings = {
      rules: new Ranking({
        title: 'Rules',
        nothing: 'No rule has matched yet.',
        name: (id) => this.#names.rule(id),
        choose: (id) => choose('rule', id),
      }),
      categories: new Ranking({
        title: 'Categories',
        nothing: 'No rule has matched yet.',
        name: categoryName,
        choose: (name) => choose('category', name),
      }),
      countries: new Ranking({
        title: 'Countries, all requests',
        nothing: 'Cloudflare has told no country yet. On your own machine it never does.',
        name: countryName,
        choose: (code) => choose('country', code),
      }),
      paths: new Ranking({
        title: 'Paths under attack',
        nothing: 'Nothing was stopped yet.',
        choose: (path) => choose('path', path),
      }),
      addresses: new Ranking({
        title: 'Addresses',
        nothing: 'Nothing was stopped yet.',
        choose: (ip) => choose('ip', ip),
      }),
      asns: new Ranking({
        title: 'Networks',
        nothing: 'Cloudflare has told no network yet. On your own machine it never does.',
        name: (asn) => this.#names.network(asn),
        choose: (asn) => choose('asn', asn.replace(/^AS/, '')),
      }),
    };
    const spans = choice(
      'Span',
      [['hour', '1 h'] as const, ['quarter', '6 h'] as const, ['day', '24 h'] as const],
      this.#span,
      (span) => {
        this.#span = span;
        spanChosen(span);
        this.#drawTraffic();
      },
    );
    spans.classList.add('three');
    const traffic = element('section', { class: 'card' });
    const scores = element('section', { class: 'card' }, element('h2', {}, 'Scores'), this.#judged);
    const latency = element('section', { class: 'card' }, element('h2', {}, 'What the shield adds'), this.#waits);
    const { rules, categories, countries, paths, addresses, asns } = this.#rankings;
    const lists = [rules, paths, addresses, countries, asns, categories].flatMap((list) =>
      list === undefined ? [] : [list.node],
    );
    this.node.append(
      this.#totals.node,
      element('div', { class: 'overview-wide' }, traffic, this.#stopped.node),
      element('div', { class: 'overview-grid' }, ...lists),
      element('div', { class: 'overview-pair' }, scores, latency),
    );
    root.append(this.node);
    traffic.append(element('div', { class: 'heading' }, element('h2', {}, 'Requests over time'), spans));
    this.#chart = new TrafficChart(traffic, this.#bins(Date.now()), this.#span);
    traffic.append(
      element('details', { class: 'chart-table' }, element('summary', {}, 'As a table'), this.#table.node),
    );
    this.#scores = new Histogram(scores, 'Requests by score', 'Score', 'accent');
    this.#latency = new Histogram(latency, 'Requests by wait', 'Wait', 'allow');
  }

  /** `events`, newest first, tell how rules and networks are called. */
  draw(stats: Stats, events: readonly NumberedEvent[]): void {
    this.#stats = stats;
    this.#names.learn(events);
    this.#drawTraffic();
    this.#stopped.draw(stats.stopped24h ?? {});
    this.#rankings['rules']?.draw(stats.byRule);
    this.#rankings['categories']?.draw(stats.byCategory);
    this.#rankings['countries']?.draw(stats.byCountry);
    this.#rankings['paths']?.draw(byKey(stats.byPath));
    this.#rankings['addresses']?.draw(byKey(stats.byAddress));
    this.#rankings['asns']?.draw(byKey(stats.byAsn));
    const scores = scoreBins(stats.scores ?? { open: [], ruled: [] });
    this.#scores.draw(scores);
    this.#judged.textContent = sayJudged(scores.reduce((sum, { n }) => sum + n, 0));
    const latency = stats.latency ?? NOTHING;
    this.#latency.draw(latencyBins(latency));
    this.#waits.textContent = sayWaits(latency);
  }

  drawEnforcement(status: EnforcementStatus | null): void {
    this.#stopped.drawBefore(status);
  }

  close(): void {
    this.#chart.close();
    this.#scores.close();
    this.#latency.close();
    this.node.remove();
  }

  #bins(now: number): TimeBins {
    return binMinutes(this.#stats?.minutes ?? [], this.#span, now);
  }

  #drawTraffic(): void {
    const bins = this.#bins(Date.now());
    this.#totals.draw(sumBins(bins), SPAN_WORDS[this.#span]);
    this.#chart.draw(bins, this.#span);
    const rows = bins.starts.map((start, i) => {
      const counts = SERIES.map((name) => bins.counts[name][i] ?? 0);
      const all = counts.reduce((sum, n) => sum + n, 0);
      return {
        all,
        key: String(start),
        cells: [clock.format(start * 1000), ...[all, ...counts].map((n) => count.format(n))],
      };
    });
    // The latest first; bars without traffic say nothing.
    this.#table.draw(rows.filter(({ all }) => all > 0).toReversed());
  }
}

function byKey(top: TopKeys = []): Readonly<Record<string, number>> {
  return Object.fromEntries(top.map(({ key, n }) => [key, n]));
}

function sayJudged(requests: number): string {
  if (requests === 0) return 'No request has been judged in the last day.';
  return `${count.format(requests)} judged requests, from 0 (harmless) to 1 (surely an attack).`;
}

function sayWaits(latency: LatencyNumbers): string {
  if (latency.counts.every((n) => n === 0)) return 'No request has waited for rate or reputation in the last day.';
  const [half, most, nearlyAll] = [0.5, 0.95, 0.99].map((share) => sayWait(latencyWithin(latency, share)));
  return `Wait for rate and reputation: half of all requests ${half}, 95 % ${most}, 99 % ${nearlyAll}.`;
}
