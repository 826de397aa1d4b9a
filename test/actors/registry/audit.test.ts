import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, test } from 'vitest';
import core from '../../../rules/owasp-core.json' with { type: 'json' };
import type { AuditNote } from '../../../src/actors/contracts.ts';
import { registryOf } from '../../support/workerd/stubs.ts';

let names = 0;
const fresh = () => registryOf(`audit-${names++}`);
type Registry = ReturnType<typeof registryOf>;

const T = 1_700_000_000_000;
const note = (n: number, over: Partial<AuditNote> = {}): AuditNote => ({
  id: `request-${n}`,
  at: T + n,
  who: 'bootstrap',
  name: '',
  via: 'key',
  client: '192.0.2.1',
  operation: 'block',
  target: `target ${n}`,
  before: null,
  after: { n },
  outcome: 'done',
  ...over,
});
const notes = (count: number, from = 1) => Array.from({ length: count }, (_, i) => note(from + i));

const spoil = (registry: Registry, sql: string, ...bindings: (string | number)[]) =>
  runInDurableObject(registry, (_, { storage }) => {
    storage.sql.exec(sql, ...bindings);
  });

test('a log that is asked and has nothing is whole', async () => {
  const registry = fresh();
  expect(await registry.audit(10)).toEqual([]);
  const start = { n: 0, hash: '0'.repeat(64) };
  expect(await registry.verifyAudit()).toEqual({ ok: true, broken: null, entries: 0, anchor: start, head: start });
});

test('entries are numbered and chained, told newest first in pages, and an eviction breaks nothing', async () => {
  const registry = fresh();
  await registry.record(notes(3));
  await evictDurableObject(registry);
  await Promise.all([registry.record([note(4)]), registry.record([note(5)]), registry.record([note(6)])]);
  const all = await registry.audit(100);
  expect(all.map((entry) => entry.n)).toEqual([6, 5, 4, 3, 2, 1]);
  for (const [at, entry] of all.entries()) expect(entry.previous).toBe(all[at + 1]?.hash ?? '0'.repeat(64));
  expect(all[5]).toMatchObject(note(1));
  expect((await registry.audit(2, 5)).map((entry) => entry.n)).toEqual([4, 3]);
  // A page's oldest names the hash of one that is not on it.
  expect((await registry.audit(2, 5))[1]?.previous).toBe(all[4]?.hash);
  expect(await registry.verifyAudit()).toMatchObject({ ok: true, entries: 6, head: { n: 6, hash: all[0]?.hash } });
});

test('a note that is sent twice, since its answer was lost, is one entry', async () => {
  const registry = fresh();
  await Promise.all([registry.record(notes(2)), registry.record(notes(3))]);
  expect((await registry.audit(10)).map((entry) => entry.target)).toEqual(['target 3', 'target 2', 'target 1']);
});

test.each<[string, string, number]>([
  ['altered', `UPDATE audit SET who = 'nobody' WHERE n = 4`, 4],
  ['altered in what it says of before', `UPDATE audit SET before = '{}' WHERE n = 4`, 4],
  ['deleted', `DELETE FROM audit WHERE n = 4`, 4],
  ['deleted at the beginning', `DELETE FROM audit WHERE n = 1`, 1],
  ['deleted at the end', `DELETE FROM audit WHERE n = 7`, 7],
  [
    'put in before the first',
    `INSERT INTO audit SELECT 0, 'x', at, who, name, via, client, operation, target, before, after, outcome, hash FROM audit WHERE n = 1`,
    1,
  ],
  [
    'put in after the last',
    `INSERT INTO audit SELECT 8, 'x', at, who, name, via, client, operation, target, before, after, outcome, hash FROM audit WHERE n = 7`,
    8,
  ],
])('verifying finds an entry that was %s', async (_, sql, broken) => {
  const registry = fresh();
  await registry.record(notes(7));
  await spoil(registry, sql);
  expect(await registry.verifyAudit()).toMatchObject({ ok: false, broken });
  // It goes on being found however much is done afterwards.
  if (broken !== 8) {
    await registry.record([note(8)]);
    expect(await registry.verifyAudit()).toMatchObject({ ok: false, broken });
  }
});

