import type { Policy } from '../../../edge/policy.ts';
import { element } from '../../dom.ts';

export type Thresholds = Policy['thresholds'];

const NAMES = ['log', 'challenge', 'block'] as const;
const TEXT = { log: 'Log from', challenge: 'Challenge from', block: 'Block from' } as const;

/** Three sliders that keep their order; `moved` hears of each change. */
export function thresholdSliders(start: Thresholds, moved: (thresholds: Thresholds) => void): HTMLElement {
  let now = start;
  const sliders = NAMES.map((name) => {
    const slider = element('input', {
      type: 'range',
      min: '0',
      max: '1',
      step: '0.01',
      value: String(start[name]),
      'data-outcome': name,
      'aria-label': TEXT[name],
    });
    const figure = element('output', {}, start[name].toFixed(2));
    slider.addEventListener('input', () => {
      now = raise(now, name, slider.valueAsNumber);
      for (const [at, each] of NAMES.entries()) {
        const other = sliders[at];
        if (other === undefined) continue;
        other.slider.value = String(now[each]);
        other.figure.textContent = now[each].toFixed(2);
      }
      moved(now);
    });
    return {
      slider,
      figure,
      node: element('label', { class: 'slider' }, element('span', {}, TEXT[name]), slider, figure),
    };
  });
  return element('div', { class: 'sliders' }, ...sliders.map(({ node }) => node));
}

/** One threshold moved, and those that would be out of order with it: log <= challenge <= block. */
export function raise(thresholds: Thresholds, moved: keyof Thresholds, to: number): Thresholds {
  const at = NAMES.indexOf(moved);
  const value = (name: keyof Thresholds): number => {
    const place = NAMES.indexOf(name);
    if (place === at) return to;
    return place < at ? Math.min(thresholds[name], to) : Math.max(thresholds[name], to);
  };
  return { log: value('log'), challenge: value('challenge'), block: value('block') };
}
