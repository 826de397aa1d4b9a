import { describe, expect, test } from 'vitest';
import {
  joinSightings,
  readReport,
  type Sighting,
  tableOfSightings,
  weakest,
} from '../../../src/actors/collector/first-hand.ts';

const HOUR = 3_600_000;
const NOW = 1000 * HOUR;
const report = (client: string, rest: object = {}) => ({ client, confidence: 0.9, why: 'sqli-001', at: NOW, ...rest });
function sighting(client: string, rest: Partial<Sighting> = {}): Sighting {
  const read = readReport(report(client), NOW);
  if (!read.ok) throw new Error(read.problems[0]?.message);
  return { ...read.value, ...rest };
}

describe('a report', () => {
  test('is of one client', () => {
    for (const client of ['9.9.9.9', '2600:1:2:3::/64']) expect(readReport(report(client), NOW).ok).toBe(true);
    for (const client of ['unknown', 'worker', '9.9.9.0/24', '2600::/32', '', '2a06:98c0:3600::/64'])
      expect(readReport(report(client), NOW).ok).toBe(false);
    expect(readReport(report('9.9.9.9', { confidence: 2 }), NOW).ok).toBe(false);
    expect(readReport(null, NOW).ok).toBe(false);
  });

  test('from the future counts as of now', () => {
    const read = readReport(report('9.9.9.9', { at: NOW + 5 * HOUR }), NOW);
    expect(read).toMatchObject({ ok: true, value: { lastSeen: NOW } });
  });
});

test('of two sightings the newer says why, the surer and the first day stay', () => {
  const old = sighting('9.9.9.9', { confidence: 1, firstSeen: 1, lastSeen: 1, why: 'old' });
  const joined = joinSightings(old, sighting('9.9.9.9', { why: 'new' }));
  expect(joined).toMatchObject({ confidence: 1, firstSeen: 1, lastSeen: NOW, why: 'new' });
});

test('who was seen longest ago gives way, of those the weakest', () => {
  const list = [
    sighting('9.9.9.1', { lastSeen: 5, confidence: 0.9 }),
    sighting('9.9.9.2', { lastSeen: 5, confidence: 0.2 }),
    sighting('9.9.9.3', { lastSeen: 9, confidence: 0.1 }),
  ];
  expect(weakest(list)?.client).toBe('9.9.9.2');
});

test('sightings are a table like any, none of it listed for good', () => {
  const table = tableOfSightings([sighting('2600:1:2:3::/64', { firstSeen: NOW - 3 * HOUR }), sighting('9.9.9.9')]);
  expect([...table.lastSeen]).toEqual([1000, 1000]);
  expect([...table.firstSeen]).toEqual([1000, 997]);
  expect(table.ipv4).toBe(1);
});
