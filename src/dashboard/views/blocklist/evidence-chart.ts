import type { ReputationState } from '../../../actors/contracts.ts';

type Evidence = ReputationState['why'][number];

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 600;
const HEIGHT = 90;
/** All of it within a minute is still a span one can see. */
const LEAST_SPAN_MS = 60_000;

/** Where the chart begins. */
export function chartStart(evidence: readonly Evidence[], now: number): number {
  return Math.min(...evidence.map(({ at }) => at), now - LEAST_SPAN_MS);
}

/** Each piece of evidence where it fell in time, as high as it weighs. The list beside it says the same in words. */
export function evidenceChart(evidence: readonly Evidence[], now: number): SVGSVGElement {
  const first = chartStart(evidence, now);
  const svg = node('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    class: 'evidence',
    role: 'img',
    'aria-label': `${evidence.length} pieces of evidence over time; they are listed below`,
  });
  svg.append(node('line', { x1: 0, x2: WIDTH, y1: HEIGHT - 1, y2: HEIGHT - 1 }));
  for (const { at, weight } of evidence) {
    const x = 4 + ((at - first) / (now - first)) * (WIDTH - 10);
    const height = Math.max(4, Math.min(1, weight) * (HEIGHT - 6));
    svg.append(node('rect', { x: x - 2, y: HEIGHT - 1 - height, width: 5, height }));
  }
  return svg;
}

function node<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
