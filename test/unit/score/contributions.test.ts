import { describe, expect, test } from 'vitest';
import bundled from '../../../model/weights.json' with { type: 'json' };
import { FEATURES, parseModel } from '../../../model/schema.ts';
import { explainScore } from '../../../src/edge/score/contributions.ts';
import { compileModel, scoreFeatures } from '../../../src/edge/score/mlp.ts';

const parsed = parseModel(bundled);
if (!parsed.ok) throw new Error('the bundled model is unsound');
const model = compileModel(parsed.value);

/** The same fractions each time. */
function features(seed: number): Float64Array {
  return Float64Array.from(FEATURES, (_, i) => ((seed * 7919 + i * 104_729) % 1000) / 1000);
}

describe('what the inputs contribute', () => {
  test('adds up to the score, beyond that of a request in which there is nothing', () => {
    for (let seed = 1; seed < 200; seed++) {
      const inputs = features(seed);
      const { score, base, contributions } = explainScore(model, inputs);
      expect(score).toBeCloseTo(scoreFeatures(model, inputs), 12);
      expect(base).toBeCloseTo(scoreFeatures(model, new Float64Array(FEATURES.length)), 12);
      expect(contributions.reduce((sum, part) => sum + part, 0)).toBeCloseTo(score - base, 9);
    }
  });

  test('is what many small steps add up to', () => {
    const inputs = features(3);
    const { contributions } = explainScore(model, inputs);
    const steps = 20_000;
    for (const i of FEATURES.keys()) {
      let sum = 0;
      for (let step = 0; step < steps; step++) {
        const at = inputs.map((value) => (value * (step + 0.5)) / steps);
        const up = at.slice();
        up[i] = up[i]! + 1e-6;
        sum += ((scoreFeatures(model, up) - scoreFeatures(model, at)) / 1e-6) * (inputs[i]! / steps);
      }
      expect(contributions[i]).toBeCloseTo(sum, 3);
    }
  });

  test('is nothing for an input at 0', () => {
    const inputs = new Float64Array(FEATURES.length);
    inputs[3] = 0.9;
    const { contributions } = explainScore(model, inputs);
    expect([...contributions.entries()].filter(([, part]) => part !== 0).map(([i]) => i)).toEqual([3]);
  });
});
