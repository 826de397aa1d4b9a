import { describe, expect, it } from 'vitest';
import { readAddress } from '../../../src/edge/reputation/client-key.ts';
import { judgeAddress } from '../../../src/edge/reputation/judge-address.ts';
import { NOTORIOUS_ASNS, SCANNING_PREFIXES } from '../../../src/edge/reputation/notorious.ts';
import { parseRange } from '../../../src/edge/reputation/range.ts';

const judge = (ip: string, facts: object = {}, remembered: number | null = null, listed = 0) =>
  judgeAddress({ ip, ...facts }, readAddress(ip), remembered, listed);

describe('what is known against an address', () => {
  it('is nothing for an ordinary one', () => {
    expect(judge('192.0.2.1', { country: 'DE', asn: 3320, threatScore: 0 }, 0)).toEqual({ score: 0, signals: [] });
  });

  it.each([
    ['scanning_prefix', '35.203.210.77', {}, null, 0.4],
    ['malicious_asn', '192.0.2.1', { asn: 198953 }, null, 0.4],
    ['tor', '192.0.2.1', { country: 'T1' }, null, 0.35],
    ['cf_threat_score', '192.0.2.1', { threatScore: 60 }, null, 0.6],
    ['remembered', '192.0.2.1', {}, 0.7, 0.7],
  ])('names %s', (name, ip, facts, remembered, weight) => {
    const result = judge(ip, facts, remembered);
    expect(result.signals).toEqual([{ name, weight }]);
    expect(result.score).toBeCloseTo(weight, 12);
  });

  it('names a listing, in proportion to its score and never enough for a challenge', () => {
    expect(judge('192.0.2.1', {}, null, 0.5).signals).toEqual([{ name: 'listed', weight: 0.125 }]);
    expect(judge('192.0.2.1', {}, null, 1).score).toBeCloseTo(0.25, 12);
  });

  it('adds signs as independent doubts and stays within 1', () => {
    // 1 - 0.65 * 0.6 * 0.5 = 0.805
    expect(judge('192.0.2.1', { country: 'T1', asn: 210644 }, 0.5).score).toBeCloseTo(0.805, 12);
    expect(judge('35.203.210.1', { country: 'T1', asn: 210644, threatScore: 500 }, 3).score).toBe(1);
  });

  it('rests on lists that are sound', () => {
    for (const text of SCANNING_PREFIXES) expect(parseRange(text)).toMatchObject({ ok: true, range: { text } });
    expect(new Set(NOTORIOUS_ASNS.map((n) => n.asn)).size).toBe(NOTORIOUS_ASNS.length);
  });
});
