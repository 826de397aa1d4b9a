import { array, assert, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import {
  countTiers,
  type JudgedThreats,
  judgeThreats,
  tableOf,
} from '../../../src/actors/enforcement/judge-threats.ts';
import { packJudgement, unpackJudgement } from '../../../src/actors/enforcement/pack-judgement.ts';
import { textAt } from '../../../src/actors/enforcement/range-columns.ts';
import type { ThreatTable } from '../../../src/actors/contracts.ts';
import { DEFAULT_RESPONSE, respond, TIERS } from '../../../src/edge/reputation/graduated-response.ts';
import { threatTable } from '../../support/node/threat-table.ts';

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;

const judge = (rows: Record<string, number>, previous: JudgedThreats | null = null, now = NOW) =>
  judgeThreats(threatTable(rows), 'live', previous, DEFAULT_RESPONSE, now);

const tiers = (judgement: JudgedThreats) =>
  Object.fromEntries(Array.from(judgement.tier, (tier, row) => [textAt(judgement, row), TIERS[tier]]));

test('a score enters a tier exactly at its threshold', () => {
  const { judgement, newBlocks } = judge({
    '192.0.2.1': 0.8,
    '192.0.2.2': 0.79,
    '192.0.2.3': 0.6,
    '192.0.2.4': 0.4,
    '192.0.2.5': 0.39,
    '2001:db8::/48': 0.9,
  });
  expect(tiers(judgement)).toEqual({
    '192.0.2.1': 'block',
    '192.0.2.2': 'challenge',
    '192.0.2.3': 'challenge',
    '192.0.2.4': 'rate_limit',
    '192.0.2.5': 'log_only',
    '2001:db8::/48': 'block',
  });
  expect(Array.from(newBlocks, (row) => textAt(judgement, row))).toEqual(['192.0.2.1', '2001:db8::/48']);
  expect(countTiers(judgement)).toEqual({ log_only: 1, rate_limit: 1, challenge: 2, block: 2 });
});

test('a tier is held within the hysteresis, and through the dwell whatever the score', () => {
  const first = judge({ '192.0.2.1': 0.9, '192.0.2.2': 0.9 }).judgement;
  const soon = judge({ '192.0.2.1': 0.1, '192.0.2.2': 0.7 }, first, NOW + HOUR).judgement;
  expect(tiers(soon)).toEqual({ '192.0.2.1': 'block', '192.0.2.2': 'block' });
  const later = judge({ '192.0.2.1': 0.1, '192.0.2.2': 0.7 }, soon, NOW + 3 * HOUR).judgement;
  expect(tiers(later)).toEqual({ '192.0.2.1': 'log_only', '192.0.2.2': 'block' });
  const gone = judge({ '192.0.2.2': 0.6 }, later, NOW + 4 * HOUR).judgement;
  expect(tiers(gone)).toEqual({ '192.0.2.2': 'challenge' });
});

test('the same threats again, a little faded, change nothing and keep the judgement', () => {
  const first = judge({ '192.0.2.1': 0.9, '192.0.2.2': 0.5 });
  const again = judge({ '192.0.2.1': 0.88, '192.0.2.2': 0.5 }, first.judgement, NOW + HOUR);
  expect(again.changed).toBe(false);
  expect(again.judgement).toBe(first.judgement);
  expect(again.newBlocks).toHaveLength(0);
});

test.each([
  ['an address more', { '192.0.2.1': 0.9, '192.0.2.2': 0.5, '192.0.2.3': 0.1 }],
  ['an address less', { '192.0.2.1': 0.9 }],
  ['another in its place', { '192.0.2.1': 0.9, '192.0.2.3': 0.5 }],
  ['a wider range', { '192.0.2.1': 0.9, '192.0.2.2/31': 0.5 }],
  ['another tier', { '192.0.2.1': 0.9, '192.0.2.2': 0.6 }],
  ['a score that has faded clearly', { '192.0.2.1': 0.83, '192.0.2.2': 0.5 }],
])('%s is a change', (_, rows) => {
  const first = judge({ '192.0.2.1': 0.9, '192.0.2.2': 0.5 });
  expect(judge(rows, first.judgement, NOW + HOUR).changed).toBe(true);
});

test('another origin and another allow-list are changes', () => {
  const table = threatTable({ '192.0.2.1': 0.9 });
  const { judgement } = judgeThreats(table, 'live', null, DEFAULT_RESPONSE, NOW);
  expect(judgeThreats(table, 'cached', judgement, DEFAULT_RESPONSE, NOW).changed).toBe(true);
  const allow = [{ range: '198.51.100.0/24', note: 'office', origin: 'operator' }] as const;
  expect(judgeThreats({ ...table, allow }, 'live', judgement, DEFAULT_RESPONSE, NOW).changed).toBe(true);
});

test('what is blocked already is no new block; what comes back is', () => {
  const first = judge({ '192.0.2.1': 0.9 }).judgement;
  const second = judge({ '192.0.2.1': 0.9, '192.0.2.2': 0.95 }, first);
  expect(Array.from(second.newBlocks, (row) => textAt(second.judgement, row))).toEqual(['192.0.2.2']);
  const without = judge({ '192.0.2.2': 0.95 }, second.judgement).judgement;
  expect(judge({ '192.0.2.1': 0.9, '192.0.2.2': 0.95 }, without).newBlocks).toHaveLength(1);
});

const Row = record({ host: integer({ min: 0, max: 40 }), score: integer({ min: 0, max: 255 }) });
const Rows = array(Row, { maxLength: 30 });

test('the merge answers what `respond` answers for each address with its own history', () => {
  const minutes = array(record({ rows: Rows, wait: integer({ min: 0, max: 300 }) }), { maxLength: 8 });
  assert(
    property(minutes, (steps) => {
      let judged: JudgedThreats | null = null;
      let naive = new Map<string, { tier: (typeof TIERS)[number]; since: number }>();
      let now = NOW;
      for (const { rows, wait } of steps) {
        now += wait * 60_000;
        const scores = new Map(rows.map(({ host, score }) => [`192.0.2.${host}`, score / 255]));
        const table: ThreatTable = threatTable(Object.fromEntries(scores));
        judged = judgeThreats(table, 'live', judged, DEFAULT_RESPONSE, now).judgement;
        naive = new Map(
          [...scores].map(([ip, score]) => {
            const previous = naive.get(ip) ?? null;
            const tier = respond(score, { previous, now }, DEFAULT_RESPONSE);
            return [ip, previous?.tier === tier ? previous : { tier, since: now }];
          }),
        );
        expect(tiers(judged)).toEqual(Object.fromEntries([...naive].map(([ip, { tier }]) => [ip, tier])));
      }
    }),
  );
});

test('a judgement survives its packing, in 15 bytes for a row of IPv4', () => {
  const table = threatTable({
    '192.0.2.1': 0.9,
    '198.51.100.0/24': 0.5,
    '2001:db8:1::/48': 0.7,
    '2001:db8:2:3::/64': 0.4,
  });
  const allow = [{ range: '203.0.113.7', note: 'office — ours', origin: 'operator' }] as const;
  const { judgement } = judgeThreats({ ...table, allow }, 'live', null, DEFAULT_RESPONSE, NOW);
  expect(unpackJudgement(packJudgement(judgement))).toEqual(judgement);
  const rows = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`10.0.${i >> 8}.${i & 255}`, 0.5]));
  const many = judgeThreats(threatTable(rows, { etag: 'e' }), 'live', null, DEFAULT_RESPONSE, NOW).judgement;
  expect(packJudgement(many).length).toBeLessThan(1000 * 15 + 300);
  expect(tableOf(many).high).toHaveLength(1000);
});

test('what is no packed judgement is not read', () => {
  const bytes = packJudgement(judge({ '192.0.2.1': 0.9 }).judgement);
  expect(unpackJudgement(bytes.slice(0, -1))).toBeNull();
  expect(unpackJudgement(new Uint8Array(3))).toBeNull();
  expect(unpackJudgement(new Uint8Array(64).fill(255))).toBeNull();
  expect(unpackJudgement(new Uint8Array(64))).toBeNull();
});
