import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NumberedEvent, Stats } from '../../src/actors/contracts.ts';
import { eventually, freshClient, startIsolate } from '../support/workerd/isolate.ts';

const operator = startIsolate();
const ip = freshClient();
/** Of nobody's network but this test's. */
const NETWORK = { asn: 64_511, country: 'DE', latitude: '52.52', longitude: '13.40' };
const PATH = '/observed/search';

const stats = async () => (await operator.admin('GET', '/admin/stats', undefined, freshClient())).json<Stats>();
const events = async () => {
  const response = await operator.admin('GET', `/admin/events?ip=${ip}`, undefined, freshClient());
  return (await response.json<{ events: NumberedEvent[] }>()).events;
};

const visit = async (path: string) => {
  const response = await operator.visit(path, { ip, cf: NETWORK });
  await response.body?.cancel();
  return response;
};

/** The control plane takes 20 requests a minute from each address. */
const admin = (method: string, path: string, body?: unknown) => operator.admin(method, path, body, freshClient());

const from = async (asn: number) => {
  const response = await operator.visit('/', { ip: freshClient(), cf: { asn } });
  await response.body?.cancel();
  return response.status;
};

const sum = (counts: readonly number[] = []) => counts.reduce((total, n) => total + n, 0);

afterEach(() => operator.settle());

it('a network is blocked by its number at once, and only it, until it is taken off', async () => {
  const made = await admin('POST', '/admin/blocklist', { ip: 'as64510', reason: 'a test', ttl_seconds: 60 });
  expect(made.status).toBe(201);
  expect(await made.json()).toMatchObject({ entry: { range: 'AS64510', reason: 'a test' } });
  expect(await from(64_510)).toBe(403);
  expect(await from(64_509)).toBe(200);
  expect((await admin('POST', '/admin/blocklist', { ip: 'AS0', reason: 'a test' })).status).toBe(422);
  // A check knows the network where it is told, or where a request of the address was kept; else it says so.
  const check = async (query: string) => (await admin('GET', `/check?ip=${query}`)).json();
  expect(await check('45.9.9.9')).toMatchObject({
    network: { asn: null, from: 'unknown' },
    enforced: { blocklist: null },
    why: expect.stringContaining(
      'One network is on the blocklist by number; whether this address is in one is not known',
    ),
  });
  expect(await check('45.9.9.9&asn=as64510')).toMatchObject({
    network: { asn: 64_510, from: 'asked' },
    enforced: { blocklist: { range: 'AS64510' } },
  });
  expect(await check('45.9.9.9&asn=64509')).toMatchObject({ enforced: { blocklist: null } });
  expect((await admin('GET', '/check?ip=45.9.9.9&asn=nobody')).status).toBe(422);
  const refused = freshClient();
  await (await operator.visit('/', { ip: refused, cf: { asn: 64_510 } })).body?.cancel();
  await operator.settle();
  expect(await check(refused)).toMatchObject({
    network: { asn: 64_510, from: 'events' },
    enforced: { blocklist: { range: 'AS64510' } },
  });
  const tried = await admin('POST', '/admin/rules/test', { path: '/', asn: 64_510 });
  expect(await tried.json()).toMatchObject({ decision: 'block', by: 'blocklist' });
  expect(await (await admin('POST', '/admin/rules/test', { path: '/' })).json()).toMatchObject({ by: 'none' });
  const gone = await admin('DELETE', '/admin/blocklist/AS64510');
  expect(await gone.json()).toMatchObject({ removed: true });
  expect(await from(64_510)).toBe(200);
});

const change = (range: string, wish: unknown) => admin('PATCH', `/admin/blocklist/${encodeURIComponent(range)}`, wish);

describe('a block that stands', () => {
  it('is given another end and reason, and holds all the while', async () => {
    const ip = freshClient();
    await admin('POST', '/admin/blocklist', { ip, reason: 'first' });
    const changed = await change(ip, { ttl_seconds: 600, reason: 'second' });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({
      changed: true,
      before: { range: ip, reason: 'first' },
      entry: { range: ip, reason: 'second', until: expect.any(Number) },
    });
    expect((await operator.visit('/', { ip })).status).toBe(403);
    expect(await (await change(ip, { ttl_seconds: null })).json()).toMatchObject({ entry: { reason: 'second' } });
  });

  it('is needed for a change, and something to change', async () => {
    const ip = freshClient();
    expect((await change(ip, { ttl_seconds: 600 })).status).toBe(404);
    await admin('POST', '/admin/blocklist', { ip, reason: 'first' });
    for (const wish of [{}, { ttl_seconds: 0 }, { ttl_seconds: 1.5 }, { reason: '' }, { since: 1 }]) {
      expect((await change(ip, wish)).status).toBe(422);
    }
  });

  it('is refused with what may stand there', async () => {
    const refused = await admin('POST', '/admin/blocklist', { ip: '300.1.1.1', reason: 'a test' });
    expect(await refused.json()).toMatchObject({
      problems: [{ path: 'ip', message: expect.stringMatching(/address .*CIDR range .*AS64500/) }],
    });
  });
});

