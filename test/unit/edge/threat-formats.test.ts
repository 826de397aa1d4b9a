import { describe, expect, test } from 'vitest';
import { FeedReader } from '../../../src/actors/collector/read-feed.ts';
import type { ThreatPage } from '../../../src/actors/contracts.ts';
import { writeThreats } from '../../../src/edge/control/threat-formats.ts';
import { preferredType } from '../../../src/edge/pages/negotiate.ts';

const AT = Date.parse('2026-11-26T10:00:00Z');
const PAGE: ThreatPage = {
  threats: [
    { range: '45.1.2.3', score: 0.9752, sources: ['ipsum', 'shield'], firstSeen: AT - 86_400_000 },
    { range: '45.2.0.0/16', score: 0.9, sources: ['spamhaus-drop-v4'], firstSeen: AT },
    { range: '2600:1:2:3::/64', score: 0.5, sources: ['shield'] },
  ],
  total: 3,
  cursor: null,
  at: AT,
};

test('CSV and plain text', () => {
  expect(writeThreats(PAGE, 'txt')).toBe('45.1.2.3\n45.2.0.0/16\n2600:1:2:3::/64\n');
  expect(writeThreats(PAGE, 'csv').split('\r\n')).toEqual([
    'range,score,sources,first_seen',
    '45.1.2.3,0.9752,ipsum shield,2026-11-25T10:00:00.000Z',
    '45.2.0.0/16,0.9000,spamhaus-drop-v4,2026-11-26T10:00:00.000Z',
    '2600:1:2:3::/64,0.5000,shield,',
    '',
  ]);
});

interface StixObject {
  readonly type: string;
  readonly id: string;
  readonly spec_version: string;
  readonly created: string;
  readonly modified: string;
  readonly [key: string]: unknown;
}
const bundle = (page = PAGE): { type: string; id: string; objects: readonly StixObject[] } =>
  JSON.parse(writeThreats(page, 'stix'));

describe('STIX 2.1', () => {
  test('every object has what section 3.2 asks of it', () => {
    const { type, id, objects } = bundle();
    expect(type).toBe('bundle');
    expect(id).toMatch(/^bundle--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(objects.map((object) => object.type)).toEqual(['identity', 'indicator', 'indicator', 'indicator']);
    expect(new Set(objects.map((object) => object.id)).size).toBe(4);
    for (const object of objects) {
      expect(object.spec_version).toBe('2.1');
      expect(object.id).toMatch(new RegExp(`^${object.type}--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab]`));
      expect(object.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(object.modified >= object.created).toBe(true);
    }
    expect(objects[1]).toMatchObject({
      pattern: "[ipv4-addr:value = '45.1.2.3']",
      pattern_type: 'stix',
      valid_from: '2026-11-25T10:00:00.000Z',
      confidence: 98,
      labels: ['ipsum', 'shield'],
      created_by_ref: objects[0]?.id,
    });
    expect(objects[2]?.pattern).toBe("[ipv4-addr:value ISSUBSET '45.2.0.0/16']");
    expect(objects[3]?.pattern).toBe("[ipv6-addr:value ISSUBSET '2600:1:2:3::/64']");
  });

  test('an indicator keeps its id from one bundle to the next', () => {
    const later = { ...PAGE, at: AT + 3_600_000, threats: PAGE.threats.map((t) => ({ ...t, score: 0.1 })) };
    expect(bundle(later).objects.map(({ id }) => id)).toEqual(bundle().objects.map(({ id }) => id));
    expect(bundle(later).id).not.toBe(bundle().id);
  });

  test('a collector reads what another one wrote', () => {
    const reader = new FeedReader({ format: 'stix', role: 'threat' }, AT);
    reader.take(new TextEncoder().encode(writeThreats(PAGE, 'stix')));
    expect(reader.finish('application/stix+json').received).toMatchObject({ rows: 3, unreadable: 0, whole: true });
  });
});

test('the type that the client would rather have', () => {
  const offers = ['application/json', 'text/csv', 'application/stix+json'];
  expect(preferredType(null, offers)).toBe(0);
  expect(preferredType('*/*', offers)).toBe(0);
  expect(preferredType('text/csv', offers)).toBe(1);
  expect(preferredType('application/stix+json;version=2.1, */*;q=0.1', offers)).toBe(2);
  expect(preferredType('text/csv;q=0.2, application/json;q=0.9', offers)).toBe(0);
  expect(preferredType('image/png', offers)).toBe(0);
});
