import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RateGuardian } from '../../src/actors/guardian/actor.ts';
import type { LeaseRequest } from '../../src/actors/contracts.ts';

type Guardian = DurableObjectStub<RateGuardian>;

const namespace = env.RATE_GUARDIAN as unknown as DurableObjectNamespace<RateGuardian>;

let shard = 0;
let guardian: Guardian;

// The guardian's timer and clock are the test's: nothing below waits, and a pending real timer would hold up evictions.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  guardian = namespace.getByName(`test:${shard++}`);
});

afterEach(() => {
  vi.useRealTimers();
});

const ask = (change: Partial<LeaseRequest> = {}): LeaseRequest => ({
  client: '192.0.2.1',
  limit: 10,
  windowMs: 60_000,
  tauMs: 2000,
  want: 1,
  durable: false,
  seq: 0,
  ...change,
});

/** Lets time pass inside the guardian, where its timer belongs. */
const pass = (ms: number) => runInDurableObject(guardian, () => vi.advanceTimersByTimeAsync(ms));

const sqlOf = <T>(read: (sql: SqlStorage) => T) => runInDurableObject(guardian, (_, state) => read(state.storage.sql));

const rowsIn = (table: string) => sqlOf((sql) => sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`).one().n);

const written = () => sqlOf((sql) => sql.exec<{ n: number }>(`SELECT total_changes() AS n`).one().n);

const alarmOf = () => runInDurableObject(guardian, (_, state) => state.storage.getAlarm());

describe('a lease', () => {
  test('is granted up to the limit, then refused until a debit has left the window', async () => {
    for (let i = 1; i <= 10; i++)
      expect(await guardian.lease(ask())).toMatchObject({ granted: 1, used: i, retryAfterMs: 0 });
    expect(await guardian.lease(ask())).toMatchObject({ granted: 0, used: 10, retryAfterMs: 62_000 });
    vi.setSystemTime(Date.now() + 62_000);
    expect(await guardian.lease(ask())).toMatchObject({ granted: 1, used: 1 });
  });

  test('carries the highest seq heard of, from whomever', async () => {
    expect((await guardian.lease(ask({ seq: 7 }))).seq).toBeGreaterThanOrEqual(7);
    expect((await guardian.lease(ask({ seq: 5 }))).seq).toBeGreaterThanOrEqual(7);
    await guardian.headChanged({ seq: 1009, hashes: {} });
    expect((await guardian.lease(ask({ seq: 8 }))).seq).toBe(1009);
  });

  test('is granted while the registry is down, and the guardian joins when it is back', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const joined: unknown[] = [];
    let down = true;
    await runInDurableObject(guardian, (instance) => {
      const registry = {
        join: (member: unknown) => {
          if (down) return Promise.reject(new Error('registry down'));
          joined.push(member);
          return Promise.resolve({ seq: 42, hashes: {} });
        },
      };
      Object.defineProperty(instance, 'env', { value: { REGISTRY: { getByName: () => registry } } });
    });
    expect(await guardian.lease(ask())).toMatchObject({ granted: 1, seq: 0 });
    await vi.waitFor(() => expect(log).toHaveBeenCalled());
    expect(String(log.mock.calls[0]?.[0])).toContain('registry down');
    down = false;
    await guardian.lease(ask());
    expect(joined).toEqual([]);
    vi.setSystemTime(Date.now() + 30_000);
    await guardian.lease(ask());
    await vi.waitFor(() => expect(joined).toEqual([{ kind: 'guardian', name: `test:${shard - 1}` }]));
    expect((await guardian.lease(ask())).seq).toBe(42);
  });

  test('that fails tells its caller an id and nothing else', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const failure = await runInDurableObject(guardian, (instance) =>
      (instance as RateGuardian).lease(null as unknown as LeaseRequest).catch((error: unknown) => String(error)),
    );
    expect(failure).toMatch(/^ActorFault: internal fault [0-9a-f-]{36}$/);
    expect(log).toHaveBeenCalledOnce();
    const line: unknown = JSON.parse(String(log.mock.calls[0]?.[0]));
    expect(line).toMatchObject({ level: 'error', actor: 'RateGuardian', during: 'lease' });
    expect(failure).toContain((line as { faultId: string }).faultId);
  });
});

describe('the memory of a guardian', () => {
  test('is written down within ten seconds and survives an eviction', async () => {
    for (let i = 0; i < 10; i++) await guardian.lease(ask());
    await pass(10_000);
    expect(await rowsIn('snapshot')).toBe(1);
    await evictDurableObject(guardian);
    expect(await guardian.lease(ask())).toMatchObject({ granted: 0, used: 10 });
    expect(await guardian.lease(ask({ client: '192.0.2.2' }))).toMatchObject({ granted: 1, used: 1 });
  });

  test('loses with an eviction no more than what came after the last snapshot', async () => {
    for (let i = 0; i < 6; i++) await guardian.lease(ask());
    await pass(10_000);
    for (let i = 0; i < 3; i++) await guardian.lease(ask());
    await evictDurableObject(guardian);
    expect(await guardian.lease(ask())).toMatchObject({ granted: 1, used: 7 });
  });

  test('loses nothing of a durable route', async () => {
    for (let i = 0; i < 10; i++) await guardian.lease(ask({ durable: true }));
    await evictDurableObject(guardian);
    expect(await guardian.lease(ask({ durable: true }))).toMatchObject({ granted: 0, used: 10 });
  });

  test('counts restored debits a second longer, for clocks that differ', async () => {
    await guardian.lease(ask({ limit: 1, durable: true }));
    await evictDurableObject(guardian);
    vi.setSystemTime(Date.now() + 62_999);
    expect((await guardian.lease(ask({ limit: 1 }))).granted).toBe(0);
    vi.setSystemTime(Date.now() + 1);
    expect((await guardian.lease(ask({ limit: 1 }))).granted).toBe(1);
  });

  test('starts from zero, and says so, when the snapshot is damaged', async () => {
    await guardian.lease(ask());
    await pass(10_000);
    await sqlOf((sql) => sql.exec(`UPDATE snapshot SET clients = 'x'`));
    await evictDurableObject(guardian);
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(await guardian.lease(ask())).toMatchObject({ granted: 1, used: 1 });
    expect(String(log.mock.calls[0]?.[0])).toContain('"during":"restore"');
  });

  test('costs a row in ten seconds, however many requests and clients come', async () => {
    await guardian.lease(ask({ limit: 1000 }));
    await pass(10_000);
    const before = await written();
    const alarm = await alarmOf();
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 200; i++) await guardian.lease(ask({ limit: 1000, client: `198.51.100.${i}`, want: 5 }));
      await pass(10_000);
    }
    expect(await written()).toBe(before + 5);
    expect(await alarmOf()).toBe(alarm);
    // Refusals are no news and cost nothing.
    for (let i = 0; i < 200; i++) await guardian.lease(ask({ limit: 1, client: '198.51.100.1' }));
    await pass(10_000);
    expect(await written()).toBe(before + 5);
  });
});

describe('an idle guardian', () => {
  test('ends with no rows, no alarm and no timer', async () => {
    await guardian.lease(ask());
    await guardian.lease(ask({ durable: true, client: '192.0.2.2' }));
    await pass(70_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(await runDurableObjectAlarm(guardian)).toBe(true);
    for (const table of ['snapshot', 'durable_logs', 'jobs']) expect(await rowsIn(table)).toBe(0);
    expect(await alarmOf()).toBeNull();
    expect(await runDurableObjectAlarm(guardian)).toBe(false);
  });

  test('that was evicted is woken by its alarm and cleans up the same', async () => {
    await guardian.lease(ask({ durable: true }));
    await evictDurableObject(guardian);
    vi.setSystemTime(Date.now() + 63_000);
    expect(await runDurableObjectAlarm(guardian)).toBe(true);
    expect(await rowsIn('durable_logs')).toBe(0);
    expect(await alarmOf()).toBeNull();
  });

  test('is one for which an alarm before its time, or twice, changes nothing', async () => {
    await guardian.lease(ask({ durable: true }));
    const due = await alarmOf();
    expect(await runDurableObjectAlarm(guardian)).toBe(true);
    expect(await runDurableObjectAlarm(guardian)).toBe(true);
    expect(await alarmOf()).toBe(due);
    expect(await rowsIn('durable_logs')).toBe(1);
    expect(await guardian.lease(ask({ durable: true }))).toMatchObject({ used: 2 });
  });

  test('never wrote anything if all it did was refuse or hear of a new head', async () => {
    await guardian.headChanged({ seq: 3, hashes: {} });
    const tables = await sqlOf((sql) => sql.exec(`SELECT name FROM sqlite_master`).toArray());
    expect(tables).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
