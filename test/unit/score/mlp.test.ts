import { expect, test } from 'vitest';
import { FEATURES, HIDDEN, type Model } from '../../../model/schema.ts';
import { compileModel, scoreFeatures } from '../../../src/edge/score/mlp.ts';

const inputs = FEATURES.length;
const unit = (first: number, second: number) => [first, second, ...Array<number>(inputs - 2).fill(0)];

/** Unit 0 adds its two inputs, unit 1 takes the difference, the others are silent. */
const model: Model = {
  name: 'by hand',
  version: '1',
  features: [...FEATURES],
  hiddenWeights: [unit(1, 1), unit(1, -1), unit(0, 0), unit(0, 0)],
  hiddenBiases: [-0.5, 0, 0, 0],
  outputWeights: [2, 4, 100, 100],
  outputBias: -1,
};

test('scores a feature vector as reckoned by hand', () => {
  const features = new Float64Array(inputs);
  features.set([0.75, 0.25]);
  // relu(0.75 + 0.25 - 0.5) = 0.5; relu(0.75 - 0.25) = 0.5; -1 + 2 x 0.5 + 4 x 0.5 = 2
  expect(scoreFeatures(compileModel(model), features)).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
});

test('a unit below zero says nothing', () => {
  const features = new Float64Array(inputs);
  features.set([0.1, 0.3]);
  // relu(-0.1) = 0; relu(-0.2) = 0
  expect(scoreFeatures(compileModel(model), features)).toBeCloseTo(1 / (1 + Math.exp(1)), 12);
});

test('has the 57 parameters of a 12-4-1 network', () => {
  const compiled = compileModel(model);
  const count = compiled.hiddenWeights.length + compiled.hiddenBiases.length + compiled.outputWeights.length + 1;
  expect(count).toBe(57);
  expect(HIDDEN).toBe(4);
});
