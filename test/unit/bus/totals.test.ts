import { describe, expect, it } from 'vitest';
import type { TelemetryBatch, ThreatEvent } from '../../../src/actors/contracts.ts';
import { Totals } from '../../../src/actors/bus/totals.ts';
import { EVENT_LIMIT, trimEvent } from '../../../src/actors/bus/trim-event.ts';
import { EventRing, RING_LIMIT } from '../../../src/actors/bus/event-ring.ts';

const T = 1_700_000_040_000;
const MINUTE = 60_000;
const event = (over: Partial<ThreatEvent> = {}): ThreatEvent => ({
  id: 'e',
  kind: 'request',
  at: T,
  outcome: 'block',
  reason: 'because',
  seq: 0,
  ...over,
});
const rule = (id: string, category: 'sqli' | 'xss') => ({
  id,
  name: id,
  category,
  score: 70,
  location: 'ARGS:q',
  matched: '',
});
const batch = (over: Partial<TelemetryBatch> = {}): TelemetryBatch => ({
  events: [],
  outcomes: {},
  routes: {},
  countries: {},
  seq: 0,
  at: T,
  ...over,
});

describe('what was stopped', () => {
  const HOUR = 60 * MINUTE;

  it('is told by layer for a day, and survives being stored', () => {
    let totals = new Totals();
    totals.add(batch({ stopped: { blocklist: 2, rules: 1 } }), T);
    totals.add(batch({ stopped: { rules: 3, intelligence: 5 } }), T + HOUR);
    totals = new Totals(JSON.parse(JSON.stringify(totals.record())));
    totals.add(batch({ stopped: { rules: 1 } }), T + HOUR);
    expect(totals.stats(T + HOUR).stopped24h).toEqual({ blocklist: 2, rules: 5, intelligence: 5 });
    // T is ten minutes past an hour's beginning: a day later that hour is out, and the next one still in.
    expect(totals.stats(T + 24 * HOUR).stopped24h).toEqual({ rules: 4, intelligence: 5 });
    expect(totals.stats(T + 25 * HOUR).stopped24h).toEqual({});
  });

  it('keeps no more than 24 hours, whatever comes', () => {
    const totals = new Totals();
    for (let hour = 0; hour < 100; hour += 1) totals.add(batch({ stopped: { score: 1 } }), T + hour * HOUR);
    expect(totals.record().stopped).toHaveLength(24);
    expect(totals.stats(T + 99 * HOUR).stopped24h).toEqual({ score: 24 });
  });

  it('takes no count that is none, and no row where nothing was stopped', () => {
    const totals = new Totals();
    totals.add(batch({ stopped: { rules: -1, score: Number.NaN, blocklist: 1.5 } }), T);
    totals.add(batch(), T);
    expect(totals.record().stopped).toEqual([]);
  });

  it('is nothing in totals of an earlier version', () => {
    const { stopped: _, ...earlier } = new Totals().record();
    expect(new Totals(earlier).stats(T).stopped24h).toEqual({});
  });
});

