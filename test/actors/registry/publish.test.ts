import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, test, vi } from 'vitest';
import weights from '../../../model/weights.json' with { type: 'json' };
import core from '../../../rules/owasp-core.json' with { type: 'json' };
import { defaultPolicy } from '../../../src/edge/default-policy.ts';
import { parsePreparedRuleset } from '../../../src/edge/waf/prepared-ruleset.ts';
import type { PublishResult } from '../../../src/actors/contracts.ts';
import { busOf, guardianOf, registryOf } from '../../support/workerd/stubs.ts';

const refuse = () => Promise.reject(new Error('KV is down'));
let names = 0;
/** Runs every job of the alarm at once. */
async function ring(registry: ReturnType<typeof registryOf>): Promise<void> {
  await runInDurableObject(registry, async (_, { storage }) => {
    storage.sql.exec(`UPDATE jobs SET at = 0`);
    await storage.setAlarm(Date.now() + 60_000);
  });
  await runDurableObjectAlarm(registry);
}

const fresh = () => registryOf(`publish-${names++}`);
const ruleset = (version: string, rules: unknown = core.rules) => JSON.stringify({ ...core, version, rules });
const policy = (limit: number) => JSON.stringify(defaultPolicy({ RATE_LIMIT_MAX_REQUESTS: String(limit) }));

