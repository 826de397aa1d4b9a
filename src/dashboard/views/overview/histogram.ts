import uPlot from 'uplot';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { KeyedRows } from '../../geo/keyed-rows.ts';
import { Tones, watchTheme } from '../../geo/tones.ts';
import type { Bin } from './bin.ts';

const HEIGHT = 150;

/** How often what came up, as bars, with the same figures as a table behind a disclosure. */
export class Histogram {
  readonly node: HTMLElement;
  readonly #stage = element('div', { class: 'chart-stage', 'aria-hidden': 'true' });
  readonly #rows: KeyedRows;
  readonly #plot: uPlot;
  readonly #closing: (() => void)[] = [];
  #bins: readonly Bin[] = [];

  constructor(root: HTMLElement, label: string, unit: string, tone: string) {
    this.#rows = new KeyedRows(label, [unit, 'Requests']);
    const table = element('details', { class: 'chart-table' }, element('summary', {}, 'As a table'), this.#rows.node);
    this.node = element('div', { class: 'chart-block' }, this.#stage, table);
    root.append(this.node);
    const tones = new Tones(this.node);
    const colour = (name: string) => () => tones.of(name);
    const bars = uPlot.paths.bars?.({ size: [0.86, 90], align: 1 });
    const axis = { stroke: colour('faint'), ticks: { show: false }, font: '12px system-ui' };
    this.#plot = new uPlot(
      {
        width: this.#stage.clientWidth || 280,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        padding: [8, 12, 0, 0],
        scales: {
          x: { time: false, range: () => [0, Math.max(1, this.#bins.length)] },
          y: { range: (_plot, _low, high) => [0, Math.max(4, (high ?? 0) * 1.08)] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            space: 44,
            size: 28,
            incrs: [1, 2, 4, 5, 10],
            values: (_plot, splits) => splits.map((i) => this.#bins[i]?.from ?? ''),
          },
          {
            ...axis,
            grid: { stroke: colour('line'), width: 1 },
            size: 48,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5, 1e6],
            values: (_plot, splits) => splits.map((n) => compact.format(n)),
          },
        ],
        series: [
          {},
          { stroke: colour(tone), fill: colour(tone), width: 0, points: { show: false }, ...(bars && { paths: bars }) },
        ],
      },
      [[], []],
      this.#stage,
    );
    const resized = new ResizeObserver(() => this.#plot.setSize({ width: this.#stage.clientWidth, height: HEIGHT }));
    resized.observe(this.#stage);
    const unwatch = watchTheme(() => {
      tones.forget();
      this.#plot.redraw(false, true);
    });
    this.#closing.push(
      unwatch,
      () => resized.disconnect(),
      () => this.#plot.destroy(),
    );
  }

  draw(bins: readonly Bin[]): void {
    this.#bins = bins;
    // Axes around nothing would look like a chart that failed.
    this.node.hidden = bins.every(({ n }) => n === 0);
    if (this.node.hidden) return;
    this.#plot.setData([bins.map((_, i) => i), bins.map(({ n }) => n)]);
    this.#rows.draw(bins.map(({ name, n }) => ({ key: name, cells: [name, count.format(n)] })));
  }

  close(): void {
    for (const end of this.#closing) end();
  }
}

const compact = new Intl.NumberFormat('en', { notation: 'compact' });
