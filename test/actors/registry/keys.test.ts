import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, test, vi } from 'vitest';
import type { ApiKey, KeyResult, NewApiKey } from '../../../src/actors/contracts.ts';
import { SINGLETON } from '../../../src/env.ts';
import { BusSocket } from '../../support/workerd/bus-socket.ts';
import { registryOf } from '../../support/workerd/stubs.ts';

let names = 0;
const fresh = () => registryOf(`keys-${names++}`);
const DAY = 86_400_000;

const asked = (n: number, over: Partial<NewApiKey> = {}): NewApiKey => ({
  id: n.toString(16).padStart(12, '0'),
  name: `key ${n}`,
  scopes: ['read'],
  hash: 'a'.repeat(64),
  expires: null,
  ...over,
});

function created(result: KeyResult): ApiKey {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.key;
}

test('a registry that was only asked for keys keeps none, and an eviction loses none', async () => {
  const registry = fresh();
  expect(await registry.keys()).toEqual([]);
  const key = created(
    await registry.createKey(asked(1, { scopes: ['read', 'rules:write'], expires: Date.now() + DAY })),
  );
  expect(key).toMatchObject({ scopes: ['read', 'rules:write'], used: null, revoked: null });
  expect(Math.abs(key.created - Date.now())).toBeLessThan(60_000);
  await evictDurableObject(registry);
  expect(await registry.keys()).toEqual([key]);
});

test('a key is revoked for good, and twice is once', async () => {
  const registry = fresh();
  created(await registry.createKey(asked(1)));
  const first = await registry.revokeKey(asked(1).id);
  expect(first).toMatchObject({ changed: true, key: { revoked: expect.any(Number) } });
  expect(await registry.revokeKey(asked(1).id)).toEqual({ ...first, changed: false });
  expect(await registry.revokeKey('0'.repeat(12))).toBeNull();
  await evictDurableObject(registry);
  expect((await registry.keys())[0]?.revoked).toBe(first?.key.revoked);
});

test('that it was used is written every ten minutes at most', async () => {
  const registry = fresh();
  const { id } = created(await registry.createKey(asked(1)));
  const now = Date.now();
  for (const [at, used] of [
    [now, now],
    [now + 599_999, now],
    [now + 600_000, now + 600_000],
    [now, now + 600_000],
  ] as const) {
    await registry.keyUsed(id, at);
    expect((await registry.keys())[0]?.used).toBe(used);
  }
  await registry.keyUsed('ffffffffffff', now);
  expect(await registry.keys()).toHaveLength(1);
});

test.each<[string, Partial<NewApiKey>]>([
  ['id', { id: 'short' }],
  ['hash', { hash: 'not a hash' }],
  ['name', { name: 'operator' }],
  ['name', { name: '' }],
  ['scopes', { scopes: [] }],
  ['scopes', { scopes: ['read', 'read'] }],
  ['scopes', { scopes: ['everything' as 'read'] }],
  ['expires', { expires: 1 }],
])('a key with a wrong %s is refused: %o', async (path, over) => {
  const registry = fresh();
  expect(await registry.createKey(asked(1, over))).toMatchObject({ ok: false, problems: [{ path }] });
  expect(await registry.keys()).toEqual([]);
});

test('two keys that work have no name in common, nor an id; one that is over leaves its name', async () => {
  const registry = fresh();
  created(await registry.createKey(asked(1, { name: 'ci' })));
  expect(await registry.createKey(asked(2, { name: 'CI' }))).toMatchObject({ ok: false, problems: [{ path: 'name' }] });
  await registry.revokeKey(asked(1).id);
  created(await registry.createKey(asked(2, { name: 'CI' })));
  expect(await registry.createKey(asked(1, { name: 'x' }))).toMatchObject({ ok: false, problems: [{ path: 'id' }] });
});

test('a hundred are kept: the one that has been over for longest makes room, one that works never', async () => {
  const registry = fresh();
  for (let n = 1; n <= 100; n += 1) created(await registry.createKey(asked(n)));
  expect(await registry.createKey(asked(101))).toMatchObject({ ok: false, problems: [{ path: '' }] });
  await registry.revokeKey(asked(7).id);
  // Ended before that one was revoked.
  await runInDurableObject(registry, (_, { storage }) => {
    storage.sql.exec(`UPDATE api_keys SET expires = 5 WHERE id = ?`, asked(9).id);
  });
  created(await registry.createKey(asked(101)));
  const ids = (await registry.keys()).map((key) => key.id);
  expect(ids).toHaveLength(100);
  expect(ids).not.toContain(asked(9).id);
  expect(ids).toContain(asked(7).id);
});

test('a registry of the version before keys takes them up', async () => {
  const registry = fresh();
  await registry.block({ ip: '192.0.2.1', reason: 'r', source: 'operator' });
  await runInDurableObject(registry, (_, { storage: { sql } }) => {
    for (const table of ['api_keys', 'audit', 'audit_marks']) sql.exec(`DROP TABLE ${table}`);
    sql.exec(`UPDATE schema_versions SET version = 2 WHERE component = 'actor'`);
  });
  await evictDurableObject(registry);
  created(await registry.createKey(asked(1)));
  expect(await registry.blocklist()).toHaveLength(1);
});

test('sockets of a revoked key are closed, also when the bus did not answer at first, and no others', async () => {
  const registry = fresh();
  const bus = env.THREAT_BUS.getByName(SINGLETON);
  const { id } = created(await registry.createKey(asked(1)));
  const mine = await BusSocket.open(bus, `?key=${id}`);
  const other = await BusSocket.open(bus, `?key=${asked(2).id}`);
  const bootstrap = await BusSocket.open(bus);
  await vi.waitFor(
    () => expect([mine, other, bootstrap].every((socket) => socket.hello() !== undefined)).toBe(true),
    5000,
  );
  await registry.revokeKey(id);
  // The alarm may ring by itself meanwhile.
  await runDurableObjectAlarm(registry);
  await vi.waitFor(() => expect(mine.closed).toMatchObject({ code: 1008 }), 5000);
  // Repeating the job harms nobody.
  await runInDurableObject(registry, async (_, { storage }) => {
    storage.sql.exec(`INSERT OR REPLACE INTO jobs VALUES (?, 0, 0)`, `revoked:${id}`);
    await storage.setAlarm(Date.now() + 60_000);
  });
  await runDurableObjectAlarm(registry);
  expect([other.closed, bootstrap.closed]).toEqual([null, null]);
});
