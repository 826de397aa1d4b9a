import { env, runInDurableObject } from 'cloudflare:test';
import { expect, test } from 'vitest';
import { ALARM_MIGRATIONS, Alarms, type AlarmClock } from '../../src/actors/alarms.ts';
import { Database } from '../../src/actors/database.ts';

const namespace = env.RATE_GUARDIAN as unknown as DurableObjectNamespace;

/** Far ahead, so that the platform does not ring by itself while a test runs. */
const T0 = Date.now() + 3_600_000;

class Bench {
  readonly ran: string[] = [];
  readonly reported: string[] = [];
  /** What was written to the platform's alarm. */
  readonly armed: (number | null)[] = [];
  readonly db: Database;
  readonly #storage: DurableObjectStorage;
  alarms: Alarms;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.db = new Database(storage, { alarms: ALARM_MIGRATIONS });
    this.alarms = this.wake();
  }

  /** A new instance over the same storage, as after an eviction. */
  wake(): Alarms {
    const clock: AlarmClock = {
      getAlarm: () => this.#storage.getAlarm(),
      setAlarm: (at) => {
        this.armed.push(at);
        return this.#storage.setAlarm(at);
      },
      deleteAlarm: () => {
        this.armed.push(null);
        return this.#storage.deleteAlarm();
      },
    };
    this.alarms = new Alarms(clock, this.db, (job, error) => this.reported.push(`${job}: ${String(error)}`));
    this.alarms.handle('note', (detail) => {
      this.ran.push(detail);
    });
    this.alarms.handle('fail', (detail) => {
      this.ran.push(`fail ${detail}`);
      throw new Error('broken');
    });
    return this.alarms;
  }
}

let objects = 0;

/** Runs `script` inside an object of its own, on its real storage and alarm. */
const onBench = (script: (bench: Bench) => Promise<void>) =>
  runInDurableObject(namespace.getByName(`alarms:${objects++}`), (_, state) => script(new Bench(state.storage)));

test('due jobs run once, in the order of their time; an alarm that rings twice runs nothing twice', () =>
  onBench(async ({ alarms, ran }) => {
    await alarms.schedule('note:b', T0 + 2);
    await alarms.schedule('note:a', T0 + 1);
    await alarms.schedule('note:later', T0 + 1000);
    await alarms.run(T0 + 2);
    expect(ran).toEqual(['a', 'b']);
    await alarms.run(T0 + 2);
    expect(ran).toEqual(['a', 'b']);
    expect(alarms.when('note:later')).toBe(T0 + 1000);
    await alarms.run(T0 + 1000);
    expect(ran).toEqual(['a', 'b', 'later']);
  }));

test('the alarm is written only when it must ring earlier', () =>
  onBench(async (bench) => {
    const { alarms, armed } = bench;
    await alarms.schedule('note:a', T0 + 500);
    await alarms.schedule('note:b', T0 + 900);
    await alarms.schedule('note:a', T0 + 500);
    expect(armed).toEqual([T0 + 500]);
    await alarms.schedule('note:c', T0 + 100);
    expect(armed).toEqual([T0 + 500, T0 + 100]);
    // Moved away: rings early once, then right.
    for (let i = 0; i < 5; i++) await alarms.schedule('note:c', T0 + 600 + i);
    expect(armed).toHaveLength(2);
    await alarms.run(T0 + 100);
    expect(bench.ran).toEqual([]);
    expect(armed).toEqual([T0 + 500, T0 + 100, T0 + 500]);
    // A new instance asks the platform instead of writing.
    await bench.wake().schedule('note:d', T0 + 700);
    expect(armed).toHaveLength(3);
  }));

test('the alarm is taken back when no job is left', () =>
  onBench(async ({ alarms, armed }) => {
    await alarms.schedule('note:a', T0);
    await alarms.cancel('note:a');
    await alarms.cancel('note:a');
    expect(alarms.when('note:a')).toBeNull();
    expect(armed).toEqual([T0, null]);
  }));

