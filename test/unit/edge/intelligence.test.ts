import { describe, expect, it } from 'vitest';
import { blockListed, hardenVerdict, unjudged } from '../../../src/edge/address-verdict.ts';
import { evidenceOf } from '../../../src/edge/evidence.ts';
import { compileBlocklist, findBlock } from '../../../src/edge/reputation/blocklist.ts';
import { readAddress } from '../../../src/edge/reputation/client-key.ts';
import { DEFAULT_RESPONSE } from '../../../src/edge/reputation/graduated-response.ts';
import { findListed, limitingScore } from '../../../src/edge/reputation/listed.ts';
import { parseThreats } from '../../../src/edge/reputation/threat-release.ts';
import { stoppingLayer } from '../../../src/edge/stopping-layer.ts';
import type { StoppingLayer, Verdict } from '../../../src/edge/verdict.ts';
import { threatRelease } from '../../support/node/threat-rows.ts';

const parsed = parseThreats(
  JSON.parse(
    threatRelease(
      [
        { range: '203.0.113.7', score: 237, tier: 'block' },
        { range: '203.0.113.8', score: 160, tier: 'challenge' },
        { range: '198.51.100.0/24', score: 51, tier: 'log_only' },
        { range: '203.0.113.9', score: 0, tier: 'log_only' },
      ],
      [{ range: '198.51.100.128/25', note: 'a crawler' }],
    ),
  ),
);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const threats = parsed.value;
const thresholds = { log: 0.3, challenge: 0.5, block: 0.8 };
const find = (ip: string, facts = {}, response = DEFAULT_RESPONSE) =>
  findListed({ threats, response }, readAddress(ip), facts);

const verdict = (decision: Verdict['decision'], score: number): Verdict => ({ ...unjudged(decision, ''), score });
const entry = (source: string, until?: number) => ({
  range: '192.0.2.1',
  reason: '',
  since: 0,
  source,
  ...(until !== undefined && { until }),
});

describe('what is said of an address', () => {
  it('is its score and its tier, or nothing', () => {
    expect(find('203.0.113.7')).toEqual({ score: 237 / 255, tier: 'block' });
    expect(find('198.51.100.1')).toEqual({ score: 0.2, tier: 'log_only' });
    expect(find('192.0.2.1')).toBeNull();
    expect(find('')).toBeNull();
  });

  it('is nothing where it is allowed, should a range around it have come through all the same', () => {
    expect(find('198.51.100.200')).toBeNull();
  });

  it('heeds the conditions on where a request comes from', () => {
    const conditions = [
      { countries: ['NL'], atMost: 'challenge' },
      { asns: [64500], atLeast: 'block' },
    ] as const;
    const response = { ...DEFAULT_RESPONSE, conditions };
    expect(find('203.0.113.7', { country: 'NL' }, response)?.tier).toBe('challenge');
    expect(find('203.0.113.7', { country: 'DE' }, response)?.tier).toBe('block');
    expect(find('198.51.100.1', { asn: 64500 }, response)?.tier).toBe('block');
    expect(find('203.0.113.9', { asn: 64500 }, response)?.tier).toBe('log_only');
  });

  it('lowers the limit but for those that are only noted', () => {
    expect(['203.0.113.7', '203.0.113.8', '198.51.100.1', '192.0.2.1'].map((ip) => limitingScore(find(ip)))).toEqual([
      237 / 255,
      160 / 255,
      0,
      0,
    ]);
  });
});

describe('the verdict', () => {
  const address = readAddress('203.0.113.7');
  const challenged = { score: 0.7, tier: 'challenge' } as const;

  it('on a listed address tells in plain words what is known and where to ask', () => {
    const found = blockListed({ score: 0.93, tier: 'block' }, address, thresholds);
    expect(found).toMatchObject({ decision: 'block', by: 'intelligence', score: 0.93 });
    expect(found.reason).toBe(
      '203.0.113.7 is a known threat (score 0.93, tier block); GET /check?ip= tells the sources',
    );
    // A policy may block at less than requests are blocked at: score and verdict agree all the same.
    expect(blockListed({ score: 0.5, tier: 'block' }, address, thresholds).score).toBe(0.8);
  });

  it.each([
    ['allow', 0.01, 'challenge', 0.5],
    ['log', 0.4, 'challenge', 0.5],
    ['challenge', 0.6, 'challenge', 0.6],
    ['block', 0.9, 'block', 0.9],
  ] as const)('%s becomes no milder, and challenges at least', (decision, score, expected, told) => {
    const before = verdict(decision, score);
    const after = hardenVerdict(before, challenged, address, thresholds);
    expect(after).toMatchObject({ decision: expected, score: told });
    expect(after.by).toBe(decision === expected ? before.by : 'intelligence');
  });

  it('stays as it is for all others', () => {
    const before = verdict('allow', 0.01);
    for (const listed of [null, { score: 0.5, tier: 'rate_limit' }, { score: 0.2, tier: 'log_only' }] as const)
      expect(hardenVerdict(before, listed, address, thresholds)).toBe(before);
  });

  it('proves nothing against the client, nor does a limit that the listing lowered', () => {
    const listed = { ...verdict('challenge', 0.5), by: 'intelligence', bot: { score: 1, signals: [] } } as const;
    for (const outcome of ['block', 'challenge', 'limit'] as const) expect(evidenceOf(listed, outcome, 0)).toEqual([]);
  });
});

describe('an address that is allowed and on the blocklist', () => {
  const address = readAddress('192.0.2.1');

  it('heeds an operator’s entry behind one of reputation that lasts longer', () => {
    const wide = { ...entry('operator', 100), range: '192.0.2.0/24' };
    const list = compileBlocklist({ entries: [entry('reputation'), wide] });
    expect(findBlock(list, address, 0)?.source).toBe('reputation');
    expect(findBlock(list.deliberate, address, 0)?.source).toBe('operator');
    expect(findBlock(list.deliberate, address, 100)).toBeNull();
  });

  it('shares the table where reputation has no entry', () => {
    const list = compileBlocklist({ entries: [entry('operator')] });
    expect(list.deliberate.table).toBe(list.table);
  });
});

describe('what stopped a request', () => {
  it.each<[Verdict['by'], Parameters<typeof stoppingLayer>[1], 'open' | 'closed' | null, StoppingLayer | null]>([
    ['blocklist', 'block', null, 'blocklist'],
    ['intelligence', 'block', null, 'intelligence'],
    ['intelligence', 'challenge', null, 'intelligence'],
    ['intelligence', 'limit', null, 'rate_limit'],
    ['rule', 'block', null, 'rules'],
    ['anomaly', 'block', null, 'rules'],
    ['score', 'challenge', null, 'score'],
    ['none', 'limit', null, 'rate_limit'],
    ['none', 'block', 'closed', 'failed_closed'],
    ['score', 'block', 'open', 'score'],
    ['none', 'block', null, null],
    ['score', 'log', null, null],
    ['none', 'allow', 'open', null],
  ])('decided by %s, %s, failed %s: %s', (by, outcome, failed, layer) => {
    expect(stoppingLayer({ by }, outcome, failed)).toBe(layer);
  });
});
