import { expect, test } from 'vitest';
import { sayWhen } from '../../../src/dashboard/status/say-when.ts';

const NOW = 1_700_000_000_000;

test.each([
  [0, 'now'],
  [-1999, 'now'],
  [-2000, '2 sec ago'],
  [59_999, 'in 59 sec'],
  [60_000, 'in 1 min'],
  [-3_599_999, '59 min ago'],
  [-3_600_000, '1 hr ago'],
  [86_399_999, 'in 23 hr'],
  [-3 * 86_400_000, '3 days ago'],
])('a moment %d ms from now is told as %s', (distance, told) => {
  expect(sayWhen(NOW + distance, NOW)).toBe(told);
});
