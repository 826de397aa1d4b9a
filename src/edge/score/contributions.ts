import { FEATURES, HIDDEN } from '../../../model/schema.ts';
import type { CompiledModel } from './mlp.ts';

const INPUTS = FEATURES.length;

/** Why the network says what it says. */
export interface Explanation {
  readonly score: number;
  /** Its score of a request in which all inputs are 0. */
  readonly base: number;
  /** What each input adds, in the order of FEATURES; together `score - base`. */
  readonly contributions: Float64Array;
}

/**
 * Integrated gradients (Sundararajan, Taly, Yan 2017) from the empty request to this one: each input has what it adds to the
 * score while all of them grow together from 0. They add up, and an input at 0 has 0. Exact, without sampling: between the
 * places where a hidden neuron starts or ceases to fire, which are four at most, the network is a sigmoid of a straight line.
 * For events, not for the hot path.
 */
export function explainScore(model: CompiledModel, features: Float64Array): Explanation {
  const { hiddenWeights, hiddenBiases, outputWeights, outputBias } = model;
  const slopes = new Float64Array(HIDDEN);
  for (let h = 0; h < HIDDEN; h++) {
    for (let i = 0; i < INPUTS; i++) slopes[h] = slopes[h]! + hiddenWeights[h * INPUTS + i]! * features[i]!;
  }
  const logit = (t: number): number => {
    let sum = outputBias;
    for (let h = 0; h < HIDDEN; h++) sum += outputWeights[h]! * Math.max(0, hiddenBiases[h]! + slopes[h]! * t);
    return sum;
  };
  const contributions = new Float64Array(INPUTS);
  const bends = bendsOf(hiddenBiases, slopes);
  for (let k = 1; k < bends.length; k++) {
    const from = bends[k - 1]!;
    const to = bends[k]!;
    const start = logit(from);
    const rise = logit(to) - start;
    const middle = (from + to) / 2;
    // The mean slope of the sigmoid over the piece.
    const steepness = Math.abs(rise) < 1e-9 ? flat(start) : (sigmoid(start + rise) - sigmoid(start)) / rise;
    for (let h = 0; h < HIDDEN; h++) {
      if (hiddenBiases[h]! + slopes[h]! * middle <= 0) continue;
      const reach = steepness * (to - from) * outputWeights[h]!;
      for (let i = 0; i < INPUTS; i++) {
        contributions[i] = contributions[i]! + reach * hiddenWeights[h * INPUTS + i]! * features[i]!;
      }
    }
  }
  return { score: sigmoid(logit(1)), base: sigmoid(logit(0)), contributions };
}

/** 0, 1, and where between them a hidden neuron's input crosses 0, in order. */
function bendsOf(biases: Float64Array, slopes: Float64Array): readonly number[] {
  const bends = [0, 1];
  for (let h = 0; h < HIDDEN; h++) {
    const at = slopes[h] === 0 ? 0 : -biases[h]! / slopes[h]!;
    if (at > 0 && at < 1) bends.push(at);
  }
  return bends.sort((a, b) => a - b);
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The sigmoid's derivative. */
function flat(logit: number): number {
  return sigmoid(logit) * (1 - sigmoid(logit));
}
