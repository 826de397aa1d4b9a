import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, test, vi } from 'vitest';
import type { Evidence, ReputationRpc, ThreatReport } from '../../../src/actors/contracts.ts';
import { isWatched, parseWatchlist } from '../../../src/edge/reputation/watchlist.ts';
import { SINGLETON } from '../../../src/env.ts';
import { registryOf, reputationOf, type Stub } from '../../support/workerd/stubs.ts';

const registry = registryOf(SINGLETON);
const SUBSCRIBER = '2001:db8:0:5::/64';
let unique = 0;
const offence = (count = 1): Evidence => ({
  category: 'sqli',
  weight: 1,
  count,
  at: Date.now(),
  why: `sqli-001 in ARGS:q (${unique++})`,
});

/** Tables of the actor's own; the platform keeps one for an alarm. */
const tables = (actor: Stub<ReputationRpc>) =>
  runInDurableObject(
    actor,
    (_, state) =>
      state.storage.sql.exec(`SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'`).toArray()
        .length,
  );

/** Makes everything the actor remembers as old as `ageMs`, and its jobs due. */
async function age(actor: Stub<ReputationRpc>, ageMs: number): Promise<void> {
  await runInDurableObject(actor, async (_, { storage }) => {
    const row = storage.sql.exec<{ body: string }>(`SELECT body FROM memory`).one();
    const memory = JSON.parse(row.body);
    const older = { ...memory, at: memory.at - ageMs, blockedUntil: Math.max(0, memory.blockedUntil - ageMs) };
    storage.sql.exec(`UPDATE memory SET body = ?`, JSON.stringify(older));
    storage.sql.exec(`UPDATE jobs SET at = 0`);
    await storage.setAlarm(Date.now() + 60_000);
  });
  await evictDurableObject(actor);
}

const blocksOf = async (range: string) => (await registry.blocklist()).filter((entry) => entry.range === range);

async function watches(client: string): Promise<boolean> {
  const { watchlist } = (await registry.head()).hashes;
  const body = watchlist === undefined ? null : await registry.body(watchlist);
  const parsed = body === null ? null : parseWatchlist(JSON.parse(body));
  return parsed?.ok === true && isWatched(parsed.value, client);
}

test('a client without evidence costs no database', async () => {
  const actor = reputationOf('192.0.2.1');
  expect(await actor.look()).toEqual({
    client: '192.0.2.1',
    score: 0,
    categories: {},
    firstSeen: null,
    lastSeen: null,
    blockedUntil: null,
    why: [],
    seq: 0,
  });
  await actor.report([]);
  await actor.forget();
  expect(await tables(actor)).toBe(0);
});

test('evidence is remembered through an eviction, announced, and counted once when it comes twice', async () => {
  const actor = reputationOf('192.0.2.2');
  const report = [offence()];
  const { score } = await actor.report(report);
  expect(score).toBeCloseTo(1 - Math.exp(-1 / 2.5), 3);
  await evictDurableObject(actor);
  expect((await actor.report(report)).score).toBeCloseTo(score, 3);
  const state = await actor.look();
  expect(state.why.map((why) => why.why)).toEqual([report[0]?.why]);
  await vi.waitFor(async () => expect(await watches('192.0.2.2')).toBe(true), 10_000);
});

test('past the threshold it asks the registry for a timed block, once, and a longer one the next time', async () => {
  const actor = reputationOf(SUBSCRIBER);
  await actor.report([offence(8)]);
  expect((await actor.look()).blockedUntil).toBeNull();
  await Promise.all([actor.report([offence(8)]), actor.report([offence(8)]), actor.report([offence(8)])]);
  const [entry] = await blocksOf(SUBSCRIBER);
  expect(await blocksOf(SUBSCRIBER)).toHaveLength(1);
  expect(entry).toMatchObject({ source: 'reputation' });
  expect(entry?.reason).toContain('sqli-001');
  const { blockedUntil } = await actor.look();
  expect(Math.abs((blockedUntil ?? 0) - Date.now() - 600_000)).toBeLessThan(30_000);

  await age(actor, 600_000);
  expect((await actor.look()).blockedUntil).toBeNull();
  await actor.report([offence(8)]);
  expect(Math.abs(((await actor.look()).blockedUntil ?? 0) - Date.now() - 1_200_000)).toBeLessThan(30_000);

  await actor.forget();
  expect(await blocksOf(SUBSCRIBER)).toEqual([]);
  expect((await actor.look()).score).toBe(0);
});

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

const down = () => Promise.reject(new Error('the collector is down'));

/** The actor with a collector that does as `report` does, until it is evicted. */
const withCollector = (actor: Stub<ReputationRpc>, report: (reports: readonly ThreatReport[]) => Promise<void>) =>
  runInDurableObject(actor, (instance) => {
    const own = instance as unknown as { env: object };
    own.env = { ...own.env, INTELLIGENCE_COLLECTOR: { report } };
  });
