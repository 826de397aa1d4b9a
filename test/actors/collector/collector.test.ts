import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, test, vi } from 'vitest';
import type { IntelligenceRpc, SourceSettings } from '../../../src/actors/contracts.ts';
import { faultFeed, requestsFor, setFeed } from '../../support/workerd/feeds.ts';
import { collectorOf, type Stub } from '../../support/workerd/stubs.ts';

let collectors = 0;

/** A collector of its own with one feed of its own, at an address that nobody else uses. */
async function start(body: string, settings: Partial<SourceSettings> = {}) {
  const name = `collector-${collectors++}`;
  const collector = collectorOf(name);
  const address = `${name}.feeds.example/list.txt`;
  await setFeed(address, body);
  const added = await collector.addSource({ ...CUSTOM, url: `https://${address}`, ...settings });
  if (!added.ok) expect.fail(JSON.stringify(added.problems));
  const collect = async (accept = false) => sourceOf(await collector.collect(['custom'], accept));
  return { name, collector, address, collect };
}

const CUSTOM: SourceSettings = {
  id: 'custom',
  name: 'Custom',
  url: '',
  format: 'plain',
  role: 'threat',
  family: 'custom',
  weight: 0.9,
  intervalSeconds: 3600,
  lifetimeSeconds: 86_400,
  licence: 'ours',
  enabled: true,
  emptyOk: false,
};

type Status = Awaited<ReturnType<IntelligenceRpc['status']>>;
const sourceOf = (status: Status) => status.sources.find(({ id }) => id === 'custom') ?? expect.fail('no source');

const rows = (count: number) => Array.from({ length: count }, (_, i) => `45.1.${i >> 8}.${i & 255}`).join('\n');

/** Rows written since the database began, as SQLite counts them. */
const written = (collector: Stub<IntelligenceRpc>) =>
  runInDurableObject(
    collector,
    (_, { storage }) => storage.sql.exec<{ n: number }>(`SELECT total_changes() AS n`).one().n,
  );

const makeDue = (collector: Stub<IntelligenceRpc>) =>
  runInDurableObject(collector, async (_, { storage }) => {
    storage.sql.exec(`DELETE FROM jobs WHERE name <> 'fetch:custom'`);
    storage.sql.exec(`UPDATE jobs SET at = 0`);
    await storage.setAlarm(Date.now() + 60_000);
  });

test('a list of 120,000 addresses costs no more rows than a short one', async () => {
  // Spread as real ones are: a linear congruential generator over the public half of the space.
  let state = 1;
  const addresses = Array.from({ length: 120_000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return `${((state >>> 24) % 100) + 20}.${(state >>> 16) & 255}.${(state >>> 8) & 255}.${state & 255}`;
  });
  const { collector, address, collect } = await start(addresses.join('\n'));
  await collector.collect();
  const before = await written(collector);
  await setFeed(address, addresses.slice(1000).join('\n'));
  const source = await collect();
  expect(source.rows).toBeGreaterThan(115_000);
  expect((await written(collector)) - before).toBeLessThanOrEqual(6);
  expect((await collector.status()).threats).toBeGreaterThan(115_000);
});

/** The instance ends as it would by a fault: nothing gets to run to its end. */
const crash = (collector: Stub<IntelligenceRpc>) =>
  runInDurableObject(collector, (_, state) => state.abort('crash')).catch(() => undefined);

test('a feed is fetched, merged and survives an eviction under the same etag', async () => {
  const { collector, collect } = await start('45.1.2.3\n45.2.0.0/16 ; a network\n10.0.0.0/8\n');
  expect(await collect()).toMatchObject({ health: 'ok', rows: 3, problem: null });
  const before = await collector.status();
  expect(before).toMatchObject({ threats: 2, allowed: expect.any(Number) });
  const firstSeen = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  expect((await collector.threats({ limit: 10 })).threats).toEqual([
    { range: '45.1.2.3', score: 0.9, sources: ['custom'], firstSeen },
    { range: '45.2.0.0/16', score: 0.9, sources: ['custom'], firstSeen },
  ]);
  await evictDurableObject(collector);
  const after = await collector.status();
  expect(after.etag).toBe(before.etag);
  expect(await collector.table(before.etag)).toBeNull();
  const table = (await collector.table(null)) ?? expect.fail('no table');
  expect([...table.score]).toEqual([229, 229]);
  expect(await collector.lookup('45.2.7.7')).toMatchObject({
    score: 0.9,
    range: '45.2.0.0/16',
    allowed: null,
    sources: [{ id: 'custom', decay: 1, confidence: 1 }],
  });
  expect(await collector.lookup('10.1.2.3')).toMatchObject({ score: 0, allowed: { origin: 'bogon' } });
  expect(await collector.lookup('not an address')).toBeNull();
});