describe('what operators are told of an attack', () => {
  let told: NumberedEvent | undefined;
  let totals: Stats;

  beforeAll(async () => {
    for (let i = 0; i < 3; i++) {
      expect((await visit(`${PATH}?q=${encodeURIComponent("1' UNION SELECT password FROM users--")}`)).status).toBe(
        403,
      );
    }
    expect((await visit('/observed/clean')).status).toBe(200);
    await operator.settle();
    [told] = await eventually(events, (all) => all.length >= 3);
    totals = await eventually(stats, ({ byAsn = [] }) => byAsn.some(({ key, n }) => key === 'AS64511' && n >= 3));
  });

  it('is the match in its surroundings, the layers, and why the network says what it says', () => {
    const [rule] = told?.rules ?? [];
    const { text = '', start = 0, end = 0 } = rule?.decodedExcerpt ?? {};
    expect(text.toLowerCase()).toContain('union select password from users--');
    expect(text.slice(start, end).length).toBeGreaterThan(3);
    expect(told?.layers).toMatchObject({ by: 'rule', blocking: true });
    expect(told?.features?.sql_likeness).toBeGreaterThan(0.5);
    expect(Object.keys(told?.contributions ?? {}).length).toBeGreaterThan(1);
  });

  it('is which path, address and network it came from, and not what was clean', () => {
    expect(totals.byPath).toContainEqual({ key: PATH, n: 3 });
    expect(totals.byAddress).toContainEqual({ key: ip, n: 3 });
    expect(totals.byAsn).toContainEqual({ key: 'AS64511', n: 3 });
    expect(totals.byPath?.map(({ key }) => key)).not.toContain('/observed/clean');
  });

  it('is the scores of all requests and how long they waited, clean ones among them', () => {
    expect(sum(totals.scores?.ruled)).toBeGreaterThanOrEqual(3);
    expect(totals.scores?.open[0]).toBeGreaterThanOrEqual(1);
    expect(sum(totals.latency?.counts)).toBe(sum(totals.scores?.ruled) + sum(totals.scores?.open));
    expect(totals.latency?.bounds).toHaveLength(totals.latency?.counts.length ?? 0);
  });

  it('is when each rule matched last, and which isolates there are', () => {
    const id = told?.rules?.[0]?.id ?? '';
    expect(totals.ruleLast?.[id]).toBeGreaterThan(Date.now() - 60_000);
    expect(totals.fleet?.isolates).toBeGreaterThanOrEqual(1);
  });

  it('can be looked back at under an exclusion and under other thresholds, and nothing is published', async () => {
    const exclusion = { id: 'tried', rules: ['*'], path: PATH, reason: 'a test', score: true };
    const before = await (await admin('GET', '/admin/policy')).json<{ seq: number }>();
    const response = await admin('POST', '/admin/exclusions/preview', { exclusion });
    expect(response.status).toBe(200);
    const preview = await response.json<{ changes: { id: string; after: string }[] }>();
    expect(preview).toMatchObject({ affected: 3, would_pass: 3 });
    expect(preview.changes.map(({ id }) => id)).toContain(told?.id);
    const moved = await admin('POST', '/admin/policy/preview', {
      thresholds: { log: 0.1, challenge: 0.2, block: 0.3 },
    });
    expect(moved.status).toBe(200);
    const { traffic } = await moved.json<{ traffic: { requests: number } }>();
    expect(traffic.requests).toBeGreaterThanOrEqual(1);
    expect(
      (await admin('POST', '/admin/policy/preview', { thresholds: { log: 0.9, challenge: 0.2, block: 0.3 } })).status,
    ).toBe(422);
    expect((await admin('POST', '/admin/exclusions/preview', { exclusion: { id: 'x' } })).status).toBe(422);
    expect(await (await admin('GET', '/admin/policy')).json()).toMatchObject({ seq: before.seq });
  });

  it('can be held against rules that are not in force', async () => {
    const rule = {
      id: 'tried-1',
      name: 'A rule that is tried',
      category: 'sqli',
      severity: 'critical',
      score: 80,
      action: 'block',
      targets: [{ collection: 'ARGS' }],
      transformations: ['lowercase'],
      operator: { name: 'contains', text: 'union select' },
      tags: [],
    };
    const response = await admin('POST', '/admin/rules/dry-run', { rules: [rule] });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      matches: 3,
      allowed: 0,
      fresh: 3,
      by_rule: { 'tried-1': { matches: 3 } },
    });
    const bad = { ...rule, operator: { name: 'rx', pattern: '(' } };
    expect((await admin('POST', '/admin/rules/dry-run', { rules: [bad] })).status).toBe(422);
    const untrue = { ...rule, examples: { match: [{ path: '/?q=horse' }], noMatch: [] } };
    const refused = await admin('POST', '/admin/rules/dry-run', { rules: [untrue] });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ problems: [{ path: 'rules.0.examples.match.0' }] });
    expect((await admin('POST', '/admin/rules/dry-run', { rules: [] })).status).toBe(422);
  });

  it('is found by the id that the visitor was shown', async () => {
    const found = await (await admin('GET', `/admin/events?id=${told?.id}`)).json();
    expect(found).toMatchObject({ events: [{ id: told?.id }] });
    expect(await (await admin('GET', '/admin/events?id=none')).json()).toEqual({ events: [] });
  });
});
