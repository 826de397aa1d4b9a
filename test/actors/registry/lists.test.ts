import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, test, vi } from 'vitest';
import core from '../../../rules/owasp-core.json' with { type: 'json' };
import type { BlockResult } from '../../../src/actors/contracts.ts';
import { isWatched, parseWatchlist, type Watchlist } from '../../../src/edge/reputation/watchlist.ts';
import { SINGLETON } from '../../../src/env.ts';
import { busOf, registryOf, type Stub } from '../../support/workerd/stubs.ts';
import type { RegistryRpc } from '../../../src/actors/contracts.ts';

let names = 0;
const fresh = () => registryOf(`lists-${names++}`);
const block = (ip: string, ttlSeconds?: number, source = 'operator') =>
  ttlSeconds === undefined ? { ip, reason: 'test', source } : { ip, reason: 'test', ttlSeconds, source };

/** Lets the object's clock jump: all its jobs are due now. */
async function ring(registry: Stub<RegistryRpc>): Promise<boolean> {
  await runInDurableObject(registry, async (_, state) => {
    state.storage.sql.exec(`UPDATE jobs SET at = 0`);
    await state.storage.setAlarm(Date.now() + 60_000);
  });
  return runDurableObjectAlarm(registry);
}

function entryOf(result: BlockResult) {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.entry;
}

async function watchlistOf(registry: Stub<RegistryRpc>): Promise<Watchlist | null> {
  const { watchlist } = (await registry.head()).hashes;
  const body = watchlist === undefined ? null : await registry.body(watchlist);
  const parsed = body === null ? null : parseWatchlist(JSON.parse(body));
  return parsed?.ok ? parsed.value : null;
}

/** What the dashboards were told of refused values. */
const refusals = async () =>
  (await busOf(SINGLETON).events({ limit: 100, outcome: 'error' })).filter((e) => e.reason.includes('model:mlp-v1'));

test('an operator’s block is released at once, canonical, and survives an eviction', async () => {
  const registry = fresh();
  const entry = entryOf(await registry.block(block('::ffff:192.0.2.77/120')));
  expect(entry).toMatchObject({ range: '192.0.2.0/24', reason: 'test', source: 'operator' });
  const { seq, hashes } = await registry.head();
  expect(seq).toBe(1);
  expect(JSON.parse((await registry.body(hashes.blocklist ?? '')) ?? '')).toEqual({ entries: [entry] });
  expect((await registry.history('blocklist', 1))[0]).toMatchObject({
    author: 'operator',
    note: 'block 192.0.2.0/24: test',
  });
  await evictDurableObject(registry);
  expect(await registry.blocklist()).toEqual([entry]);
  expect(await registry.unblock('192.0.2.9/24', 'operator')).toEqual({
    removed: true,
    seq: 2,
    before: expect.objectContaining({ range: '192.0.2.0/24', reason: 'test', source: 'operator' }),
  });
  expect(await registry.unblock('192.0.2.0/24', 'operator')).toEqual({ removed: false, seq: 2 });
  expect(await registry.blocklist()).toEqual([]);
});

test('what may not be blocked is refused with a reason', async () => {
  const registry = fresh();
  for (const ip of ['2a06:98c0:3600::103', '2a06:98c0::/29', '0.0.0.0/0', '2000::/8', 'nobody', '192.0.2.1/33']) {
    expect(await registry.block(block(ip))).toMatchObject({ ok: false, problems: [{ path: 'ip' }] });
  }
  for (const ttl of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(await registry.block(block('192.0.2.1', ttl))).toMatchObject({
      ok: false,
      problems: [{ path: 'ttl_seconds' }],
    });
  }
  expect(await registry.head()).toEqual({ seq: 0, hashes: {} });
});

test('a standing block is given another end or reason in its place, and what else it says stays', async () => {
  const registry = fresh();
  const made = entryOf(await registry.block({ ...block('192.0.2.1', 600, 'reputation'), reason: 'sqli' }));
  const longer = await registry.changeBlock('192.0.2.1/32', { ttlSeconds: null }, 'ops');
  // A person has looked at it: from now on it is no longer the machine's.
  const forever = { range: '192.0.2.1', reason: 'sqli', since: made.since, source: 'operator' };
  expect(longer).toMatchObject({ ok: true, changed: true, before: made, seq: 1 });
  expect(longer?.ok && longer.entry).toEqual(forever);
  expect((await registry.history('blocklist', 1))[0]).toMatchObject({
    author: 'ops',
    note: 'block 192.0.2.1 without end: sqli',
  });
  const shorter = await registry.changeBlock('192.0.2.1', { ttlSeconds: 60, reason: 'looked at' }, 'ops');
  expect(shorter).toMatchObject({ ok: true, before: forever, entry: { since: made.since, reason: 'looked at' } });
  await evictDurableObject(registry);
  const [entry] = await registry.blocklist();
  expect(entry?.until).toBeLessThanOrEqual(Date.now() + 60_000);
  expect(JSON.parse((await registry.body((await registry.head()).hashes.blocklist ?? '')) ?? '')).toEqual({
    entries: [entry],
  });
  expect(await registry.changeBlock('192.0.2.1', { reason: 'looked at' }, 'ops')).toMatchObject({
    changed: false,
    seq: 2,
  });
});

