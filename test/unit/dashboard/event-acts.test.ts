import { describe, expect, test } from 'vitest';
import { parseModel } from '../../../model/schema.ts';
import weights from '../../../model/weights.json' with { type: 'json' };
import type { EventLayers, EventRule } from '../../../src/actors/contracts.ts';
import { sayHolder } from '../../../src/dashboard/control/holder.ts';
import { sayTtl } from '../../../src/dashboard/desk/ttl.ts';
import { draftExclusion } from '../../../src/dashboard/event/draft-exclusion.ts';
import { rangesAround } from '../../../src/dashboard/event/ranges.ts';
import { stopsAlone } from '../../../src/dashboard/event/stops-alone.ts';
import { parsePolicy } from '../../../src/edge/policy.ts';
import { defaultPolicy } from '../../../src/edge/default-policy.ts';

const NOW = Date.UTC(2026, 10, 26);
const rule = (id: string, location = 'ARGS_GET:q'): EventRule => ({
  id,
  name: id,
  category: 'sqli',
  score: 70,
  location,
  matched: 'union select',
});
const request = { method: 'GET', host: 'shop.test', path: '/search?q=1', route: 'default', userAgent: '' };
const layers = (model: number): EventLayers => ({
  by: 'rule',
  anomaly: 70,
  blocking: true,
  bot: 0,
  reputation: 0,
  model,
  base: 0,
  thresholds: { log: 0.3, challenge: 0.5, block: 0.8 },
});

describe('the exclusion that takes a match back', () => {
  test('names the path, the place, an end, and every rule that matched there', () => {
    const rules = [rule('sqli-001'), rule('SQL/9'), rule('xss-001', 'REQUEST_HEADERS:Referer')];
    const drafted = draftExclusion(rule('SQL/9'), { request, rules, layers: layers(0.2) }, NOW, 'ab12');
    expect(drafted).toEqual({
      id: 'fp-sql-9-ab12',
      rules: ['SQL/9', 'sqli-001'],
      path: '/search',
      targets: ['ARGS_GET:q'],
      reason: expect.any(String),
      expires: '2027-02-24',
    });
  });

  test('is taken by the door of policies', () => {
    const exclusion = draftExclusion(rule('sqli-001'), { request, layers: layers(0.9) }, NOW, 'ab12');
    expect(exclusion.score).toBe(true);
    expect(parsePolicy({ ...defaultPolicy({}), exclusions: [exclusion] })).toMatchObject({ ok: true });
  });

  test('is for the score where the score decided alone', () => {
    const exclusion = draftExclusion(undefined, { request, layers: layers(0.9) }, NOW, 'ab12');
    expect(exclusion).toMatchObject({ id: 'fp-score-ab12', path: '/search', score: true });
    expect(exclusion).not.toHaveProperty('rules');
    expect(parsePolicy({ ...defaultPolicy({}), exclusions: [exclusion] })).toMatchObject({ ok: true });
  });

  test('names no path that was cut, and no target for a count', () => {
    const cut = { ...request, path: `/${'a'.repeat(500)}…` };
    expect(draftExclusion(rule('920380', '&ARGS'), { request: cut }, NOW, 'x')).not.toHaveProperty('path');
    expect(draftExclusion(rule('920380', '&ARGS'), { request: cut }, NOW, 'x')).not.toHaveProperty('targets');
  });
});

describe('a record', () => {
  const model = parseModel(weights);
  const { thresholds } = defaultPolicy({});
  test('stops by itself where the network says so of a request that says nothing', () => {
    if (!model.ok) throw new Error('the built-in model is broken');
    expect(stopsAlone(model.value, thresholds, 0.95)).toBe(true);
    expect(stopsAlone(model.value, thresholds, 0.2)).toBe(false);
    expect(stopsAlone(model.value, { log: 1, challenge: 1, block: 1 }, 0.2)).toBe(false);
  });
});

describe('how long a block lasts', () => {
  test.each([
    [{ ttl_seconds: 21_600 }, 'for 6 hours'],
    [{ ttl_seconds: 600 }, 'for 10 minutes'],
    [{}, 'until it is removed'],
  ])('%o', (ttl, said) => {
    expect(sayTtl(ttl)).toBe(said);
  });
});

describe('who is signed in', () => {
  const key = { id: 'k1', name: 'night watch' };
  test('is told by the name of his key and what it may do', () => {
    expect(sayHolder({ key, scopes: ['read'] })).toBe('night watch, read only');
    expect(sayHolder({ key, scopes: ['read', 'blocklist:write'] })).toBe('night watch, read, blocklist:write');
    expect(sayHolder({ key: null, scopes: ['read', 'keys:admin'] })).toBe('');
  });
});

describe('what may be blocked around an address', () => {
  test.each([
    ['20.5.100.7', 64500, ['20.5.100.7', '20.5.100.0/24', 'AS64500']],
    ['20.5.100.7', undefined, ['20.5.100.7', '20.5.100.0/24']],
    ['2001:db8::1', 64500, ['2001:db8::1/64', 'AS64500']],
  ])('%s in network %s', (ip, asn, ranges) => {
    expect(rangesAround(ip, asn).map(({ range }) => range)).toEqual(ranges);
  });
});
