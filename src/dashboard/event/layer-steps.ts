import type { NumberedEvent } from '../../actors/contracts.ts';
import { TIER_NAMES } from '../status/names.ts';
import { decidedBy } from './decided-by.ts';

/** One layer's part in a verdict. */
export interface LayerStep {
  readonly name: string;
  /** What it made of the request, in a few words. */
  readonly said: string;
  /** The verdict rests on it. */
  readonly decided: boolean;
  /** 0 to 1, of the bar; null: it has no measure, or was not asked. */
  readonly share: number | null;
  /** Where on the bar the thresholds stand, 0 to 1. */
  readonly marks: readonly number[];
}

/** What a request's rules add up to before it is blocked, whatever each of them does. */
const FULL_ANOMALY = 100;
const NOT_ASKED = { said: 'not asked', decided: false, share: null, marks: [] } as const;

/** Every layer in the order in which it is asked; those after the one that ended the request were not. Empty: the event is of no request. */
export function layerSteps(event: NumberedEvent): readonly LayerStep[] {
  if (event.kind === 'system') return [];
  const by = event.failed === undefined && event.outcome !== 'limit' ? decidedBy(event) : 'none';
  return [
    {
      name: 'Blocklist',
      ...NOT_ASKED,
      said: by === 'blocklist' ? 'listed' : 'not listed',
      decided: by === 'blocklist',
    },
    intelligenceStep(event, by),
    ...contentSteps(event, by),
    rateStep(event),
  ];
}

function intelligenceStep({ layers, reason }: NumberedEvent, by: string): LayerStep {
  const name = 'Threat intelligence';
  if (by === 'blocklist') return { name, ...NOT_ASKED };
  const decided = by === 'intelligence';
  if (layers?.listed !== undefined) {
    const { score, tier } = layers.listed;
    return { name, said: `${score.toFixed(2)}, ${TIER_NAMES[tier].toLowerCase()}`, decided, share: score, marks: [] };
  }
  const score = /is a known threat \(score ([\d.]+)/.exec(reason)?.[1];
  if (score === undefined) return { name, said: 'not listed', decided, share: null, marks: [] };
  return { name, said: score, decided, share: Number(score), marks: [] };
}

function contentSteps({ layers }: NumberedEvent, by: string): readonly LayerStep[] {
  if (layers === undefined)
    return ['Rules', 'Bot fingerprint', 'Reputation', 'Model'].map((name) => ({ name, ...NOT_ASKED }));
  const { anomaly, blocking, weighed, bot, reputation, model, thresholds } = layers;
  const sum =
    anomaly < FULL_ANOMALY ? `${anomaly} of ${FULL_ANOMALY} points` : `${anomaly} points, ${FULL_ANOMALY} block`;
  const points = anomaly === 0 ? 'nothing found' : sum;
  const told = [
    blocking ? `${anomaly} points, one rule blocks` : points,
    ...(weighed === undefined ? [] : [`${weighed} weighed`]),
  ].join('; ');
  return [
    {
      name: 'Rules',
      said: told,
      decided: by === 'rule' || by === 'anomaly',
      share: blocking ? 1 : Math.min(1, anomaly / FULL_ANOMALY),
      marks: [],
    },
    { name: 'Bot fingerprint', said: bot.toFixed(2), decided: false, share: bot, marks: [] },
    { name: 'Reputation', said: reputation.toFixed(2), decided: false, share: reputation, marks: [] },
    {
      name: 'Model',
      said: model.toFixed(3),
      decided: by === 'score',
      share: model,
      marks: [thresholds.log, thresholds.challenge, thresholds.block],
    },
  ];
}

function rateStep({ outcome, failed, reason }: NumberedEvent): LayerStep {
  const name = 'Rate limit';
  if (failed !== undefined && reason.startsWith('rate guardian'))
    return { ...NOT_ASKED, name, said: 'could not be asked' };
  if (outcome === 'limit') return { ...NOT_ASKED, name, said: 'over the limit', decided: true, share: 1 };
  if (outcome === 'block') return { ...NOT_ASKED, name };
  return { ...NOT_ASKED, name, said: 'within the limit' };
}
