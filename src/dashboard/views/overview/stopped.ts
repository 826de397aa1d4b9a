import type { EnforcementStatus, Stats } from '../../../actors/contracts.ts';
import type { StoppingLayer } from '../../../edge/verdict.ts';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { sayBefore } from './say-before.ts';

const LAYERS: readonly (readonly [StoppingLayer, string])[] = [
  ['blocklist', 'Blocklist'],
  ['intelligence', 'Threat intelligence'],
  ['rules', 'Rules'],
  ['score', 'Score of the model'],
  ['rate_limit', 'Rate limits'],
  ['failed_closed', 'Failed closed'],
];

/** What never reached the origin, by the layer that stopped it, and what is known of that which never reached the Worker. */
export class Stopped {
  readonly node: HTMLElement;
  readonly #total = element('b', {}, '0');
  readonly #list = element('ol', { class: 'rank' });
  readonly #before = element('p', { class: 'rank-nothing' });

  constructor() {
    this.node = element(
      'section',
      { class: 'card' },
      element('h2', {}, 'Stopped in 24 hours'),
      element('p', { class: 'stopped-figure' }, this.#total, ' before the origin'),
      this.#list,
      element('h3', {}, 'Before the Worker'),
      this.#before,
    );
  }

  draw(stopped: NonNullable<Stats['stopped24h']>): void {
    const figures = LAYERS.map(([layer, name]) => [name, stopped[layer] ?? 0] as const);
    const most = Math.max(1, ...figures.map(([, n]) => n));
    this.#total.textContent = count.format(figures.reduce((sum, [, n]) => sum + n, 0));
    this.#list.replaceChildren(
      ...figures.map(([name, n]) => {
        const line = element('li', {}, element('span', {}, name), element('b', {}, count.format(n)));
        line.style.setProperty('--share', String(n / most));
        return line;
      }),
    );
  }

  /** Null: the enforcement engine did not answer. */
  drawBefore(status: EnforcementStatus | null): void {
    this.#before.textContent = sayBefore(status);
  }
}
