import type { EnforcementStatus } from '../../actors/contracts.ts';
import type { Tier } from '../../edge/reputation/graduated-response.ts';
import { count } from '../count.ts';
import { element } from '../dom.ts';
import { TIER_NAMES } from './names.ts';
import { fill } from './region.ts';

/** The hardest first, each in the colour that its outcome has on the traffic page. */
const TIERS: readonly (readonly [Tier, string])[] = [
  ['block', 'block'],
  ['challenge', 'challenge'],
  ['rate_limit', 'limit'],
  ['log_only', 'log'],
];

/** How many addresses and ranges the edge holds in each tier, and the score at which it begins. */
export function drawTiers({ edge, thresholds }: EnforcementStatus): void {
  fill('tiers', [edge, thresholds], () =>
    TIERS.map(([tier, tone]) =>
      element(
        'div',
        { class: 'card total', 'data-outcome': tone },
        element('b', {}, count.format(edge[tier])),
        element('span', {}, TIER_NAMES[tier]),
        element(
          'small',
          {},
          tier === 'log_only' ? `under ${score(thresholds.rate_limit)}` : `from score ${score(thresholds[tier])}`,
        ),
      ),
    ),
  );
}

export function score(value: number): string {
  return value.toFixed(2);
}
