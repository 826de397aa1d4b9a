import uPlot from 'uplot';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { Tones, watchTheme } from '../../geo/tones.ts';
import { OUTCOME_NAMES } from '../../outcome-names.ts';
import { SERIES, SPANS, stackBins, sumBins, type Series, type SpanName, type TimeBins } from './time-bins.ts';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short', hour12: false });
const HEIGHT = 270;

/** Requests over time by what became of them, as bars that stand on one another. Its key hides what would dwarf the rest. */
export class TrafficChart {
  readonly node = element('div', { class: 'chart-block' });
  readonly #stage = element('div', { class: 'chart-stage', 'aria-hidden': 'true' });
  readonly #key = element('div', { class: 'geo-key', role: 'group', 'aria-label': 'Show in the chart' });
  readonly #reading = element('p', { class: 'chart-reading' });
  readonly #tones: Tones;
  readonly #hidden = new Set<Series>();
  readonly #figures = new Map<Series, HTMLElement>();
  readonly #closing: (() => void)[] = [];
  readonly #plot: uPlot;
  #bins: TimeBins;
  #span: SpanName;

  constructor(root: HTMLElement, bins: TimeBins, span: SpanName) {
    this.#bins = bins;
    this.#span = span;
    this.node.append(this.#key, this.#stage, this.#reading);
    root.append(this.node);
    this.#tones = new Tones(this.node);
    for (const name of SERIES.toReversed()) this.#key.append(this.#keyButton(name));
    this.#plot = new uPlot(this.#options(), this.#data(), this.#stage);
    const resized = new ResizeObserver(() => this.#plot.setSize({ width: this.#stage.clientWidth, height: HEIGHT }));
    resized.observe(this.#stage);
    const unwatch = watchTheme(() => {
      this.#tones.forget();
      this.#plot.redraw(false, true);
    });
    this.#closing.push(
      unwatch,
      () => resized.disconnect(),
      () => this.#plot.destroy(),
    );
    this.draw(bins, span);
  }

  draw(bins: TimeBins, span: SpanName): void {
    this.#bins = bins;
    this.#span = span;
    const sums = sumBins(bins);
    for (const name of SERIES) {
      const figure = this.#figures.get(name);
      if (figure !== undefined) figure.textContent = count.format(sums[name]);
    }
    this.#plot.setData(this.#data());
    this.#read(this.#plot.cursor.idx ?? null);
  }

  close(): void {
    for (const end of this.#closing) end();
  }

  /** The tallest first: what lies under it is drawn over it. */
  #data(): uPlot.AlignedData {
    const stacked = stackBins(this.#bins, (series) => !this.#hidden.has(series));
    return [[...this.#bins.starts], ...stacked.toReversed().map((row) => [...row])];
  }

  #keyButton(name: Series): HTMLElement {
    const figure = element('b', {});
    this.#figures.set(name, figure);
    const button = element(
      'button',
      { type: 'button', 'data-tone': name, 'aria-pressed': 'true' },
      element('i', { 'aria-hidden': 'true' }),
      OUTCOME_NAMES[name] ?? name,
      figure,
    );
    button.addEventListener('click', () => {
      const hide = !this.#hidden.has(name);
      if (hide) this.#hidden.add(name);
      else this.#hidden.delete(name);
      button.setAttribute('aria-pressed', String(!hide));
      this.#plot.setData(this.#data());
    });
    return button;
  }

  #options(): uPlot.Options {
    const tone = (name: string) => () => this.#tones.of(name);
    const bars = uPlot.paths.bars?.({ size: [0.82, 28], align: 1 });
    const axis = {
      stroke: tone('faint'),
      grid: { stroke: tone('line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui',
    };
    return {
      width: this.#stage.clientWidth || 300,
      height: HEIGHT,
      legend: { show: false },
      padding: [8, 20, 0, 0],
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: true, range: () => this.#range() },
        y: { range: (_plot, _low, high) => [0, niceTop(high)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          space: 64,
          size: 28,
          values: (_plot, splits) => splits.map((at) => clock.format(at * 1000)),
        },
        { ...axis, size: 48, incrs: WHOLE, values: (_plot, splits) => splits.map((n) => compact.format(n)) },
      ],
      series: [
        {},
        ...SERIES.toReversed().map((name): uPlot.Series => ({
          stroke: tone(name),
          fill: tone(name),
          width: 0,
          points: { show: false },
          ...(bars === undefined ? {} : { paths: bars }),
        })),
      ],
      hooks: { setCursor: [(plot) => this.#read(plot.cursor.idx ?? null)] },
    };
  }

  #range(): [number, number] {
    const first = this.#bins.starts[0] ?? 0;
    return [first, first + SPANS[this.#span].minutes * 60];
  }

  /** What stands under the pointer, in words; else the whole span's peak. */
  #read(bar: number | null): void {
    const { starts, counts } = this.#bins;
    const { step } = SPANS[this.#span];
    const total = (i: number) => SERIES.reduce((sum, name) => sum + (counts[name][i] ?? 0), 0);
    const start = bar === null ? undefined : starts[bar];
    if (bar === null || start === undefined) {
      const peak = Math.max(0, ...starts.map((_, i) => total(i)));
      const bar = step === 1 ? 'a minute' : `${step} minutes`;
      this.#reading.textContent = `The most: ${count.format(peak)} requests in ${bar}.`;
      return;
    }
    const parts = SERIES.toReversed().flatMap((name) => {
      const n = counts[name][bar] ?? 0;
      return n === 0 ? [] : [`${count.format(n)} ${(OUTCOME_NAMES[name] ?? name).toLowerCase()}`];
    });
    const to = step === 1 ? '' : ` to ${clock.format((start + step * 60) * 1000)}`;
    this.#reading.textContent = `${clock.format(start * 1000)}${to}: ${count.format(total(bar))} requests${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
  }
}

const compact = new Intl.NumberFormat('en', { notation: 'compact' });
/** Requests come in whole ones. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 1e7];

/** Room above the highest bar, and a scale where there is none. */
function niceTop(high: number | null): number {
  return Math.max(4, Math.ceil((high ?? 0) * 1.08));
}
