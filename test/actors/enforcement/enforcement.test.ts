import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultPolicy } from '../../../src/edge/default-policy.ts';
import type { EnforcementRpc } from '../../../src/actors/contracts.ts';
import { SINGLETON } from '../../../src/env.ts';
import { setFeed } from '../../support/workerd/feeds.ts';
import { outside } from '../../support/workerd/outside.ts';
import { busOf, enforcementOf, registryOf, type Stub } from '../../support/workerd/stubs.ts';

const IPSUM = 'raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt';
const OPERATOR = '203.0.113.50';
/** Each operation at Cloudflare is asked after two seconds later. */
vi.setConfig({ testTimeout: 60_000 });

let engines = 0;
let engine: Stub<EnforcementRpc>;
const restore: (() => unknown)[] = [];

/** `worst` addresses that are to be blocked and some that are to be noted. */
const ipsum = (worst: number) =>
  [
    ...Array.from({ length: worst }, (_, i) => `45.1.${i >> 8}.${i & 255}\t9`),
    ...Array.from({ length: 5 }, (_, i) => `46.1.0.${i}\t1`),
  ].join('\n');

beforeEach(async () => {
  engines += 1;
  await outside({ reset: true });
  engine = enforcementOf(`engine-${engines}`);
  await runInDurableObject(engine, (instance) => {
    const { env: own } = instance as unknown as { env: object };
    Object.assign(own, { FEED_ALLOW_HTTP: 'true' });
  });
  await setFeed(IPSUM, ipsum(40));
});

afterEach(async () => {
  for (const undo of restore.splice(0)) await undo();
  // A run that still waits for its operation would go on in the next test's account.
  await vi.waitFor(async () => {
    expect(['running', 'waiting']).not.toContain((await engine.status()).lastRun?.state);
  }, 15_000);
});

const down = () => Promise.reject(new Error('down'));

/** The collector answers nothing until the test is over. */
async function silenceCollector(): Promise<void> {
  const undo = await runInDurableObject(engine, (instance) => {
    const { env } = instance as unknown as { env: Record<string, unknown> };
    const { INTELLIGENCE_COLLECTOR } = env;
    Object.assign(env, {
      INTELLIGENCE_COLLECTOR: { table: down, status: down, collect: down, lookup: down, threats: down },
    });
    return () => void Object.assign(env, { INTELLIGENCE_COLLECTOR });
  });
  restore.push(undo);
}

/** Addresses in the account's list; what earlier tests had the collector learn fades and is in it too. */
const listed = async (name = 'threat_block') => (await outside()).lists[name] ?? [];
const toBlock = async () => (await engine.status()).edge.block;

/** Runs every job of the alarm at once. */
async function ring(times = 1): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await runInDurableObject(engine, async (_, { storage }) => {
      storage.sql.exec(`UPDATE jobs SET at = 0`);
      await storage.setAlarm(Date.now() + 60_000);
    });
    await runDurableObjectAlarm(engine);
  }
}

const jobs = () =>
  runInDurableObject(engine, (_, { storage }) =>
    storage.sql
      .exec<{ name: string }>(`SELECT name FROM jobs ORDER BY name`)
      .toArray()
      .map(({ name }) => name),
  );

const written = () =>
  runInDurableObject(
    engine,
    (_, { storage }) => storage.sql.exec<{ n: number }>(`SELECT total_changes() AS n`).one().n,
  );

test('an engine that was only asked knows nothing and stores nothing', async () => {
  expect(await engine.status()).toMatchObject({ state: 'DEGRADED', lastRun: null, nextRun: null, origin: 'none' });
  expect(await engine.plan()).toBeNull();
  expect(await engine.runs(10)).toEqual([]);
  const tables = await runInDurableObject(engine, (_, { storage }) =>
    storage.sql.exec(`SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'`).toArray(),
  );
  expect(tables).toEqual([]);
});

test('woken it plans a run; the alarm makes it, and plans the next', async () => {
  await engine.wake();
  expect(await jobs()).toEqual(['run']);
  await env.INTELLIGENCE_COLLECTOR.collect(['ipsum']);
  await ring();
  const { lastRun, nextRun } = await engine.status();
  expect(lastRun).toMatchObject({ trigger: 'alarm', origin: 'live' });
  expect(nextRun).toBeGreaterThan(Date.now() + 1_700_000);
  await vi.waitFor(async () => expect((await engine.status()).lastRun?.state).toBe('done'), 15_000);
  expect(await listed()).toHaveLength(await toBlock());
});

