import type { EnforcementStatus } from '../../actors/contracts.ts';
import type { StoppingLayer } from '../../edge/verdict.ts';
import { count } from '../count.ts';
import { element } from '../dom.ts';
import type { Outcome } from './action.ts';
import { TIER_NAMES } from './names.ts';
import { table } from './table.ts';
import { score } from './tiers.ts';

const PARTS = ['intelligence', 'freshness', 'edge', 'lists'] as const;

/** The answer of `GET /test/effectiveness`, as far as it is shown. */
export interface EffectivenessReport {
  readonly edge: EnforcementStatus['edge'];
  readonly lists: readonly {
    readonly display_name: string;
    readonly present: boolean;
    readonly items: number;
    readonly cap: number;
  }[];
  readonly performance: {
    /** 0 to 1. */
    readonly score: number;
    readonly formula: string;
    /** Null: says nothing in this mode. */
    readonly parts: Readonly<Record<(typeof PARTS)[number], number | null>>;
    readonly weights: Readonly<Record<(typeof PARTS)[number], number>>;
  };
  readonly stopped_24h: Readonly<Partial<Record<StoppingLayer, number>>>;
  readonly stopped_before_worker: { readonly why: string };
}

export function showEffectiveness({ performance, edge, lists }: EffectivenessReport): Outcome {
  const { parts, weights, formula } = performance;
  const rows = PARTS.map((name) => [name, toText(parts[name]), score(weights[name])]);
  const places = [
    ...(['block', 'challenge', 'rate_limit', 'log_only'] as const).map((tier) => [
      `Edge: ${TIER_NAMES[tier].toLowerCase()}`,
      count.format(edge[tier]),
    ]),
    ...lists.map(({ display_name, present, items, cap }) => [
      `List ${display_name}`,
      present ? `${count.format(items)} of ${count.format(cap)}` : 'not made yet',
    ]),
  ];
  return [
    element(
      'p',
      { class: 'score' },
      element('b', {}, `${Math.round(performance.score * 100)} %`),
      ' of what there is to be met',
    ),
    table('Parts of the score', ['Part', 'Value', 'Weight'], 'Value', rows),
    element('p', { class: 'faint' }, formula),
    table('What is enforced', ['Where', 'Addresses'], 'Addresses', places),
  ];
}

function toText(part: number | null): string {
  return part === null ? 'does not count' : score(part);
}