describe('the totals', () => {
  it('count requests by outcome, route and country, and events by rule and category', () => {
    const totals = new Totals();
    totals.add(
      batch({
        outcomes: { allow: 8, block: 2 },
        routes: { api: 10 },
        countries: { DE: 9, T1: 1 },
        events: [
          event({ rules: [rule('sqli-001', 'sqli'), rule('sqli-002', 'sqli')] }),
          event({ rules: [rule('xss-001', 'xss')] }),
        ],
      }),
      T,
    );
    totals.add(batch({ outcomes: { allow: 1 } }), T + MINUTE);
    expect(totals.stats(T + MINUTE)).toMatchObject({
      total: 11,
      byOutcome: { allow: 9, block: 2 },
      byCategory: { sqli: 1, xss: 1 },
      byRule: { 'sqli-001': 1, 'sqli-002': 1, 'xss-001': 1 },
      byCountry: { DE: 9, T1: 1 },
      byExclusion: {},
      stopped24h: {},
      byRoute: { api: 10 },
      refusedByRoute: {},
      minutes: [
        { at: T, outcomes: { allow: 8, block: 2 } },
        { at: T + MINUTE, outcomes: { allow: 1 } },
      ],
    });
  });

  it('count refusals by route and by how, kept, bounded and true in sum', () => {
    const totals = new Totals();
    totals.add(batch({ refused: { limit: { login: 3 }, block: { login: 1, api: 2 } } }), T);
    const again = new Totals(JSON.parse(JSON.stringify(totals.record())));
    again.add(batch({ refused: { limit: { login: 1, api: -5 }, challenge: { api: 1.5 } } }), T);
    expect(again.stats(T).refusedByRoute).toEqual({ login: { limit: 4, block: 1 }, api: { block: 2 } });
    for (let i = 0; i < 600; i += 1) again.add(batch({ refused: { limit: { [`r${i}`]: 1 } } }), T);
    const { refusedByRoute = {} } = again.stats(T);
    expect(Object.keys(refusedByRoute)).toHaveLength(501);
    expect(Object.values(refusedByRoute).reduce((sum, { limit = 0 }) => sum + limit, 0)).toBe(604);
    expect(refusedByRoute.login).toEqual({ limit: 4, block: 1 });
    const { refused: _, ...earlier } = totals.record();
    expect(new Totals(earlier).stats(T).refusedByRoute).toEqual({});
  });

  it('are the same after they were stored and read', () => {
    const totals = new Totals();
    totals.add(batch({ outcomes: { allow: 3 }, countries: { FR: 3 } }), T);
    const again = new Totals(JSON.parse(JSON.stringify(totals.record())));
    expect(again.stats(T)).toEqual(totals.stats(T));
    again.add(batch({ outcomes: { allow: 1 } }), T);
    expect(again.stats(T).minutes).toEqual([{ at: T, outcomes: { allow: 4 } }]);
  });

  it('count the hits of exclusions with the time of the last, and forget the one that is silent for longest', () => {
    const totals = new Totals();
    totals.add(batch({ exclusions: { a: 2, b: 1 } }), T);
    totals.add(batch({ exclusions: { a: 3 } }), T + 1);
    expect(totals.stats(T).byExclusion).toEqual({ a: { hits: 5, last: T + 1 }, b: { hits: 1, last: T } });
    const again = new Totals(JSON.parse(JSON.stringify(totals.record())));
    for (let i = 0; i < 499; i += 1) again.add(batch({ exclusions: { [`x${i}`]: 1 } }), T + 2);
    const { byExclusion = {} } = again.stats(T);
    expect(Object.keys(byExclusion)).toHaveLength(500);
    expect(byExclusion).toMatchObject({ a: { hits: 5, last: T + 1 } });
    expect(byExclusion).not.toHaveProperty('b');
  });

  it('read totals that were kept before exclusions were counted', () => {
    const { byExclusion: _, ...old } = new Totals().record();
    expect(new Totals(old).stats(T).byExclusion).toEqual({});
  });

  it('count every rule that matched, also those that an event has no room to describe', () => {
    const totals = new Totals();
    totals.add(batch({ events: [event({ rules: [rule('a', 'sqli')], ruleIds: ['a', 'b'] })] }), T);
    expect(totals.stats(T).byRule).toEqual({ a: 1, b: 1 });
  });

  it('keep 24 hours of minutes', () => {
    const totals = new Totals();
    for (let i = 0; i < 1500; i += 1) totals.add(batch({ outcomes: { allow: 1 } }), T + i * MINUTE);
    const { minutes, total } = totals.stats(T + 1499 * MINUTE);
    expect(minutes).toHaveLength(1440);
    expect(minutes[0]?.at).toBe(T + 60 * MINUTE);
    expect(total).toBe(1500);
    expect(totals.record().minutes).toHaveLength(1440);
  });

  it('hold at most their capacity of keys: the smallest give way to `other`, and sums stay true', () => {
    const totals = new Totals();
    for (let i = 0; i < 1000; i += 1) totals.add(batch({ countries: { [`c${i}`]: i < 200 ? 10 : 1 } }), T);
    const { byCountry } = totals.stats(T);
    expect(Object.keys(byCountry)).toHaveLength(300);
    expect(Object.values(byCountry).reduce((a, b) => a + b, 0)).toBe(200 * 10 + 800);
    for (let i = 0; i < 200; i += 1) expect(byCountry[`c${i}`]).toBe(10);
    expect(byCountry['other']).toBeGreaterThan(0);
  });

  it('do not believe impossible counts', () => {
    const totals = new Totals();
    const outcomes = { allow: -5, log: Number.NaN, block: 1.5, limit: Number.POSITIVE_INFINITY };
    totals.add(batch({ outcomes, countries: { DE: -1 } }), T);
    expect(totals.stats(T)).toMatchObject({ total: 0, byCountry: {}, minutes: [] });
  });
});