test('a cycle survives an eviction: what was judged, planned and listed', async () => {
  const { run, success } = await engine.enforce(OPERATOR);
  expect(run.problem).toBeNull();
  expect({ success, state: run.state, added: run.added }).toEqual({
    success: true,
    state: 'done',
    added: await toBlock(),
  });
  const before = await engine.status();
  const plan = await engine.plan();
  await evictDurableObject(engine);
  expect(await engine.status()).toEqual(before);
  expect(await engine.plan()).toEqual(plan);
  expect(await engine.check('45.1.0.7')).toMatchObject({
    tier: 'block',
    enforced: { edge: 'block', lists: [{ name: 'threat_block', range: '45.1.0.7' }] },
  });
  expect(await engine.check('nonsense')).toBeNull();
});

test('the same alarm twice writes nothing twice, and a run without news costs few rows', async () => {
  await engine.enforce(OPERATOR);
  await ring();
  const { calls } = await outside();
  const { hashes } = await registryOf(SINGLETON).head();
  const before = await written();
  await ring(2);
  expect((await written()) - before).toBeLessThan(40);
  expect((await outside()).calls).toEqual(calls);
  expect((await registryOf(SINGLETON).head()).hashes.threats).toBe(hashes.threats);
  expect(await engine.runs(2)).toMatchObject([
    { state: 'done', added: 0 },
    { state: 'done', added: 0 },
  ]);
});

test('with the collector down the last good threats stay in force, the lists too; back up they are live again', async () => {
  await engine.enforce(OPERATOR);
  await silenceCollector();
  const cached = await engine.enforce(OPERATOR);
  expect(cached.run).toMatchObject({ state: 'done', origin: 'cached', added: 0, removed: 0 });
  expect(await engine.status()).toMatchObject({ state: 'DEGRADED', origin: 'cached' });
  expect(await engine.testConnection()).toMatchObject({ success: false, received: 0 });
  expect(await engine.check('45.1.0.7')).toMatchObject({ tier: 'block', origin: 'cached' });
  expect(await listed()).toHaveLength(await toBlock());
  for (const undo of restore.splice(0)) undo();
  expect((await engine.enforce(OPERATOR)).run.origin).toBe('live');
});

test('with no threats from before, the emergency list is in force and status says so', async () => {
  await silenceCollector();
  const { run, message } = await engine.enforce(OPERATOR);
  expect(run).toMatchObject({ state: 'done', origin: 'emergency', added: 40 });
  expect(message).toMatch(/emergency/);
  const status = await engine.status();
  expect(status).toMatchObject({ state: 'DEGRADED', origin: 'emergency', edge: { block: 40 } });
  expect(status.reasons.join()).toMatch(/emergency list/);
  expect((await outside()).lists.threat_block).toContain('45.148.10.0/24');
});

test('a plan that is held is told once, and applied by an approval of that very plan alone', async () => {
  // So many that it pays to look for the ids of the items before they are taken out.
  await setFeed(IPSUM, ipsum(120));
  await engine.enforce(OPERATOR);
  const base = defaultPolicy({});
  const enforcement = { thresholds: { rate_limit: 0.4, challenge: 0.6, block: 0.95 }, hysteresis: 0, dwellSeconds: 0 };
  const published = await registryOf(SINGLETON).publish({
    kind: 'policy',
    body: JSON.stringify({ ...base, enforcement }),
    author: 'operator',
  });
  expect(published.ok).toBe(true);
  restore.push(() => registryOf(SINGLETON).publish({ kind: 'policy', body: JSON.stringify(base), author: 'operator' }));
  const { run } = await engine.enforce(OPERATOR);
  expect(run).toMatchObject({ state: 'held' });
  const { heldPlan } = await engine.status();
  expect(heldPlan).toBe(run.planHash);
  await ring();
  expect(await listed()).toHaveLength(120);
  expect(await engine.approve('0'.repeat(64), OPERATOR)).toMatchObject({ approved: false });
  expect(await engine.approve(heldPlan ?? '', OPERATOR)).toEqual({ approved: true });
  expect((await outside()).lists).toMatchObject({ threat_block: [], threat_challenge: { length: 120 } });
  expect(await engine.approve(heldPlan ?? '', OPERATOR)).toMatchObject({ approved: false });
  await vi.waitFor(async () => {
    const { received } = await outside();
    expect(received.filter(({ type }) => type === 'plan.held')).toHaveLength(1);
  }, 5000);
});

