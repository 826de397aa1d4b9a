import markdown from '../../../../model/CARD.md';
import weights from '../../../../model/weights.json' with { type: 'json' };
import type { Model } from '../../../../model/schema.ts';

/** Said to whoever has the file open. */
const FOR_EDITORS = /^Written by .*do not edit\.$/m;

/** The card of the built-in model, if it is this one: a card says nothing of a network with other weights, whatever it is called. */
export function builtInCard(model: Model): string | null {
  return parametersOf(model) === parametersOf(weights) ? markdown.replace(FOR_EDITORS, '') : null;
}

type Network = Pick<Model, 'features' | 'hiddenWeights' | 'hiddenBiases' | 'outputWeights' | 'outputBias'>;

function parametersOf({ features, hiddenWeights, hiddenBiases, outputWeights, outputBias }: Network): string {
  return JSON.stringify([features, hiddenWeights, hiddenBiases, outputWeights, outputBias]);
}
