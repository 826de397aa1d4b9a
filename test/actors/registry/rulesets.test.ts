import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, test } from 'vitest';
import core from '../../../rules/owasp-core.json' with { type: 'json' };
import type { PublishResult } from '../../../src/actors/contracts.ts';
import { refuseRuleset } from '../../../src/actors/registry/ruleset-slots.ts';
import { registryOf } from '../../support/workerd/stubs.ts';

let names = 0;
const fresh = () => registryOf(`rulesets-${names++}`);
type Registry = ReturnType<typeof registryOf>;

const ruleset = (name: string, version = '1', rules: unknown = core.rules.slice(0, 2)) =>
  JSON.stringify({ name, version, rules });

function accepted(result: PublishResult): Extract<PublishResult, { ok: true }> {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

const publish = async (registry: Registry, body: string) =>
  accepted(await registry.publish({ kind: 'ruleset', body, author: 'operator' }));

async function ring(registry: Registry): Promise<void> {
  await runInDurableObject(registry, async (_, { storage }) => {
    storage.sql.exec(`UPDATE jobs SET at = 0`);
    await storage.setAlarm(Date.now() + 60_000);
  });
  await runDurableObjectAlarm(registry);
}

test('each ruleset is in force under its own name, and replaces only the one of that name', async () => {
  const registry = fresh();
  const crs = await publish(registry, ruleset('crs'));
  const own = await publish(registry, ruleset('shop.rules-1'));
  const coreRelease = await publish(registry, ruleset('owasp-core'));
  const newer = await publish(registry, ruleset('crs', '2'));
  expect(crs).toMatchObject({ ruleset: 'crs', changed: true });
  const head = {
    seq: 4,
    hashes: { ruleset: coreRelease.hash },
    rulesets: { crs: newer.hash, 'shop.rules-1': own.hash },
  };
  expect(await registry.head()).toEqual(head);
  await evictDurableObject(registry);
  expect(await registry.head()).toEqual(head);
  expect(await publish(registry, ruleset('crs', '2'))).toMatchObject({ seq: 4, changed: false });
});

test('what a ruleset would change is told against the one of its name, with what it holds', async () => {
  const registry = fresh();
  const [first, second, third] = core.rules;
  await publish(registry, ruleset('crs', '1', [first, second]));
  const body = ruleset('crs', '2', [
    { ...second, score: 1 },
    { ...third, paranoia: 3 },
  ]);
  const dry = accepted(await registry.publish({ kind: 'ruleset', body, author: 'a', dryRun: true }));
  expect(dry).toMatchObject({
    seq: 1,
    changed: true,
    ruleset: 'crs',
    changes: { added: [third?.id], removed: [first?.id], altered: [second?.id] },
    counts: { rules: 2, byParanoia: { 1: 1, 3: 1 } },
  });
  expect(Object.values(dry.counts?.byCategory ?? {}).reduce((sum, n) => sum + n, 0)).toBe(2);
  const unknown = accepted(
    await registry.publish({ kind: 'ruleset', body: ruleset('new'), author: 'a', dryRun: true }),
  );
  expect(unknown.changes).toEqual({ added: [first?.id, second?.id], removed: [], altered: [] });
});

test('a ruleset can be removed, and a rollback brings it back under its name', async () => {
  const registry = fresh();
  const crs = await publish(registry, ruleset('crs'));
  const coreRelease = await publish(registry, ruleset('owasp-core'));
  expect(await registry.removeRuleset('crs', 'operator')).toEqual({ removed: true, seq: 3, before: crs.hash });
  expect(await registry.head()).toEqual({ seq: 3, hashes: { ruleset: coreRelease.hash } });
  expect(await registry.removeRuleset('crs', 'operator')).toEqual({ removed: false, seq: 3 });
  expect(await registry.removeRuleset('owasp-core', 'operator')).toMatchObject({ removed: true, seq: 4 });
  await evictDurableObject(registry);
  expect(await registry.head()).toEqual({ seq: 4, hashes: {} });
  expect(await registry.rollback(3, 'operator')).toMatchObject({ ok: false, problems: [{ path: 'seq' }] });
  expect(accepted(await registry.rollback(1, 'operator'))).toMatchObject({ seq: 5, ruleset: 'crs', hash: crs.hash });
  expect(await registry.head()).toEqual({ seq: 5, hashes: {}, rulesets: { crs: crs.hash } });
  expect(await registry.history('ruleset', 2)).toMatchObject([
    { seq: 5, ruleset: 'crs', rolledBackFrom: 4 },
    { seq: 4, ruleset: 'owasp-core', hash: '' },
  ]);
});

test('a rollback goes back in one ruleset and leaves the others', async () => {
  const registry = fresh();
  const old = await publish(registry, ruleset('crs', '1'));
  await publish(registry, ruleset('crs', '2'));
  const own = await publish(registry, ruleset('own'));
  await registry.rollback(1, 'operator');
  expect((await registry.head()).rulesets).toEqual({ crs: old.hash, own: own.hash });
});

test('only so many are in force at once; what is removed makes room', async () => {
  const registry = fresh();
  for (const name of ['a', 'b', 'c', 'd']) await publish(registry, ruleset(name));
  const fifth = { kind: 'ruleset', body: ruleset('e'), author: 'operator' } as const;
  expect(await registry.publish(fifth)).toMatchObject({ ok: false, problems: [{ path: 'name' }] });
  await publish(registry, ruleset('d', '2'));
  await registry.removeRuleset('a', 'operator');
  accepted(await registry.publish(fifth));
});

test.each(['', '../x', 'a b', '__proto__', 'constructor', '.hidden', 'x'.repeat(65)])(
  'a ruleset named %j is refused',
  async (name) => {
    const registry = fresh();
    const result = await registry.publish({ kind: 'ruleset', body: ruleset(name), author: 'operator' });
    expect(result).toMatchObject({ ok: false });
    expect(await registry.head()).toEqual({ seq: 0, hashes: {} });
  },
);

test('releases made before rulesets had names are of owasp-core, whatever they call themselves', async () => {
  const registry = fresh();
  const { hash } = await publish(registry, ruleset('owasp-core'));
  // The tables as they were.
  await runInDurableObject(registry, (_, { storage: { sql } }) => {
    sql.exec(`ALTER TABLE releases DROP COLUMN ruleset`);
    for (const table of ['api_keys', 'audit', 'audit_marks']) sql.exec(`DROP TABLE ${table}`);
    sql.exec(`UPDATE schema_versions SET version = 1 WHERE component = 'actor'`);
  });
  await evictDurableObject(registry);
  expect(await registry.head()).toEqual({ seq: 1, hashes: { ruleset: hash } });
  await publish(registry, ruleset('own'));
  await publish(registry, ruleset('owasp-core', '2'));
  expect(accepted(await registry.rollback(1, 'operator'))).toMatchObject({ hash, ruleset: 'owasp-core' });
});

test('the history of removed rulesets is bounded, that of those in force is their own', async () => {
  const registry = fresh();
  await publish(registry, ruleset('kept'));
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await publish(registry, ruleset(name));
    await registry.removeRuleset(name, 'operator');
  }
  const history = await registry.history('ruleset', 100);
  expect(new Set(history.map((release) => release.ruleset))).toEqual(new Set(['kept', 'c', 'd', 'e', 'f']));
  const bodies = await runInDurableObject(registry, (_, { storage }) =>
    storage.sql.exec(`SELECT COUNT(DISTINCT hash) AS n FROM bodies`).one(),
  );
  expect(bodies).toEqual({ n: 5 });
});