function accepted(result: PublishResult): Extract<PublishResult, { ok: true }> {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

test('a release is numbered, kept under its hash, remembered with its author, and copied to KV', async () => {
  const registry = fresh();
  expect(await registry.head()).toEqual({ seq: 0, hashes: {} });
  const body = ruleset('2.0.0');
  const { hash, seq, changed } = accepted(
    await registry.publish({ kind: 'ruleset', body, author: 'operator', note: 'n' }),
  );
  expect({ seq, changed }).toEqual({ seq: 1, changed: true });
  const stored = (await registry.body(hash)) ?? '';
  expect(JSON.parse(stored)).toEqual({ ...JSON.parse(body), prepared: expect.anything() });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(stored)));
  expect(hash).toBe([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  expect(await registry.head()).toEqual({ seq: 1, hashes: { ruleset: hash } });
  expect(await registry.body('0'.repeat(64))).toBeNull();
  expect(await registry.history(null, 10)).toMatchObject([
    { seq: 1, kind: 'ruleset', hash, author: 'operator', note: 'n', size: new TextEncoder().encode(stored).length },
  ]);
  await vi.waitFor(async () => expect(await env.WAF_RULES.get(`release:${hash}`)).toBe(stored), 5000);
});

test('a ruleset is prepared at the door, and what the sender put in the place of the preparation is not believed', async () => {
  const registry = fresh();
  const { hash } = accepted(await registry.publish({ kind: 'ruleset', body: ruleset('2'), author: 'a' }));
  const stored: unknown = JSON.parse((await registry.body(hash)) ?? '');
  expect(parsePreparedRuleset(stored)).toMatchObject({ ok: true });
  const forged = JSON.stringify({
    ...core,
    version: '2',
    prepared: { format: 1, rules: [], chains: [], literals: [] },
  });
  expect(await registry.publish({ kind: 'ruleset', body: forged, author: 'a' })).toMatchObject({
    hash,
    changed: false,
  });
  const indented = JSON.stringify({ ...core, version: '2' }, null, 2);
  expect(await registry.publish({ kind: 'ruleset', body: indented, author: 'a' })).toMatchObject({
    hash,
    changed: false,
  });
  expect(await registry.head()).toEqual({ seq: 1, hashes: { ruleset: hash } });
});

test('a ruleset that another version prepared is prepared anew, once', async () => {
  const registry = fresh();
  const { hash } = accepted(await registry.publish({ kind: 'ruleset', body: ruleset('3'), author: 'a' }));
  const old = new TextEncoder().encode(JSON.stringify({ ...core, version: '3', prepared: { format: 0 } }));
  await runInDurableObject(registry, (_, { storage }) => {
    storage.sql.exec(`UPDATE bodies SET hash = 'old', bytes = ?`, old);
    storage.sql.exec(`UPDATE releases SET hash = 'old'`);
  });
  await evictDurableObject(registry);
  expect(await registry.head()).toEqual({ seq: 1, hashes: { ruleset: 'old' } });
  await ring(registry);
  expect(await registry.head()).toEqual({ seq: 2, hashes: { ruleset: hash } });
  expect((await registry.history('ruleset', 1))[0]).toMatchObject({ author: 'registry' });
  await ring(registry);
  expect((await registry.head()).seq).toBe(2);
});

test('a model that was trained for another version gives way to the bundled one, once', async () => {
  const registry = fresh();
  const body = JSON.stringify({ ...weights, version: '9' });
  accepted(await registry.publish({ kind: 'model', body, author: 'a' }));
  const old = new TextEncoder().encode(JSON.stringify({ ...weights, features: ['one', 'other'] }));
  await runInDurableObject(registry, (_, { storage }) => {
    storage.sql.exec(`UPDATE bodies SET hash = 'old', bytes = ?`, old);
    storage.sql.exec(`UPDATE releases SET hash = 'old'`);
  });
  await evictDurableObject(registry);
  expect(await registry.head()).toEqual({ seq: 1, hashes: { model: 'old' } });
  await ring(registry);
  const { seq, hashes } = await registry.head();
  expect(seq).toBe(2);
  expect(JSON.parse((await registry.body(hashes.model ?? '')) ?? '')).toEqual(weights);
  expect((await registry.history('model', 1))[0]).toMatchObject({ author: 'registry' });
  await ring(registry);
  expect((await registry.head()).seq).toBe(2);
});

test('a KV that fails loses no publish: the alarm copies later', async () => {
  const registry = fresh();
  const whole = await runInDurableObject(registry, (instance) => {
    const actor = instance as unknown as { env: object };
    const { env } = actor;
    actor.env = { ...env, WAF_RULES: { get: refuse, put: refuse } };
    return () => (actor.env = env);
  });
  const { hash } = accepted(await registry.publish({ kind: 'policy', body: policy(42), author: 'a' }));
  expect((await registry.head()).hashes.policy).toBe(hash);
  const jobs = () =>
    runInDurableObject(registry, (_, { storage }) =>
      storage.sql.exec<{ name: string }>(`SELECT name FROM jobs WHERE name LIKE 'kv:%'`).toArray(),
    );
  await vi.waitFor(async () => expect(await jobs()).toEqual([{ name: `kv:${hash}` }]), 5000);
  expect(await env.WAF_RULES.get(`release:${hash}`)).toBeNull();
  await runInDurableObject(registry, async (_, { storage }) => {
    whole();
    storage.sql.exec(`UPDATE jobs SET at = 0 WHERE name LIKE 'kv:%'`);
    await storage.setAlarm(Date.now() + 60_000);
  });
  await runDurableObjectAlarm(registry);
  expect(await env.WAF_RULES.get(`release:${hash}`)).toBe(policy(42));
  expect(await jobs()).toEqual([]);
});

test('the same release again changes nothing, and a dry run stores nothing but says what it would change', async () => {
  const registry = fresh();
  const rules = [{ ...core.rules[0], score: 1 }, ...core.rules.slice(2), { ...core.rules[1], id: 'own-001' }];
  const body = ruleset('2.0.0', rules);
  const dry = accepted(await registry.publish({ kind: 'ruleset', body, author: 'a', dryRun: true }));
  expect(dry).toMatchObject({ seq: 0, changed: true });
  expect(dry.changes).toEqual({ added: ['own-001'], removed: [core.rules[1]?.id], altered: [core.rules[0]?.id] });
  expect(await registry.head()).toEqual({ seq: 0, hashes: {} });
  await registry.publish({ kind: 'ruleset', body, author: 'a' });
  const again = accepted(await registry.publish({ kind: 'ruleset', body, author: 'b' }));
  expect(again).toMatchObject({ seq: 1, changed: false, changes: { added: [], removed: [], altered: [] } });
  expect(await registry.history(null, 10)).toHaveLength(1);
});

test('a bad release changes nothing and says what is wrong', async () => {
  const registry = fresh();
  await registry.publish({ kind: 'policy', body: policy(50), author: 'a' });
  const before = await registry.head();
  const [rule] = core.rules;
  const bad = [
    ['ruleset', '{', ''],
    ['ruleset', '[]', 'rules'],
    ['ruleset', ruleset('1', [{ ...rule, score: 101 }]), 'rules.0.score'],
    ['ruleset', ruleset('1', [rule, rule]), 'rules.1.id'],
    ['ruleset', ruleset('1', [{ ...rule, operator: { name: 'streq', text: 'never' } }]), 'rules.0.examples.match.0'],
    ['ruleset', ruleset('1', [{ ...rule, operator: { name: 'rx', pattern: '(' } }]), 'rules.0.operator'],
    ['model', '{"name":"x"}', 'features'],
    ['policy', '{"routes":[]}', 'routes'],
    ['policy', ' '.repeat(1024 * 1024 + 1), ''],
    ['blocklist', '{"entries":[{"range":"0.0.0.0/0","reason":"","since":0,"source":"x"}]}', 'entries.0.range'],
    ['watchlist', '{"hashes":""}', 'kind'],
  ] as const;
  for (const [kind, body, path] of bad) {
    const result = await registry.publish({ kind, body, author: 'a' });
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toContain(path);
  }
  expect(await registry.head()).toEqual(before);
  expect(await registry.history(null, 10)).toHaveLength(1);
});

test('a rollback puts an old release in force under a new number', async () => {
  const registry = fresh();
  const first = accepted(await registry.publish({ kind: 'policy', body: policy(10), author: 'a' }));
  await registry.publish({ kind: 'policy', body: policy(20), author: 'a' });
  const back = accepted(await registry.rollback(1, 'operator'));
  expect(back).toMatchObject({ seq: 3, hash: first.hash, changed: true });
  expect((await registry.head()).hashes.policy).toBe(first.hash);
  expect((await registry.history('policy', 1))[0]).toMatchObject({ author: 'operator', rolledBackFrom: 2 });
  expect(await registry.rollback(99, 'operator')).toMatchObject({ ok: false, problems: [{ path: 'seq' }] });
});

test('publishes at the same time each get a number of their own, and the last is in force', async () => {
  const registry = fresh();
  const bodies = Array.from({ length: 8 }, (_, i) => policy(i + 1));
  const results = await Promise.all(bodies.map((body) => registry.publish({ kind: 'policy', body, author: 'a' })));
  const seqs = results.map((result) => accepted(result).seq);
  expect(seqs.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const last = results.map(accepted).find((result) => result.seq === 8);
  expect(await registry.head()).toEqual({ seq: 8, hashes: { policy: last?.hash } });
});

test('an eviction loses nothing, large bodies included', async () => {
  const registry = fresh();
  const filler = {
    ...core.rules[0],
    operator: { name: 'contains', text: 'é'.repeat(8000) },
    examples: { match: [], noMatch: [] },
  };
  const body = ruleset(
    'big',
    Array.from({ length: 200 }, (_, i) => ({ ...filler, id: `big-${i}` })),
  );
  expect(body.length).toBeGreaterThan(1.5 * 1024 * 1024);
  const { hash } = accepted(await registry.publish({ kind: 'ruleset', body, author: 'a' }));
  await registry.publish({ kind: 'policy', body: policy(7), author: 'a' });
  const head = await registry.head();
  const stored = await registry.body(hash);
  expect(stored?.length).toBeGreaterThan(body.length);
  await evictDurableObject(registry);
  expect(await registry.head()).toEqual(head);
  expect((await registry.body(hash)) === stored).toBe(true);
  expect(accepted(await registry.publish({ kind: 'policy', body: policy(8), author: 'a' })).seq).toBe(3);
});

test('the history is bounded, what is in force stays, and so many releases in a row are refused', async () => {
  const registry = fresh();
  const keep = accepted(await registry.publish({ kind: 'policy', body: policy(5), author: 'a' }));
  const first = accepted(await registry.publish({ kind: 'ruleset', body: ruleset('0', []), author: 'a' }));
  for (let i = 1; i <= 20; i += 1) {
    accepted(await registry.publish({ kind: 'ruleset', body: ruleset(String(i), []), author: 'a' }));
  }
  expect(await registry.history('ruleset', 100)).toHaveLength(20);
  expect(await registry.body(first.hash)).toBeNull();
  expect(await registry.body(keep.hash)).not.toBeNull();
  const more = await Promise.all(
    Array.from({ length: 12 }, (_, i) => registry.publish({ kind: 'policy', body: policy(100 + i), author: 'a' })),
  );
  expect(more.filter((result) => result.ok).length).toBeGreaterThanOrEqual(8);
  expect(more.filter((result) => !result.ok).length).toBeGreaterThan(0);
});

test('members hear of a new head; one that fails harms no other', async () => {
  const registry = fresh();
  const guardian = guardianOf(`deaf-${names}`);
  await runInDurableObject(guardian, (instance) => {
    Object.assign(instance, { headChanged: () => Promise.reject(new Error('deaf')) });
  });
  await registry.join({ kind: 'guardian', name: `deaf-${names}` });
  const bus = busOf(`heard-${names}`);
  await registry.join({ kind: 'bus', name: `heard-${names}` });
  const { seq } = accepted(await registry.publish({ kind: 'policy', body: policy(77), author: 'a' }));
  await vi.waitFor(async () => {
    const hint = await bus.publish({ events: [], outcomes: {}, routes: {}, countries: {}, seq: 0, at: 0 });
    expect(hint.seq).toBe(seq);
  }, 5000);
  const members = () =>
    runInDurableObject(registry, (_, state) => state.storage.sql.exec(`SELECT kind FROM members`).toArray());
  await vi.waitFor(async () => expect(await members()).toEqual([{ kind: 'bus' }]), 5000);
});
