import { expect, test } from 'vitest';
import { framePins } from '../../../src/actors/bus/frames.ts';
import { pinOf } from '../../../src/actors/bus/map-pin.ts';
import type { NumberedEvent } from '../../../src/actors/contracts.ts';

const EVENT: NumberedEvent = {
  n: 1,
  id: '7f1e0c5a-0000-4000-8000-000000000000',
  kind: 'request',
  at: 1_700_000_040_123,
  outcome: 'block',
  reason: 'rule sqli-001 matched in ARGS:q',
  client: {
    ip: '203.0.113.7',
    country: 'DE',
    city: 'Kleindorf',
    asn: 64_500,
    organization: 'Somebody',
    latitude: 52.5244,
    longitude: 13.4105,
    colo: 'FRA',
  },
  request: { method: 'GET', host: 'shop.test', path: '/secret?q=1', route: 'all', userAgent: 'curl' },
  rules: [{ id: 'sqli-001', name: 'n', category: 'sqli', score: 1, location: 'ARGS:q', matched: 'union' }],
  seq: 3,
};

test('a pin has the time, the decision, the category, the country and a place to the degree, and nothing else', () => {
  expect(pinOf(EVENT)).toEqual({
    at: 1_700_000_040_000,
    outcome: 'block',
    category: 'sqli',
    country: 'DE',
    latitude: 53,
    longitude: 13,
  });
  const { client: _client, rules: _rules, ...bare } = EVENT;
  expect(pinOf(bare)).toEqual({ at: 1_700_000_040_000, outcome: 'block' });
});

test('what concerns the shield itself is on no map', () => {
  expect(pinOf({ ...EVENT, kind: 'system' })).toBeNull();
  expect(framePins([{ ...EVENT, kind: 'system', outcome: 'error' }])).toEqual([]);
});

test('frames are bounded', () => {
  const frames = framePins(Array.from({ length: 250 }, () => EVENT));
  expect(frames.map(({ pins }) => pins.length)).toEqual([100, 100, 50]);
});
