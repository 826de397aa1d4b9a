import type { EventLayers } from '../../actors/contracts.ts';
import { element } from '../dom.ts';

const DECIDED: Readonly<Record<EventLayers['by'], string>> = {
  blocklist: 'the blocklist',
  intelligence: 'threat intelligence',
  rule: 'a rule',
  anomaly: 'the sum of the rules',
  score: 'the score',
  none: 'no layer',
};

/** Each layer in the order in which it is asked, with what it made of the request, and which one decided. */
export function describeLayers(layers: EventLayers): HTMLElement {
  const { listed, anomaly, blocking, weighed, bot, reputation, model, thresholds } = layers;
  const rows: readonly (readonly [string, string])[] = [
    [
      'Threat intelligence',
      listed === undefined ? 'not listed' : `${listed.score.toFixed(2)}, ${listed.tier.replace('_', ' ')}`,
    ],
    ['Rules', blocking ? `${anomaly} points, and one blocks by itself` : `${anomaly} points of 100`],
    ...(weighed === undefined ? [] : ([['Rulesets that weigh', `${weighed} points`]] as const)),
    ['Bot fingerprint', bot.toFixed(2)],
    ['Reputation', reputation.toFixed(2)],
    ['Model', `${model.toFixed(3)}; challenge from ${thresholds.challenge}, block from ${thresholds.block}`],
  ];
  return element(
    'section',
    { class: 'layers' },
    element('h3', {}, `Decided by ${DECIDED[layers.by]}`),
    element('dl', {}, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])),
  );
}
