import { FEATURES, type Feature } from '../../model/schema.ts';
import type { EventLayers } from '../actors/contracts.ts';
import type { Policy } from './policy.ts';
import type { Listed } from './reputation/listed.ts';
import { explainScore } from './score/contributions.ts';
import type { CompiledModel } from './score/mlp.ts';
import type { Verdict } from './verdict.ts';

type Inputs = Readonly<Partial<Record<Feature, number>>>;

/** By what a request was judged. */
export interface Judged {
  readonly verdict: Verdict;
  readonly model: CompiledModel;
  readonly thresholds: Policy['thresholds'];
  readonly listed: Listed | null;
}

/** What an event tells of the layers and of the network's inputs; nothing of a request whose content was not judged. */
export function describeLayers({ verdict, model, thresholds, listed }: Judged): {
  readonly layers?: EventLayers;
  readonly features?: Inputs;
  readonly contributions?: Inputs;
} {
  const { by, waf, bot, reputation, features } = verdict;
  if (features === undefined) return {};
  const { score, base, contributions } = explainScore(model, features);
  return {
    layers: {
      by,
      ...(listed !== null && { listed: { score: round(listed.score), tier: listed.tier } }),
      anomaly: waf.score,
      blocking: waf.blocking,
      ...(waf.evidence !== undefined && { weighed: waf.evidence.score }),
      bot: round(bot.score),
      reputation: round(reputation.score),
      model: round(score),
      base: round(base),
      thresholds,
    },
    features: nameInputs(features),
    contributions: nameInputs(contributions),
  };
}

function nameInputs(values: Float64Array): Inputs {
  const named: Partial<Record<Feature, number>> = {};
  for (const [i, name] of FEATURES.entries()) {
    const value = round(values[i]!);
    if (value !== 0) named[name] = value;
  }
  return named;
}

/** Events are read by people, and a policy's thresholds have two or three digits. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
