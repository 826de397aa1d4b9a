import type { Stats } from '../actors/contracts.ts';
import { count } from './count.ts';
import { element, write } from './dom.ts';
import { OUTCOME_NAMES } from './outcome-names.ts';

/** In the chart from its foot upwards. */
const OUTCOMES = ['allow', 'log', 'challenge', 'block', 'limit'] as const;
/** On the cards what one came to see stands first. */
const CARDS = ['block', 'allow', 'challenge', 'limit', 'log'] as const;
const MINUTES = 60;
const SVG = 'http://www.w3.org/2000/svg';

/** One card for each outcome in `root`; with each frame of the bus their numbers alone are written anew. */
export function drawTotals(root: HTMLElement, byOutcome: Stats['byOutcome']): void {
  if (root.childElementCount === 0) root.append(...CARDS.map(totalCard));
  const numbers = root.querySelectorAll('b');
  for (const [i, outcome] of CARDS.entries()) {
    const number = numbers[i];
    if (number !== undefined) write(number, count.format(byOutcome[outcome] ?? 0));
  }
}

function totalCard(outcome: (typeof CARDS)[number]): HTMLElement {
  return element(
    'div',
    { class: 'card total', 'data-outcome': outcome },
    element('b', {}),
    element('span', {}, OUTCOME_NAMES[outcome] ?? outcome),
  );
}

/** The most frequent, with a bar each. */
export function ranking(figures: Readonly<Record<string, number>>, nothing: string): readonly HTMLElement[] {
  const top = Object.entries(figures)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 6);
  const most = top[0]?.[1] ?? 0;
  if (most === 0) return [element('li', { class: 'empty' }, nothing)];
  return top.map(([name, value]) =>
    element(
      'li',
      {},
      element('span', {}, name),
      element('b', {}, count.format(value)),
      element('meter', { min: '0', max: String(most), value: String(value), 'aria-hidden': 'true' }),
    ),
  );
}

/** Requests by minute over the last hour, passes below, refusals on top. */
export function trafficChart(minutes: Stats['minutes'], now: number): readonly Node[] {
  const first = Math.floor(now / 60_000) - MINUTES + 1;
  const recent = minutes.filter((minute) => minute.at / 60_000 >= first);
  const most = Math.max(1, ...recent.map(({ outcomes }) => OUTCOMES.reduce((sum, o) => sum + (outcomes[o] ?? 0), 0)));

  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${MINUTES} 100`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('class', 'chart');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `Requests by minute; at most ${most} in a minute`);
  for (const { at, outcomes } of recent) {
    let top = 100;
    for (const outcome of OUTCOMES) {
      const height = ((outcomes[outcome] ?? 0) / most) * 100;
      if (height === 0) continue;
      top -= height;
      const bar = document.createElementNS(SVG, 'rect');
      const box = { x: Math.floor(at / 60_000) - first + 0.1, y: top, width: 0.8, height };
      for (const [name, value] of Object.entries(box)) bar.setAttribute(name, String(value));
      bar.setAttribute('data-outcome', outcome);
      svg.append(bar);
    }
  }
  const scale = element(
    'div',
    { class: 'chart-scale' },
    element('span', {}, '60 min ago'),
    element('span', {}, `peak ${count.format(most)}/min`),
    element('span', {}, 'now'),
  );
  return [svg, scale];
}
