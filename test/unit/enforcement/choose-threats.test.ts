import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CACHE_LIFE_MS, chooseThreats } from '../../../src/actors/enforcement/choose-threats.ts';
import { emergencyTable } from '../../../src/actors/enforcement/emergency-list.ts';
import { findAddress } from '../../../src/actors/enforcement/find-address.ts';
import { judgeThreats } from '../../../src/actors/enforcement/judge-threats.ts';
import { compareRows, textAt } from '../../../src/actors/enforcement/range-columns.ts';
import type { ThreatTable } from '../../../src/actors/contracts.ts';
import { BOGONS, CLOUDFLARE_RANGES } from '../../../src/actors/collector/reserved-ranges.ts';
import { DEFAULT_RESPONSE, respond } from '../../../src/edge/reputation/graduated-response.ts';
import { covers, parseRange } from '../../../src/edge/reputation/range.ts';
import { threatTable } from '../../support/node/threat-table.ts';

const NOW = 1_790_000_000_000;
const live = threatTable({ '192.0.2.1': 0.9, '192.0.2.7': 0.5 }, { etag: 'e1' });
const stored = judgeThreats(live, 'live', null, DEFAULT_RESPONSE, NOW).judgement;
const texts = (table: ThreatTable) => Array.from(table.high, (_, row) => textAt(table, row));

test('what the collector has is in force, and what it has not changed is what was stored', () => {
  expect(chooseThreats({ state: 'table', table: live }, null, 0, NOW)).toEqual({ table: live, origin: 'live' });
  const same = chooseThreats({ state: 'unchanged' }, stored, NOW, NOW);
  expect(same.origin).toBe('live');
  expect(texts(same.table)).toEqual(texts(live));
});

test('without a collector the last good threats count for a week, then the emergency list', () => {
  const down = { state: 'down', partial: null } as const;
  const cached = chooseThreats(down, stored, NOW, NOW + CACHE_LIFE_MS);
  expect([cached.origin, texts(cached.table), cached.table.etag]).toEqual(['cached', texts(live), 'e1']);
  expect(chooseThreats(down, stored, NOW, NOW + CACHE_LIFE_MS + 1).origin).toBe('emergency');
  expect(chooseThreats(down, null, 0, NOW).origin).toBe('emergency');
});

test('an emergency list that was in force is not taken for threats of the collector', () => {
  const emergency = chooseThreats({ state: 'down', partial: null }, null, 0, NOW);
  const judged = judgeThreats(emergency.table, 'emergency', null, DEFAULT_RESPONSE, NOW).judgement;
  expect(chooseThreats({ state: 'down', partial: null }, judged, NOW, NOW).origin).toBe('emergency');
});

test('what the shield saw itself is added to either, and replaces what it saw before', () => {
  const before = threatTable(
    { '192.0.2.1': 0.9, '192.0.2.5': 0.95, '198.51.100.9': 0.95 },
    { sources: ['ipsum', 'shield'], bits: { '192.0.2.1': 1, '192.0.2.5': 2, '198.51.100.9': 3 }, etag: 'e2' },
  );
  const judged = judgeThreats(before, 'live', null, DEFAULT_RESPONSE, NOW).judgement;
  const partial = threatTable({ '192.0.2.0': 0.95, '192.0.2.1': 0.95 }, { sources: ['shield'] });
  const { table } = chooseThreats({ state: 'down', partial }, judged, NOW, NOW);
  expect(texts(table)).toEqual(['192.0.2.0', '192.0.2.1', '198.51.100.9']);
  expect(table.sources).toEqual(['ipsum', 'shield']);
  expect(Array.from(table.sourceBits)).toEqual([2, 3, 3]);
  expect(Array.from(table.score)).toEqual([242, 242, 242]);
  const emergency = chooseThreats({ state: 'down', partial }, null, 0, NOW);
  expect(emergency.origin).toBe('emergency');
  expect(findAddress(emergency.table, '192.0.2.1')).toBeGreaterThanOrEqual(0);
  for (let row = 1; row < emergency.table.high.length; row += 1) {
    expect(compareRows(emergency.table, row - 1, emergency.table, row)).toBeLessThan(0);
  }
});

test('the emergency list is canonical, in order, narrow, blocks, and holds nothing that is always spared', () => {
  const table = emergencyTable([]);
  expect(table.high.length).toBeGreaterThanOrEqual(30);
  expect(table.high.length).toBeLessThanOrEqual(60);
  const spared = [...BOGONS, ...CLOUDFLARE_RANGES].map(({ range }) => parseRange(range));
  for (let row = 0; row < table.high.length; row += 1) {
    const parsed = parseRange(textAt(table, row));
    if (!parsed.ok) throw new Error(textAt(table, row));
    expect(parsed.range.prefix).toBeGreaterThanOrEqual(22);
    if (row > 0) expect(compareRows(table, row - 1, table, row)).toBeLessThan(0);
    for (const other of spared) {
      if (other.ok) expect(covers(other.range, parsed.range) || covers(parsed.range, other.range)).toBe(false);
    }
  }
  expect(respond((table.score[0] ?? 0) / 255, {}, DEFAULT_RESPONSE)).toBe('block');
});

test('a network of the emergency list that touches the allow-list is left out', () => {
  const first = textAt(emergencyTable([]), 0);
  const inside = { range: first.replace(/0\/\d+$/, '9'), note: 'ours', origin: 'operator' } as const;
  expect(texts(emergencyTable([inside]))).not.toContain(first);
});

const FEEDS = new URL('../../../../shared/feeds/', import.meta.url);

const readFeed = (name: string) =>
  readFileSync(new URL(name, FEEDS), 'utf8')
    .split('\n')
    .filter((line) => /^\d/.test(line));

test.skipIf(!existsSync(FEEDS))(
  'each network of it is in Spamhaus DROP, Emerging Threats and FireHOL level 1, with addresses of IPsum inside (skipped without ../shared/feeds)',
  () => {
    const lists = ['spamhaus_drop.netset', 'et_block.netset', 'firehol_level1.netset'].map((name) =>
      readFeed(name).flatMap((line) => {
        const parsed = parseRange(line.trim());
        return parsed.ok ? [parsed.range] : [];
      }),
    );
    const table = emergencyTable([]);
    const strong = new Uint32Array(table.high.length);
    for (const line of readFeed('ipsum.txt')) {
      const [ip = '', count = '0'] = line.split('\t');
      if (Number(count) < 3) break;
      const row = findAddress(table, ip);
      if (row >= 0) strong[row]! += 1;
    }
    for (let row = 0; row < table.high.length; row += 1) {
      const parsed = parseRange(textAt(table, row));
      if (!parsed.ok) throw new Error('no range');
      for (const list of lists) expect(list.some((range) => covers(range, parsed.range))).toBe(true);
      expect(strong[row]).toBeGreaterThanOrEqual(2);
    }
  },
);