test('refusals and sign-ins have a bounded share, counted over evictions; what was done is always kept', async () => {
  const registry = fresh();
  const minor = (n: number) => note(n, n % 2 === 0 ? { outcome: 'refused' } : { operation: 'signIn' });
  await registry.record(Array.from({ length: 50 }, (_, i) => minor(i)));
  await evictDurableObject(registry);
  await registry.record(Array.from({ length: 50 }, (_, i) => minor(100 + i)));
  expect(await registry.audit(500)).toHaveLength(60);
  await registry.record(notes(5, 1000));
  expect(await registry.audit(500)).toHaveLength(65);
  await registry.record([note(5000, { outcome: 'refused', at: T + 3_700_000 })]);
  expect(await registry.audit(500)).toHaveLength(66);
});

test('wrong keys have a share of their own, so that guessing keeps no sign-in out', async () => {
  const registry = fresh();
  const guess = (n: number) => note(n, { who: 'unknown', operation: 'signIn', outcome: 'refused' });
  await registry.record(Array.from({ length: 50 }, (_, i) => guess(i)));
  await evictDurableObject(registry);
  await registry.record(Array.from({ length: 50 }, (_, i) => guess(100 + i)));
  expect(await registry.audit(500)).toHaveLength(60);
  await registry.record([note(1000, { operation: 'signIn' })]);
  expect(await registry.audit(500)).toHaveLength(61);
});

test(
  'ten thousand are kept, and the chain is whole from the last that was dropped on',
  { timeout: 120_000 },
  async () => {
    const registry = fresh();
    const first = notes(500);
    await registry.record(first);
    const [early] = await registry.audit(1, 101);
    for (let from = 501; from <= 10_050; from += 500) await registry.record(notes(Math.min(500, 10_051 - from), from));
    const count = () =>
      runInDurableObject(registry, (_, { storage }) => storage.sql.exec(`SELECT COUNT(*) AS n FROM audit`).one());
    expect(await count()).toEqual({ n: 10_050 });
    expect(await registry.verifyAudit()).toMatchObject({ ok: true, entries: 10_050, anchor: { n: 0 } });
    await registry.record(notes(60, 10_051));
    expect(await count()).toEqual({ n: 10_010 });
    expect(await registry.verifyAudit()).toMatchObject({
      ok: true,
      entries: 10_010,
      anchor: { n: 100, hash: early?.hash },
      head: { n: 10_110 },
    });
    await evictDurableObject(registry);
    const oldest = await registry.audit(5, 103);
    expect(oldest.map((entry) => entry.n)).toEqual([102, 101]);
    expect(oldest[1]?.previous).toBe(early?.hash);
    await spoil(registry, `UPDATE audit_marks SET hash = ? WHERE name = 'anchor'`, 'f'.repeat(64));
    expect(await registry.verifyAudit()).toMatchObject({ ok: false, broken: 101 });
  },
);

test('what was put into force by KV is noted without a call', async () => {
  const registry = fresh();
  await registry.head();
  await env.WAF_RULES.put('owasp-core', JSON.stringify({ ...core, version: 'from kv', rules: core.rules.slice(0, 1) }));
  // Twice: the second finds nothing new.
  for (let times = 0; times < 2; times += 1) {
    await runInDurableObject(registry, async (_, { storage }) => {
      storage.sql.exec(`UPDATE jobs SET at = 0`);
      await storage.setAlarm(Date.now() + 60_000);
    });
    await runDurableObjectAlarm(registry);
  }
  const { hashes } = await registry.head();
  expect(await registry.audit(10)).toMatchObject([
    {
      who: 'kv',
      via: 'shield',
      operation: 'release',
      target: 'ruleset owasp-core',
      before: { hash: 'bundled' },
      after: { hash: hashes.ruleset, note: 'KV key owasp-core' },
    },
  ]);
});