const jobsOf = (actor: Stub<ReputationRpc>) =>
  runInDurableObject(actor, (_, { storage }) =>
    storage.sql
      .exec<{ name: string }>(`SELECT name FROM jobs`)
      .toArray()
      .map(({ name }) => name),
  );

test('with a block it tells the collector what it saw, without secrets; a collector that is down costs no block', async () => {
  const ip = '192.0.2.44';
  const actor = reputationOf(ip);
  const told: ThreatReport[] = [];
  let isDown = true;
  await withCollector(actor, (reports) => {
    if (isDown) return down();
    told.push(...reports);
    return Promise.resolve();
  });
  await actor.report([offence(8)]);
  expect(await jobsOf(actor)).not.toContain('accuse');
  await actor.report([{ ...offence(8), why: `sqli-001 in ARGS:${JWT}` }]);
  expect(await blocksOf(ip)).toHaveLength(1);
  // The alarm rings by itself, and fails.
  await vi.waitFor(async () => {
    const tries = await runInDurableObject(actor, (_, { storage }) =>
      storage.sql.exec<{ tries: number }>(`SELECT tries FROM jobs WHERE name = 'accuse'`).one(),
    );
    expect(tries.tries).toBeGreaterThan(0);
  }, 10_000);
  expect((await actor.look()).blockedUntil).not.toBeNull();
  isDown = false;
  await vi.waitFor(() => expect(told).toHaveLength(1), 10_000);
  expect(told[0]).toMatchObject({ client: ip });
  expect(told[0]?.confidence).toBeGreaterThan(0.93);
  expect(told[0]?.confidence).toBeLessThanOrEqual(1);
  expect(told[0]?.why).toContain('mostly sqli');
  expect(told[0]?.why).not.toContain(JWT.slice(0, 20));
  expect(Math.abs((told[0]?.at ?? 0) - Date.now())).toBeLessThan(60_000);
  // Once for each block, however much more comes.
  await actor.report([offence(8)]);
  await vi.waitFor(async () => expect(await jobsOf(actor)).not.toContain('accuse'), 5000);
  expect(told).toHaveLength(1);
  expect(await blocksOf(ip)).toHaveLength(1);
});

test('what it saw outlives an eviction until the block is over, and a pardon ends it', async () => {
  const [late, pardoned] = [reputationOf('192.0.2.45'), reputationOf('192.0.2.46')];
  for (const actor of [late, pardoned]) {
    await withCollector(actor, down);
    await actor.report([offence(8)]);
    await actor.report([offence(8)]);
    expect(await jobsOf(actor)).toContain('accuse');
  }
  await pardoned.forget();
  expect(await tables(pardoned)).toBe(0);
  // Ten minutes on, nobody need hear of it: the job is done, and the collector not called.
  await age(late, 601_000);
  const told: ThreatReport[] = [];
  await withCollector(late, (reports) => {
    told.push(...reports);
    return Promise.resolve();
  });
  await runDurableObjectAlarm(late);
  expect(await jobsOf(late)).not.toContain('accuse');
  expect(told).toEqual([]);
});

test('when all has faded it leaves the watchlist and deletes itself; ringing again is harmless', async () => {
  const actor = reputationOf('192.0.2.3');
  await actor.report([offence()]);
  await vi.waitFor(async () => expect(await watches('192.0.2.3')).toBe(true), 10_000);

  // Half faded: the alarm puts the matter off.
  await age(actor, 60_000);
  await runDurableObjectAlarm(actor);
  expect((await actor.look()).score).toBeGreaterThan(0);
  expect(await runInDurableObject(actor, (_, state) => state.storage.getAlarm())).toBeGreaterThan(Date.now());

  await age(actor, 20 * 3_600_000);
  await runDurableObjectAlarm(actor);
  expect(await tables(actor)).toBe(0);
  expect(await runInDurableObject(actor, (_, state) => state.storage.getAlarm())).toBeNull();
  expect(await runDurableObjectAlarm(actor)).toBe(false);
  await runInDurableObject(actor, (_, state) => state.storage.setAlarm(Date.now() + 60_000));
  expect(await runDurableObjectAlarm(actor)).toBe(true);
  expect(await tables(actor)).toBe(0);
  await vi.waitFor(async () => expect(await watches('192.0.2.3')).toBe(false), 15_000);

  // And can begin anew.
  expect((await actor.report([offence()])).score).toBeGreaterThan(0.3);
});

test('a key that names nobody is never remembered', async () => {
  for (const key of ['unknown', 'worker']) {
    const actor = reputationOf(key);
    expect((await actor.report([offence(8)])).score).toBe(0);
    expect(await tables(actor)).toBe(0);
  }
});
