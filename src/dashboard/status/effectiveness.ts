import type { StoppingLayer } from '../../edge/verdict.ts';
import { element } from '../dom.ts';
import type { Outcome } from './action.ts';
import { table } from './table.ts';
import { score } from './tiers.ts';

const PARTS = ['intelligence', 'freshness', 'edge', 'lists'] as const;

/** What is shown of the answer of `GET /test/effectiveness`; its counts stand above on the page already. */
export interface EffectivenessReport {
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

export function showEffectiveness({ performance }: EffectivenessReport): Outcome {
  const { parts, weights, formula } = performance;
  const rows = PARTS.map((name) => [name, toText(parts[name]), score(weights[name])]);
  const percent = element('b', {}, `${Math.round(performance.score * 100)} %`);
  return [
    element('p', { class: 'score' }, percent, ' effective'),
    table('Parts of the score', ['Part', 'Value', 'Weight'], 'Value', rows),
    element('p', { class: 'hint' }, formula),
  ];
}

function toText(part: number | null): string {
  return part === null ? 'does not count' : score(part);
}
