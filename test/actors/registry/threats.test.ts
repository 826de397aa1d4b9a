import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, test, vi } from 'vitest';
import type { RegistryRpc } from '../../../src/actors/contracts.ts';
import { type ListedThreat, threatRelease } from '../../support/node/threat-rows.ts';
import { registryOf, type Stub } from '../../support/workerd/stubs.ts';

let names = 0;
const fresh = () => registryOf(`threats-${names++}`);
const blocked = (...ranges: string[]) =>
  threatRelease(ranges.map((range): ListedThreat => ({ range, score: 240, tier: 'block' })));
const publish = (registry: Stub<RegistryRpc>, body: string, author = 'enforcement') =>
  registry.publish({ kind: 'threats', body, author });
const jobsOf = (registry: Stub<RegistryRpc>) =>
  runInDurableObject(registry, (_, { storage }) =>
    storage.sql
      .exec<{ name: string }>(`SELECT name FROM jobs`)
      .toArray()
      .map(({ name }) => name),
  );
const copyOf = (hash: string) => env.WAF_RULES.get(`release:${hash}`);
/** Runs the jobs with these names at once. */
async function ring(registry: Stub<RegistryRpc>, like: string): Promise<void> {
  await runInDurableObject(registry, async (_, { storage }) => {
    storage.sql.exec(`UPDATE jobs SET at = 0 WHERE name LIKE ?`, like);
    await storage.setAlarm(Date.now() + 60_000);
  });
  await runDurableObjectAlarm(registry);
}

test('a release of threats is told by tier and not by address, and only the last two are kept', async () => {
  const registry = fresh();
  const [first, second, third] = [blocked('192.0.2.1'), blocked('192.0.2.1', '192.0.2.2'), blocked()];
  const published = await publish(registry, first);
  expect(published).toMatchObject({
    ok: true,
    seq: 1,
    changes: { added: [], removed: [], altered: ['origin', 'block'] },
  });
  expect(await publish(registry, first)).toMatchObject({ changed: false, seq: 1 });
  expect(await publish(registry, second)).toMatchObject({ changes: { altered: ['block'] } });
  await evictDurableObject(registry);
  const { hashes } = await registry.head();
  expect(await registry.body(hashes.threats ?? '')).toBe(second);
  await publish(registry, third);
  expect(await registry.history('threats', 10)).toHaveLength(2);
  if (published.ok) expect(await registry.body(published.hash)).toBeNull();
});

test('nobody but the enforcement engine releases threats, and nobody rolls them back', async () => {
  const registry = fresh();
  for (const author of ['operator', 'kv', ''])
    expect(await publish(registry, blocked('192.0.2.1'), author)).toMatchObject({
      ok: false,
      problems: [{ path: 'kind' }],
    });
  await publish(registry, blocked('192.0.2.1'));
  await publish(registry, blocked('192.0.2.2'));
  expect(await registry.rollback(1, 'operator')).toMatchObject({ ok: false, problems: [{ path: 'seq' }] });
  expect((await registry.head()).seq).toBe(2);
});

test('what is no release of threats changes nothing', async () => {
  const registry = fresh();
  await publish(registry, blocked('192.0.2.1'));
  const bad = [
    ['{', ''],
    ['{}', 'at'],
    [blocked('192.0.2.1').replace('"block":1', '"block":3'), 'counts'],
    [' '.repeat(4 * 1024 * 1024 + 1), ''],
  ] as const;
  for (const [body, path] of bad) {
    const result = await publish(registry, body);
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toContain(path);
  }
  expect((await registry.head()).seq).toBe(1);
});

test('the engine gets through when people have used up their publishes', async () => {
  const registry = fresh();
  const tries = await Promise.all(
    Array.from({ length: 40 }, () => registry.publish({ kind: 'policy', body: '{', author: 'operator' })),
  );
  expect(tries.at(-1)).toMatchObject({ ok: false, problems: [{ message: expect.stringContaining('too many') }] });
  expect(await publish(registry, blocked('192.0.2.1'))).toMatchObject({ ok: true });
});

test('KV has a copy at once, for a day, and of releases in quick succession only the last', async () => {
  const registry = fresh();
  const hashes: string[] = [];
  for (const ip of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
    const result = await publish(registry, blocked(ip));
    if (result.ok) hashes.push(result.hash);
  }
  const [first = '', second = '', third = ''] = hashes;
  await vi.waitFor(async () => expect(await copyOf(first)).toBe(blocked('198.51.100.1')), 5000);
  const { keys } = await env.WAF_RULES.list({ prefix: `release:${first}` });
  const days = ((keys[0]?.expiration ?? 0) - Date.now() / 1000) / 86_400;
  expect(days).toBeGreaterThan(0.9);
  expect(days).toBeLessThan(1.1);
  expect(await copyOf(third)).toBeNull();
  await ring(registry, 'kv:%');
  expect(await copyOf(second)).toBeNull();
  expect(await copyOf(third)).toBe(blocked('198.51.100.3'));
  await ring(registry, 'threats-pace');
  const again = await publish(registry, blocked('198.51.100.4'));
  await vi.waitFor(async () => expect(again.ok && (await copyOf(again.hash))).toBe(blocked('198.51.100.4')), 5000);
});

test('it wakes the collector and the engine, once an hour, and can do without them', async () => {
  const registry = fresh();
  await registry.head();
  const calls: string[] = [];
  let fails = true;
  const wake = (name: string) => () => {
    calls.push(name);
    return fails ? Promise.reject(new Error('asleep')) : Promise.resolve();
  };
  await runInDurableObject(registry, (instance) => {
    const own = instance as unknown as { env: object };
    const ENFORCEMENT = { getByName: () => ({ wake: wake('engine') }) };
    own.env = { ...own.env, INTELLIGENCE_COLLECTOR: { wake: wake('collector') }, ENFORCEMENT };
  });
  await ring(registry, 'housekeeping');
  await vi.waitFor(() => expect(calls).toEqual(['collector', 'engine']), 5000);
  expect(await jobsOf(registry)).toEqual(['housekeeping', 'neighbours']);
  await ring(registry, 'housekeeping');
  expect(calls).toHaveLength(2);
  fails = false;
  await ring(registry, 'neighbours');
  await vi.waitFor(() => expect(calls).toHaveLength(4), 5000);
  expect(await registry.head()).toEqual({ seq: 0, hashes: {} });
});
