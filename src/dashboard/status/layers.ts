import type { StoppingLayer } from '../../edge/verdict.ts';
import { count } from '../count.ts';
import { element } from '../dom.ts';
import type { EffectivenessReport } from './effectiveness.ts';
import { LAYER_NAMES } from './names.ts';
import { fill } from './region.ts';

const LAYERS: readonly StoppingLayer[] = ['blocklist', 'intelligence', 'rules', 'score', 'rate_limit', 'failed_closed'];

/** Requests that were not passed on, by the layer that decided, in the order in which the layers are asked. */
export function drawLayers({ stopped_24h: stopped, stopped_before_worker: before }: EffectivenessReport): void {
  fill('layers-note', before.why, () => [before.why]);
  fill('layers', stopped, () => {
    const most = Math.max(1, ...LAYERS.map((layer) => stopped[layer] ?? 0));
    return LAYERS.map((layer) => {
      const value = stopped[layer] ?? 0;
      return element(
        'li',
        {},
        element('span', {}, LAYER_NAMES[layer]),
        element('b', {}, count.format(value)),
        element('meter', { min: '0', max: String(most), value: String(value), 'aria-hidden': 'true' }),
      );
    });
  });
}
