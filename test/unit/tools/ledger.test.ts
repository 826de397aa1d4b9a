import { expect, test } from 'vitest';
import type { BusMessage, NumberedEvent } from '../../../src/actors/contracts.ts';
import { EMPTY_LEDGER, receive } from '../../../src/dashboard/ledger.ts';

const event = (n: number): NumberedEvent => ({
  n,
  id: `id-${n}`,
  kind: 'request',
  at: n,
  outcome: 'block',
  reason: '',
  seq: 0,
});
const events = (...numbers: number[]): BusMessage => ({ type: 'events', events: numbers.map(event) });
const hello = (epoch: string): BusMessage => ({
  type: 'hello',
  head: { seq: 3, hashes: {} },
  stats: EMPTY_LEDGER.stats,
  oldest: 1,
  latest: 9,
  epoch,
});
const after = (...messages: BusMessage[]) => messages.reduce(receive, EMPTY_LEDGER);
const numbers = (...messages: BusMessage[]) => after(...messages).events.map(({ n }) => n);

test('events stand newest first, and one told twice is there once', () => {
  expect(numbers(hello('a'), events(1, 2), events(3))).toEqual([3, 2, 1]);
  expect(numbers(hello('a'), events(1, 2, 3), hello('a'), events(2, 3, 4))).toEqual([4, 3, 2, 1]);
});

test('another epoch starts anew', () => {
  expect(numbers(hello('a'), events(7, 8), hello('b'), events(1))).toEqual([1]);
});

test('what the page keeps is bounded', () => {
  const many = Array.from({ length: 800 }, (_, i) => i + 1);
  expect(after(hello('a'), events(...many)).events).toHaveLength(500);
});

test('totals and heads replace what was known', () => {
  const ledger = after(
    hello('a'),
    { type: 'totals', byOutcome: { block: 4 } },
    { type: 'head', head: { seq: 9, hashes: {} } },
  );
  expect(ledger.stats.byOutcome).toEqual({ block: 4 });
  expect(ledger.seq).toBe(9);
});
