import { expect, test } from 'vitest';
import { hold, matchedIds, rulesetOf } from '../../support/node/engine.ts';

/** Patterns that all look at the whole of a text and never match. */
const hungry = Array.from({ length: 200 }, (_, index) => ({
  operator: { name: 'rx' as const, pattern: `a[^q]*q${index}` },
}));
const tally = {
  targets: [{ collection: 'TX' as const, selector: 'sum' }],
  operator: { name: 'ge' as const, value: '5' },
  action: 'block' as const,
};
const early = { assignments: [{ variable: 'sum', operation: 'add' as const, value: '5' }] };

test('a request of which every rule reads all gives up, and says so; what was added up by then still blocks', () => {
  const body = `${'a'.repeat(16_000)} bad ${Array.from({ length: 200 }, (_, index) => `q${index}`).join('')}`;
  const transaction = hold(rulesetOf([early, ...hungry, {}, tally]), {
    method: 'POST',
    path: '/',
    body: `x=${body}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(transaction.result).toMatchObject({ incomplete: true, blocking: true });
  expect(matchedIds(transaction)).not.toContain('r-202');
});

test('an ordinary request is complete', () => {
  const { result } = hold(rulesetOf([early, ...hungry, {}, tally]), { path: '/?a=bad' });
  expect(result.incomplete).toBeUndefined();
  expect(result.matches).toHaveLength(3);
});