test('what is not on the blocklist, or no longer, cannot be changed, nor to an end that is none', async () => {
  const registry = fresh();
  expect(await registry.changeBlock('192.0.2.1', { ttlSeconds: 60 }, 'ops')).toBeNull();
  expect(await registry.changeBlock('nobody', { ttlSeconds: 60 }, 'ops')).toBeNull();
  await registry.block(block('192.0.2.1', 3600));
  for (const ttlSeconds of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(await registry.changeBlock('192.0.2.1', { ttlSeconds }, 'ops')).toMatchObject({
      ok: false,
      problems: [{ path: 'ttl_seconds' }],
    });
  }
  await runInDurableObject(registry, (_, state) => void state.storage.sql.exec(`UPDATE blocks SET until = 1`));
  expect(await registry.changeBlock('192.0.2.1', { ttlSeconds: 60 }, 'ops')).toBeNull();
  expect((await registry.head()).seq).toBe(1);
});

test('a timed block never shortens a longer one', async () => {
  const registry = fresh();
  const long = entryOf(await registry.block(block('192.0.2.1', 3600)));
  expect(entryOf(await registry.block(block('192.0.2.1', 60, 'reputation')))).toEqual(long);
  const forever = entryOf(await registry.block(block('192.0.2.1')));
  expect(forever.until).toBeUndefined();
  expect(entryOf(await registry.block(block('192.0.2.1', 7200)))).toEqual(forever);
  expect(await registry.blocklist()).toEqual([forever]);
});

test('a block that is over is not shown, and the alarm takes it off the list; ringing twice changes nothing more', async () => {
  const registry = fresh();
  await registry.block(block('192.0.2.1', 0.001));
  await registry.block(block('192.0.2.2', 3600));
  await vi.waitFor(async () => expect(await registry.blocklist()).toHaveLength(1), 5000);
  await ring(registry);
  await vi.waitFor(async () => {
    const body = await registry.body((await registry.head()).hashes.blocklist ?? '');
    expect(body).not.toContain('192.0.2.1"');
    expect(body).toContain('192.0.2.2"');
  }, 8000);
  const head = await registry.head();
  await ring(registry);
  await ring(registry);
  expect(await registry.head()).toEqual(head);
});

test('a published blocklist takes the place of the standing one, and a rollback brings the old one back', async () => {
  const registry = fresh();
  const first = entryOf(await registry.block(block('192.0.2.1')));
  const entries = [{ range: '198.51.100.0/24', reason: 'list', since: 1, source: 'operator' }];
  await registry.publish({ kind: 'blocklist', body: JSON.stringify({ entries }), author: 'operator' });
  expect(await registry.blocklist()).toEqual(entries);
  await registry.rollback(1, 'operator');
  expect(await registry.blocklist()).toEqual([first]);
});

test('announcements are folded into one watchlist release', async () => {
  const registry = fresh();
  const clients = Array.from({ length: 40 }, (_, i) => `192.0.2.${i}`);
  await Promise.all([...clients, '2001:db8::/64'].map((client) => registry.watch(client)));
  for (const client of ['unknown', 'worker', 'x', '192.0.2.300', '2001:db8::1', '']) await registry.watch(client);
  await vi.waitFor(async () => expect(await watchlistOf(registry)).not.toBeNull(), 10_000);
  const list = await watchlistOf(registry);
  expect(list?.hashes.length).toBe(41);
  for (const client of [...clients, '2001:db8::/64']) expect(list !== null && isWatched(list, client)).toBe(true);
  expect(await registry.history('watchlist', 10)).toHaveLength(1);
});

test('an announcement survives an eviction before its fold: the alarm makes the release', async () => {
  const registry = fresh();
  await registry.watch('192.0.2.1');
  await evictDurableObject(registry);
  expect(await watchlistOf(registry)).toBeNull();
  await ring(registry);
  const list = await watchlistOf(registry);
  expect(list !== null && isWatched(list, '192.0.2.1')).toBe(true);
  await registry.unwatch('192.0.2.1');
  await evictDurableObject(registry);
  await ring(registry);
  expect((await watchlistOf(registry))?.hashes.length).toBe(0);
});

test('the registry adopts what an operator puts into KV: good values once, bad ones never', async () => {
  const registry = fresh();
  // First contact starts the housekeeping.
  await registry.head();
  const alarm = await runInDurableObject(registry, (_, state) => state.storage.getAlarm());
  expect(alarm).toBeGreaterThan(Date.now());
  const good = JSON.stringify({ ...core, version: 'kv' });
  await env.WAF_RULES.put('owasp-core', good);
  await ring(registry);
  const { hashes } = await registry.head();
  expect(JSON.parse((await registry.body(hashes.ruleset ?? '')) ?? '')).toMatchObject(JSON.parse(good));
  expect((await registry.history('ruleset', 1))[0]).toMatchObject({ author: 'kv', note: 'KV key owasp-core' });

  // An operator's later release is not undone by the old value in KV.
  await registry.publish({ kind: 'ruleset', body: JSON.stringify({ ...core, version: 'own' }), author: 'operator' });
  const own = await registry.head();
  await ring(registry);
  expect(await registry.head()).toEqual(own);

  await env.WAF_RULES.put('model:mlp-v1', '{"name":"broken"}');
  await ring(registry);
  await vi.waitFor(async () => expect(await refusals()).toHaveLength(1), 5000);
  await ring(registry);
  await evictDurableObject(registry);
  await ring(registry);
  expect(await registry.head()).toEqual(own);
  expect(await refusals()).toHaveLength(1);
  expect((await refusals())[0]).toMatchObject({ kind: 'system', seq: own.seq });
});