test('a job that throws is reported and retried after 1 s, 2 s, 4 s up to 5 minutes; others are not held up', () =>
  onBench(async ({ alarms, ran, reported, armed }) => {
    await alarms.schedule('fail:x', T0);
    await alarms.schedule('note:y', T0);
    await alarms.run(T0);
    expect(ran.toSorted()).toEqual(['fail x', 'y']);
    const waits: number[] = [];
    for (let now = T0, i = 0; i < 12; i++) {
      const next = alarms.when('fail:x') ?? 0;
      waits.push(next - now);
      expect(armed.at(-1)).toBe(next);
      now = next;
      await alarms.run(now);
    }
    expect(waits.map((ms) => ms / 1000)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    expect(reported).toHaveLength(13);
    expect(reported[0]).toBe('fail:x: Error: broken');
    // Scheduled anew it has a clean record.
    await alarms.schedule('fail:x', T0);
    await alarms.run(T0);
    expect(alarms.when('fail:x')).toBe(T0 + 1000);
  }));

test('a job may schedule itself, for the same moment too, and cancel itself even if it then fails', () =>
  onBench(async ({ alarms, ran }) => {
    alarms.handle('again', async () => {
      ran.push('again');
      await alarms.schedule('again', ran.length < 3 ? T0 : T0 + 5000);
    });
    alarms.handle('quit', async () => {
      await alarms.cancel('quit');
      throw new Error('too late');
    });
    await alarms.schedule('again', T0);
    await alarms.schedule('quit', T0);
    for (let i = 0; i < 5; i++) await alarms.run(T0);
    expect(ran).toEqual(['again', 'again', 'again']);
    expect(alarms.when('again')).toBe(T0 + 5000);
    expect(alarms.when('quit')).toBeNull();
  }));

test('a job moved by another one in the same round does not run yet', () =>
  onBench(async ({ alarms, ran }) => {
    alarms.handle('mover', () => alarms.schedule('note:a', T0 + 100));
    await alarms.schedule('mover', T0 - 1);
    await alarms.schedule('note:a', T0);
    await alarms.run(T0);
    expect(ran).toEqual([]);
    await alarms.run(T0 + 100);
    expect(ran).toEqual(['a']);
  }));

test('a job that killed the object is put off, and the alarm set, before it runs again', () =>
  onBench(async ({ alarms, armed, ran }) => {
    alarms.handle('killer', () => {
      ran.push(`killer, next at ${(alarms.when('killer') ?? 0) - T0}, alarm at ${(armed.at(-1) ?? 0) - T0}`);
    });
    await alarms.schedule('killer', T0);
    await alarms.run(T0, true);
    expect(ran).toEqual(['killer, next at 1000, alarm at 1000']);
    // It lived: done.
    expect(alarms.when('killer')).toBeNull();
  }));

test('a job outlives its object', () =>
  onBench(async (bench) => {
    await bench.alarms.schedule('note:a', T0);
    await bench.wake().run(T0);
    expect(bench.ran).toEqual(['a']);
  }));

test('a job that no handler knows is reported and dropped', () =>
  onBench(async ({ alarms, reported, armed }) => {
    await alarms.schedule('ghost:1', T0);
    await alarms.run(T0);
    expect(reported).toEqual(['ghost:1: Error: no handler for this job']);
    expect(alarms.when('ghost:1')).toBeNull();
    expect(armed).toEqual([T0]);
  }));

test('erasing ends all jobs; scheduling afterwards begins anew', () =>
  onBench(async ({ alarms, db, armed, ran }) => {
    await alarms.schedule('note:a', T0);
    await db.erase();
    alarms.forget();
    expect(db.empty).toBe(true);
    await alarms.run(T0);
    expect(ran).toEqual([]);
    await alarms.schedule('note:b', T0 + 1);
    expect(armed).toEqual([T0, T0 + 1]);
    await alarms.run(T0 + 1);
    expect(ran).toEqual(['b']);
  }));
