import { expect, it } from 'vitest';
import type { Fleet } from '../../../src/actors/contracts.ts';
import { sayRollout } from '../../../src/dashboard/releases/rollout-words.ts';

const fleet = (...seqs: readonly number[]): Fleet => ({
  isolates: seqs.length,
  bySeq: seqs.map((seq) => ({ seq, isolates: 1 })),
  rollout: { seq: 7, at: 0, behind: 0, tookMs: 2000 },
});

it('a release that no isolate has told of is not confirmed', () => {
  const unconfirmed = { done: false, text: 'Release 7 is published. Not confirmed yet: no request has come since.' };
  expect(sayRollout(fleet(), 7, 500)).toEqual(unconfirmed);
  expect(sayRollout(fleet(6, 6), 7, 500)).toEqual(unconfirmed);
  expect(sayRollout(undefined, 7, 500)).toBeNull();
});

it('places are counted until all have it, and then the time is told that it took', () => {
  expect(sayRollout(fleet(7, 8, 6), 7, 500)?.text).toBe('Release 7 is in force at 2 of 3 places so far.');
  expect(sayRollout(fleet(7, 8), 7, 500)).toEqual({
    done: true,
    text: 'Release 7 is in force everywhere after 2.0 s.',
  });
  // Of another release the bus has not measured the time: the page has waited for it.
  expect(sayRollout(fleet(9), 9, 1500)?.text).toBe('Release 9 is in force everywhere after 1.5 s.');
});
