import { describe, expect, test } from 'vitest';
import { ageOfListed, decay } from '../../../src/actors/collector/decay.ts';
import { noisyOr, toScoreUnits } from '../../../src/actors/collector/noisy-or.ts';

describe('decay, 1 - (t/tau)^(1/0.3)', () => {
  // Worked by hand: 0.5^(10/3) = 2^-3.3333 = 0.09921; 0.75^(10/3) = e^(3.3333 ln 0.75) = e^-0.95894 = 0.38330.
  test.each([
    [0, 1],
    [12, 1 - 0.099_21],
    [18, 1 - 0.3833],
    [24, 0],
    [30, 0],
    [-5, 1],
  ])('after %i of 24 hours %f is left', (age, left) => expect(decay(age, 24)).toBeCloseTo(left, 4));

  test('a source that is late by two intervals has not changed its mind; silent for longer it fades', () => {
    expect(ageOfListed(100, 90, 6)).toBe(0);
    expect(ageOfListed(103, 90, 6)).toBe(1);
  });
});

describe('noisy-OR', () => {
  // By hand: 1 - 0.5 x 0.5 = 0.75; 1 - 0.1 x 0.15 = 0.985; 1 - 0.73 x 0.4 = 0.708.
  test.each([
    [[], 0],
    [[0.9], 0.9],
    [[0.5, 0.5], 0.75],
    [[0.9, 0.85], 0.985],
    [[0.27, 0.6], 0.708],
    [[1, 0.2], 1],
  ])('of %j is %f', (hints, score) => expect(noisyOr(hints)).toBeCloseTo(score, 10));

  test('a score that is just at a threshold stays at it', () => {
    expect(toScoreUnits(noisyOr([0.8]))).toBe(8000);
    expect(toScoreUnits(noisyOr([0.5, 0.6]))).toBe(8000);
    expect(toScoreUnits(0.799_99)).toBe(7999);
  });
});