test('the kill switch empties list and edge and holds through evictions and alarms until it is off', async () => {
  await engine.enforce(OPERATOR);
  expect(await engine.killSwitch(true, OPERATOR)).toMatchObject({ state: 'STOPPED', killSwitch: true, origin: 'none' });
  expect(await listed(), (await outside()).calls.join('\n')).toEqual([]);
  await evictDurableObject(engine);
  await ring(2);
  expect(await listed(), (await outside()).calls.join('\n')).toEqual([]);
  expect(await engine.status()).toMatchObject({ killSwitch: true, edge: { block: 0 } });
  await engine.evidenceArrived();
  expect(await jobs()).not.toContain('evidence');
  expect(await engine.killSwitch(false, OPERATOR)).toMatchObject({ killSwitch: false, origin: 'live' });
  expect(await listed()).toHaveLength(await toBlock());
});

test('evidence brings a run soon, but never two within two minutes', async () => {
  await engine.evidenceArrived();
  expect(await jobs()).toEqual(['evidence']);
  await ring();
  expect(await engine.runs(5)).toMatchObject([{ trigger: 'evidence' }]);
  await engine.evidenceArrived();
  const at = await runInDurableObject(
    engine,
    (_, { storage }) => storage.sql.exec<{ at: number }>(`SELECT at FROM jobs WHERE name = 'evidence'`).one().at,
  );
  expect(at).toBeGreaterThan(Date.now() + 100_000);
});

test('webhooks wait in the queue while their receiver is away, through an eviction, and come under one id', async () => {
  await outside({ webhookStatus: 503 });
  const { run } = await engine.enforce(OPERATOR);
  await vi.waitFor(async () => expect((await outside()).received.length).toBeGreaterThan(0), 5000);
  await vi.waitFor(async () => {
    expect(await engine.status()).toMatchObject({ webhooks: { lastProblem: 'the receiver answered 503' } });
  }, 5000);
  await evictDurableObject(engine);
  await outside({ webhookStatus: 204 });
  await runInDurableObject(engine, async (instance, { storage }) => {
    Object.assign((instance as unknown as { env: object }).env, { FEED_ALLOW_HTTP: 'true' });
    storage.sql.exec(`UPDATE webhooks SET next = 0`);
    storage.sql.exec(`UPDATE jobs SET at = 0 WHERE name = 'webhooks'`);
    await storage.setAlarm(Date.now() + 60_000);
  });
  await runDurableObjectAlarm(engine);
  expect((await engine.status()).webhooks).toEqual({ queued: 0, lastProblem: null });
  const { received, refused } = await outside();
  expect(refused).toEqual([]);
  // Other engines' messages come too.
  const own = received.filter(({ type, data }) => type === 'threats.blocked' && data.run === run.id);
  expect(own[0]).toMatchObject({ status: 503, data: { count: await toBlock() } });
  expect(own.at(-1)).toMatchObject({ status: 204 });
  expect(new Set(own.map(({ id }) => id)).size).toBe(1);
});

test('what operators look for is in KV, and is written when it changes', async () => {
  await engine.enforce(OPERATOR);
  const stats = await env.ENFORCEMENT_DATA.get<Record<string, unknown>>('enforcement:stats', 'json');
  const { lists, edge } = await engine.status();
  expect(stats).toMatchObject({ mode: 'apply', origin: 'live', edge });
  const cached = await env.ENFORCEMENT_DATA.get<{ total: number; threats: unknown[] }>('cached_threats', 'json');
  expect(cached).toMatchObject({ total: edge.block + edge.log_only, origin: 'live' });
  expect(cached?.threats[0]).toMatchObject({ score: expect.any(Number), sources: ['ipsum'] });
  expect(await env.ENFORCEMENT_DATA.get('list_ids:block')).toBe(lists.find(({ tier }) => tier === 'block')?.id);
});

test('a KV that fails fails no run', async () => {
  await runInDurableObject(engine, (instance) => {
    const actor = instance as unknown as { env: object };
    actor.env = { ...actor.env, ENFORCEMENT_DATA: { put: down, delete: down } };
  });
  expect(await engine.enforce(OPERATOR)).toMatchObject({ success: true });
});

test('runs are kept, the last fifty; dashboards hear of what went wrong', async () => {
  await engine.enforce(OPERATOR);
  await silenceCollector();
  for (let i = 0; i < 55; i += 1) await ring();
  expect(await engine.runs(100)).toHaveLength(50);
  const events = await busOf(SINGLETON).events({ limit: 100 });
  expect(events.map(({ reason }) => reason)).toContain('enforcement: threats in force: cached');
});

test('seven evaluations by the live function pass', async () => {
  const results = await engine.testLogic();
  expect(results).toHaveLength(7);
  expect(results.every(({ passed }) => passed)).toBe(true);
});