test('a list that did not change is not sent again, and costs few rows; a changed one costs hardly more', async () => {
  const { collector, address, collect } = await start(rows(5000));
  // The built-in sources have had their turn, and found nothing.
  await collector.collect();
  const before = await written(collector);
  expect(await collect()).toMatchObject({ health: 'ok', rows: 5000 });
  expect((await requestsFor(address)).map(({ status }) => status)).toEqual([200, 304]);
  const between = await written(collector);
  expect(between - before).toBeLessThanOrEqual(3);
  await setFeed(address, rows(5001));
  expect(await collect()).toMatchObject({ health: 'ok', rows: 5001 });
  expect((await written(collector)) - between).toBeLessThanOrEqual(6);
});

test('a fetch that an alarm starts twice is done once', async () => {
  const { collector, address } = await start(rows(30));
  await makeDue(collector);
  await runDurableObjectAlarm(collector);
  await makeDue(collector);
  await runDurableObjectAlarm(collector);
  await vi.waitFor(async () => expect(sourceOf(await collector.status())).toMatchObject({ health: 'ok', rows: 30 }));
  expect(await requestsFor(address)).toHaveLength(1);
  await runInDurableObject(collector, (_, { storage }) => storage.setAlarm(Date.now() + 60_000));
  await runDurableObjectAlarm(collector);
  expect(await requestsFor(address)).toHaveLength(1);
});

test('a fetch that dies with its instance is done again by the alarm', async () => {
  const { name, collector, address } = await start(rows(30));
  await faultFeed(address, { kind: 'timeout' }, 1);
  await makeDue(collector);
  await runDurableObjectAlarm(collector);
  await vi.waitFor(async () => expect(await requestsFor(address)).toHaveLength(1));
  await crash(collector);
  // A stub of an object that ended so is broken for good.
  const reborn = collectorOf(name);
  await makeDue(reborn);
  await runDurableObjectAlarm(reborn);
  await vi.waitFor(async () => expect(sourceOf(await reborn.status())).toMatchObject({ health: 'ok', rows: 30 }));
});

test.each(['html', 'empty', 'garbage', 'half'] as const)(
  '%s is not believed: the copy before stands, and an event tells',
  async (kind) => {
    const { collector, address, collect } = await start(`${rows(200)}\n`);
    await collect();
    if (kind === 'half') await setFeed(address, rows(90));
    else await faultFeed(address, { kind });
    expect(await collect()).toMatchObject({ health: 'suspect', rows: 200, problem: expect.any(String) });
    expect((await collector.threats({ limit: 1 })).total).toBe(200);
    const event = (await collector.status()).events.find(({ source }) => source === 'custom');
    expect(event?.message).toMatch(/^suspect: /);
    await faultFeed(address, null);
    await setFeed(address, rows(201));
    expect(await collect()).toMatchObject({ health: 'ok', rows: 201, problem: null });
    const recovery = (await collector.status()).events.find(({ source }) => source === 'custom');
    expect(recovery?.message).toBe('well again, 201 rows');
  },
);

test('an operator may vouch for a list that shrank; what is gone fades and is not forgotten at once', async () => {
  const { collector, address, collect } = await start(rows(200));
  await collect();
  await setFeed(address, rows(50));
  expect(await collect()).toMatchObject({ health: 'suspect' });
  expect(await collect(true)).toMatchObject({ health: 'ok', rows: 50 });
  expect((await collector.threats({ limit: 1 })).total).toBe(200);
  expect(await collector.lookup('45.1.0.199')).toMatchObject({
    score: expect.any(Number),
    sources: [{ id: 'custom' }],
  });
});

