import { expect, test } from 'vitest';
import { sayWhen } from '../../../src/dashboard/status/say-when.ts';

const NOW = 1_700_000_000_000;

test.each([
  [0, 'now'],
  [-1999, 'now'],
  [-2000, '2 sec ago'],
  [59_999, 'in 1 min'],
  [50_000, 'in 50 sec'],
  [60_000, 'in 1 min'],
  [-3_500_000, '58 min ago'],
  [-3_599_999, '1 hr ago'],
  [-3_600_000, '1 hr ago'],
  // What was set for six hours a moment ago, and for a week.
  [6 * 3_600_000 - 5000, 'in 6 hr'],
  [7 * 86_400_000 - 5000, 'in 7 days'],
  [86_399_999, 'in 1 day'],
  [-3 * 86_400_000, '3 days ago'],
])('a moment %d ms from now is told as %s', (distance, told) => {
  expect(sayWhen(NOW + distance, NOW)).toBe(told);
});