describe('an event', () => {
  it('of ordinary size is kept as it is', () => {
    const ordinary = event({ rules: [rule('sqli-001', 'sqli')], client: { ip: '192.0.2.1', country: 'DE' } });
    expect(trimEvent(ordinary)).toEqual(ordinary);
  });

  it('is never longer than its limit, and keeps what, who and why', () => {
    const long = '\u0000"\\'.repeat(5000);
    const rules = Array.from({ length: 500 }, () => ({
      ...rule(long, 'sqli'),
      name: long,
      location: long,
      matched: long,
    }));
    const request = { method: long, host: long, path: long, route: long, userAgent: long };
    const ruleIds = rules.map(({ id }) => id);
    const trimmed = trimEvent(event({ id: long, reason: long, rules, ruleIds, request, client: { ip: long } }));
    expect(JSON.stringify(trimmed).length).toBeLessThanOrEqual(EVENT_LIMIT);
    expect(trimmed).toMatchObject({
      kind: 'request',
      outcome: 'block',
      at: T,
      rules: [{ category: 'sqli' }, {}, {}, {}],
    });
    expect(trimmed.reason.length).toBeGreaterThan(50);
  });

  it('tells as many rules in full as there is room for', () => {
    const rules = Array.from({ length: 12 }, (_, i) => ({ ...rule(`r${i}`, 'sqli'), matched: 'x'.repeat(500) }));
    const told = trimEvent(event({ rules })).rules ?? [];
    expect(told).toEqual(rules.slice(0, 5));
  });

  it('names every rule that matched, however little room is left for what they say', () => {
    const ruleIds = Array.from({ length: 60 }, (_, i) => String(920_100 + i));
    const rules = ruleIds.map((id) => ({ ...rule(id, 'sqli'), matched: 'x'.repeat(500) }));
    expect(trimEvent(event({ rules, ruleIds })).ruleIds).toEqual(ruleIds);
  });
});

const many = (n: number) => Array.from({ length: n }, () => event());

describe('the ring', () => {
  it('numbers without gaps and holds the latest thousand', () => {
    const ring = new EventRing([]);
    expect([ring.oldest, ring.latest]).toEqual([1, 0]);
    ring.push(many(700));
    ring.push(many(700));
    expect([ring.oldest, ring.latest]).toEqual([401, 1400]);
    const all = ring.after(0);
    expect(all.map((e) => e.n)).toEqual(Array.from({ length: RING_LIMIT }, (_, i) => 401 + i));
    expect(new EventRing(all).push(many(1))[0]?.n).toBe(1401);
  });

  it('resumes after a number; after one that is none of its own, from the start', () => {
    const ring = new EventRing([]);
    ring.push(many(10));
    expect(ring.after(7).map((e) => e.n)).toEqual([8, 9, 10]);
    expect(ring.after(10)).toEqual([]);
    for (const n of [11, -1, Number.NaN]) expect(ring.after(n)).toHaveLength(10);
  });

  it('finds newest first, by outcome, category and client, page by page', () => {
    const ring = new EventRing([]);
    ring.push([
      event({ client: { ip: '192.0.2.1' } }),
      event({ outcome: 'limit', client: { ip: '192.0.2.1' } }),
      event({ rules: [rule('xss-001', 'xss')] }),
    ]);
    const numbers = (query: object) => ring.find({ limit: 10, ...query }).map((e) => e.n);
    expect(numbers({})).toEqual([3, 2, 1]);
    expect(numbers({ limit: 1 })).toEqual([3]);
    expect(numbers({ before: 3 })).toEqual([2, 1]);
    expect(numbers({ ip: '192.0.2.1', outcome: 'block' })).toEqual([1]);
    expect(numbers({ category: 'xss' })).toEqual([3]);
    expect(numbers({ limit: Number.NaN })).toEqual([]);
  });
});