test('KV takes a ruleset that was published once under the key of its name', async () => {
  const registry = fresh();
  await publish(registry, ruleset('crs'));
  await env.WAF_RULES.put('crs', ruleset('whatever', '9'));
  await ring(registry);
  const { rulesets } = await registry.head();
  expect(JSON.parse((await registry.body(rulesets?.['crs'] ?? '')) ?? '')).toMatchObject({ version: '9' });
  expect((await registry.history('ruleset', 1))[0]).toMatchObject({ ruleset: 'crs', author: 'kv', note: 'KV key crs' });
});

/** A ruleset of about `bytes`, spread over rules as those of a real one are: most of it is tags. */
function large(name: string, bytes: number): string {
  const [rule] = core.rules;
  const tags = Array.from({ length: 60 }, (_, i) => `attack/${String(i).padStart(3, '0')}/${'x'.repeat(116)}`);
  const one = { ...rule, operator: { name: 'streq', text: 'x' }, examples: { match: [], noMatch: [] }, tags };
  const count = Math.floor(bytes / (JSON.stringify(one).length + 10));
  const text = ruleset(
    name,
    '1',
    Array.from({ length: count }, (_, i) => ({ ...one, id: `rule-${String(i).padStart(4, '0')}` })),
  );
  // JSON may be followed by blanks: to the byte.
  return text + ' '.repeat(bytes - text.length);
}

const MIB = 1024 * 1024;

test('a ruleset of 8 MB is stored in rows that SQLite takes, survives an eviction, and is what its hash says', async () => {
  const registry = fresh();
  const { hash } = await publish(registry, large('crs', 8 * MIB));
  const rows = await runInDurableObject(registry, (_, { storage }) =>
    storage.sql.exec<{ n: number; most: number }>(`SELECT COUNT(*) AS n, MAX(LENGTH(bytes)) AS most FROM bodies`).one(),
  );
  expect(rows.n).toBeGreaterThanOrEqual(8);
  expect(rows.most).toBeLessThanOrEqual(MIB);
  await evictDurableObject(registry);
  const body = (await registry.body(hash)) ?? '';
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body)));
  expect([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(hash);
  expect((await registry.head()).rulesets).toEqual({ crs: hash });
  await expect
    .poll(async () => (await env.WAF_RULES.get(`release:${hash}`))?.length, { timeout: 5000 })
    .toBe(body.length);
});

test('one byte more is refused', async () => {
  const result = await fresh().publish({ kind: 'ruleset', body: large('crs', 8 * MIB + 1), author: 'operator' });
  expect(result.ok ? '' : result.problems[0]?.message).toContain('bytes');
});

test('rulesets that are too large, alone or together, are refused before an isolate has to hold them', () => {
  const inForce = new Map([
    ['crs', 6 * MIB],
    ['own', 2 * MIB],
  ]);
  expect(refuseRuleset('next', 10 * MIB, new Map())).toBeNull();
  expect(refuseRuleset('next', 10 * MIB + 1, new Map())?.message).toContain('together');
  expect(refuseRuleset('next', 2 * MIB, inForce)).toBeNull();
  expect(refuseRuleset('next', 3 * MIB, inForce)?.message).toContain('together');
  expect(refuseRuleset('crs', 8 * MIB, inForce)).toBeNull();
});

test('others are answered while a large ruleset is looked at', async () => {
  const registry = fresh();
  let done = false;
  const rules = Array.from({ length: 60 }, (_, i) => ({ ...core.rules[0], id: `rule-${i}` }));
  const publishing = publish(registry, ruleset('crs', '1', rules)).then(() => (done = true));
  for (let asked = 0; asked < 3; asked += 1) {
    expect((await registry.head()).seq).toBe(0);
    expect(done).toBe(false);
  }
  await publishing;
  expect((await registry.head()).seq).toBe(1);
});