test('one failing source harms no other', async () => {
  const { collector, collect } = await start(rows(30));
  const broken = 'broken.feeds.example/list.txt';
  await setFeed(broken, rows(30));
  await faultFeed(broken, { kind: 'drop' });
  await collector.addSource({ ...CUSTOM, id: 'broken', url: `https://${broken}` });
  const status = await collector.collect(['broken', 'custom']);
  expect(status.sources.find(({ id }) => id === 'broken')).toMatchObject({ health: 'failing', rows: 0 });
  expect(sourceOf(status)).toMatchObject({ health: 'ok', rows: 30 });
  expect(status).toMatchObject({ state: 'degraded', threats: 30 });
  expect(await collect()).toMatchObject({ health: 'ok' });
});

test('first-hand evidence is a threat of its own, survives an eviction, and an allow-listed client is spared', async () => {
  const { collector } = await start(rows(30));
  const at = Date.now();
  await collector.report([
    { client: '45.9.9.9', confidence: 1, why: 'sqli-001 in ARGS:q', at },
    { client: '2600:1:2:3::/64', confidence: 0.9, why: 'scanner', at },
    { client: '203.0.113.9', confidence: 1, why: 'sqli-001', at },
    { client: 'unknown', confidence: 1, why: 'nobody', at },
  ]);
  expect((await collector.status()).firstHand).toBe(3);
  await evictDurableObject(collector);
  await runInDurableObject(collector, async (_, { storage }) => {
    storage.sql.exec(`UPDATE jobs SET at = CASE name WHEN 'evidence' THEN 0 ELSE at + 3600000 END`);
    await storage.setAlarm(Date.now() + 60_000);
  });
  await runDurableObjectAlarm(collector);
  const { threats } = await collector.threats({ limit: 10, source: 'shield' });
  expect(threats.map(({ range }) => range)).toEqual(['45.9.9.9', '2600:1:2:3::/64']);
  expect(threats[0]?.score).toBeGreaterThan(0.9);
  expect(await collector.lookup('203.0.113.9')).toMatchObject({ score: 0, allowed: { origin: 'bogon' } });
});

test('an operator spares an address at once, with a note, and takes it back', async () => {
  const { collector, collect } = await start('45.2.0.0/16\n');
  await collect();
  expect(await collector.allow('45.2.3.4', 'our office')).toEqual({
    ok: true,
    entry: { range: '45.2.3.4', note: 'our office', origin: 'operator' },
  });
  expect(await collector.lookup('45.2.3.4')).toMatchObject({ score: 0, allowed: { note: 'our office' } });
  expect(await collector.lookup('45.2.3.5')).toMatchObject({ score: 0.9 });
  expect((await collector.threats({ limit: 100 })).total).toBe(16);
  expect(await collector.allow('0.0.0.0/0', 'all')).toMatchObject({ ok: false });
  expect(await collector.disallow('10.0.0.0/8')).toMatchObject({ removed: false, problem: expect.any(String) });
  expect(await collector.disallow('45.2.3.4')).toEqual({ removed: true });
  expect((await collector.threats({ limit: 100 })).total).toBe(1);
});

test('sources are changed and removed without a deploy; built-in ones are turned off', async () => {
  const { collector, collect } = await start(rows(30));
  await collect();
  expect(await collector.changeSource('custom', { weight: 0.5 })).toMatchObject({ ok: true, source: { weight: 0.5 } });
  expect((await collector.threats({ limit: 1 })).threats[0]?.score).toBe(0.5);
  expect(await collector.changeSource('custom', { enabled: false })).toMatchObject({ source: { health: 'off' } });
  expect((await collector.status()).threats).toBe(0);
  expect(await collector.changeSource('custom', { url: 'https://127.0.0.1/x' })).toMatchObject({ ok: false });
  expect(await collector.changeSource('none', {})).toMatchObject({ ok: false });
  expect(await collector.removeSource('ipsum')).toMatchObject({ removed: false, problem: expect.any(String) });
  expect(await collector.changeSource('ipsum', { enabled: false })).toMatchObject({ source: { health: 'off' } });
  expect(await collector.removeSource('custom')).toEqual({ removed: true });
  await evictDurableObject(collector);
  const { sources } = await collector.status();
  expect(sources.some(({ id }) => id === 'custom')).toBe(false);
  expect(sources.find(({ id }) => id === 'ipsum')).toMatchObject({ health: 'off', nextAttempt: null });
  expect(await collector.addSource({ ...CUSTOM, id: 'ipsum', url: 'https://a.example/x' })).toMatchObject({
    ok: false,
  });
});
