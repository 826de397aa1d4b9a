import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import type { Thresholds } from './thresholds.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** What becomes of a request with this score. */
export function outcomeAt(
  score: number,
  { log, challenge, block }: Thresholds,
): 'allow' | 'log' | 'challenge' | 'block' {
  if (score >= block) return 'block';
  if (score >= challenge) return 'challenge';
  return score >= log ? 'log' : 'allow';
}

/** How many requests had which score, coloured by what becomes of them under these thresholds. Bars are by the logarithm. */
export function histogram(bins: readonly number[], thresholds: Thresholds): HTMLElement {
  const most = Math.max(...bins, 1);
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 100 40');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('class', 'histogram');
  svg.setAttribute('role', 'img');
  const total = bins.reduce((sum, n) => sum + n, 0);
  svg.setAttribute('aria-label', `Scores of ${count.format(total)} requests, from 0 to 1`);
  const width = 100 / bins.length;
  for (const [at, n] of bins.entries()) {
    if (n === 0) continue;
    const height = 2 + (Math.log1p(n) / Math.log1p(most)) * 38;
    const bar = document.createElementNS(SVG, 'rect');
    const box = { x: at * width + 0.3, y: 40 - height, width: width - 0.6, height };
    for (const [name, value] of Object.entries(box)) bar.setAttribute(name, String(value));
    bar.setAttribute('data-outcome', outcomeAt(at / bins.length + 1e-9, thresholds));
    const title = document.createElementNS(SVG, 'title');
    title.textContent = `${(at / bins.length).toFixed(2)} to ${((at + 1) / bins.length).toFixed(2)}: ${count.format(n)}`;
    bar.append(title);
    svg.append(bar);
  }
  for (const name of ['log', 'challenge', 'block'] as const) {
    const line = document.createElementNS(SVG, 'line');
    const x = String(thresholds[name] * 100);
    for (const [key, value] of Object.entries({ x1: x, x2: x, y1: '0', y2: '40' })) line.setAttribute(key, value);
    line.setAttribute('data-outcome', name);
    svg.append(line);
  }
  const scale = element(
    'div',
    { class: 'chart-scale' },
    element('span', {}, '0 harmless'),
    element('span', {}, `${count.format(total)} requests`),
    element('span', {}, '1 hostile'),
  );
  return element('div', {}, svg, scale);
}
