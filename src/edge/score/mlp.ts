import { FEATURES, HIDDEN, type Model } from '../../../model/schema.ts';

const INPUTS = FEATURES.length;

/** A model laid out for the hot path: flat, so that scoring walks two arrays and allocates nothing. */
export interface CompiledModel {
  readonly version: string;
  /** HIDDEN rows of INPUTS weights, row after row. */
  readonly hiddenWeights: Float64Array;
  readonly hiddenBiases: Float64Array;
  readonly outputWeights: Float64Array;
  readonly outputBias: number;
}

/** `model` must have come through `parseModel`, which holds its shape. */
export function compileModel(model: Model): CompiledModel {
  return {
    version: model.version,
    hiddenWeights: Float64Array.from(model.hiddenWeights.flat()),
    hiddenBiases: Float64Array.from(model.hiddenBiases),
    outputWeights: Float64Array.from(model.outputWeights),
    outputBias: model.outputBias,
  };
}

/** The whole score of a feature vector (in the order of FEATURES): 12 -> 4 ReLU -> 1 sigmoid, 0 to 1. */
export function scoreFeatures(model: CompiledModel, features: Float64Array): number {
  const { hiddenWeights, hiddenBiases, outputWeights } = model;
  let logit = model.outputBias;
  for (let h = 0, w = 0; h < HIDDEN; h++) {
    let sum = hiddenBiases[h]!;
    for (let i = 0; i < INPUTS; i++, w++) sum += hiddenWeights[w]! * features[i]!;
    if (sum > 0) logit += outputWeights[h]! * sum;
  }
  return 1 / (1 + Math.exp(-logit));
}
