import { expect, test } from 'vitest';
import type { ApiKey } from '../../../src/actors/contracts.ts';
import { KeyRing, type KeysAnswer } from '../../../src/edge/control/key-ring.ts';

const key = (id: string, over: Partial<ApiKey> = {}): ApiKey => ({
  id,
  name: id,
  scopes: ['read'],
  hash: 'h',
  expires: null,
  created: 0,
  used: null,
  revoked: null,
  ...over,
});

/** A registry that answers after `delay`, or not at all; and time, which passes when somebody sleeps. */
class World {
  now = 1_000_000;
  delay = 5;
  down = false;
  keys: ApiKey[] = [];
  readonly asked: number[] = [];
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  readonly ring = new KeyRing({ now: () => this.now, sleep: (ms) => this.sleep(ms) });

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ at: this.now + ms, wake }));
  }

  find(id: string): Promise<ApiKey | null | 'unavailable'> {
    return this.ring.find(id, async (): Promise<KeysAnswer> => {
      this.asked.push(this.now);
      const { down, keys } = this;
      await this.sleep(this.delay);
      return down ? { ok: false } : { ok: true, value: [...keys] };
    });
  }

  /** Lets time pass until the work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = work.finally(() => (done = true));
    for (let turns = 0; turns < 100_000; turns += 1) {
      for (let i = 0; i < 10; i += 1) await Promise.resolve();
      if (done) return end;
      this.#sleepers.sort((a, b) => a.at - b.at);
      const next = this.#sleepers.shift();
      if (next === undefined) throw new Error('nobody sleeps, and the work is not done');
      this.now = Math.max(this.now, next.at);
      next.wake();
    }
    throw new Error('never done');
  }
}

test('the registry is asked once, and then not for 25 seconds', async () => {
  const world = new World();
  world.keys = [key('a')];
  expect(await world.until(world.find('a'))).toMatchObject({ id: 'a' });
  world.now += 24_000;
  expect(await world.until(world.find('a'))).toMatchObject({ id: 'a' });
  expect(world.asked).toHaveLength(1);
});

test('a key that was revoked elsewhere is known to be within half a minute', async () => {
  const world = new World();
  world.keys = [key('a')];
  await world.until(world.find('a'));
  world.keys = [key('a', { revoked: 7 })];
  world.now += 30_000;
  expect(await world.until(world.find('a'))).toMatchObject({ revoked: 7 });
});

test('a key that was created elsewhere a moment ago is found', async () => {
  const world = new World();
  world.keys = [key('a')];
  await world.until(world.find('a'));
  world.keys.push(key('b'));
  world.now += 3;
  expect(await world.until(world.find('b'))).toMatchObject({ id: 'b' });
  expect(world.asked).toHaveLength(2);
});

test('a flood of guesses costs the registry one call a second', async () => {
  const world = new World();
  world.keys = [key('a')];
  const start = world.now;
  for (let burst = 0; burst < 10; burst += 1) {
    const guesses = Array.from({ length: 200 }, (_, i) => world.find(`guess-${burst}-${i}`));
    expect(new Set(await world.until(Promise.all(guesses)))).toEqual(new Set([null]));
  }
  const seconds = (world.now - start) / 1000;
  expect(world.asked.length).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  expect(world.asked.length).toBeGreaterThan(1);
});

test('requests that come together wait for one answer, and none for another’s promise', async () => {
  const world = new World();
  world.keys = [key('a')];
  const found = await world.until(Promise.all(Array.from({ length: 50 }, () => world.find('a'))));
  expect(found.every((one) => one !== null && one !== 'unavailable')).toBe(true);
  expect(world.asked).toHaveLength(1);
});

test('a question that is never answered, for its request was cancelled, does not hold up others for long', async () => {
  const world = new World();
  world.keys = [key('a')];
  const start = world.now;
  void world.ring.find('a', () => new Promise(() => {}));
  expect(await world.until(world.find('a'))).toMatchObject({ id: 'a' });
  expect(world.now - start).toBeLessThan(1500);
});

test('without the registry keys are refused, those that are known for half a minute not; and it is not hammered', async () => {
  const world = new World();
  world.keys = [key('a')];
  await world.until(world.find('a'));
  world.down = true;
  expect(await world.until(world.find('b'))).toBe('unavailable');
  expect(await world.until(world.find('a'))).toMatchObject({ id: 'a' });
  world.now += 30_000;
  const before = world.asked.length;
  for (let i = 0; i < 100; i += 1) expect(await world.until(world.find('a'))).toBe('unavailable');
  expect(world.asked.length - before).toBe(1);
  world.down = false;
  world.now += 2000;
  expect(await world.until(world.find('a'))).toMatchObject({ id: 'a' });
});

test('what this isolate did is true in it at once, whatever an answer under way says', async () => {
  const world = new World();
  world.keys = [key('a'), key('b')];
  await world.until(world.find('a'));
  world.now += 1500;
  // Asks about a key that is not there, and the answer is from before the revocation.
  const asking = world.find('nobody');
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
  expect(world.asked).toHaveLength(2);
  world.keys = [key('a', { revoked: 7 }), key('b')];
  world.ring.put(key('a', { revoked: 7 }));
  expect(await world.until(world.find('a'))).toMatchObject({ revoked: 7 });
  expect(await world.until(asking)).toBeNull();
  expect(await world.until(world.find('a'))).toMatchObject({ revoked: 7 });
});

test('the ring holds no more keys than the registry may have', async () => {
  const world = new World();
  world.keys = Array.from({ length: 150 }, (_, i) => key(`k${i}`));
  expect(await world.until(world.find('k99'))).toMatchObject({ id: 'k99' });
  expect(await world.until(world.find('k100'))).toBeNull();
});

test('that a key is in use is told at most every ten minutes', () => {
  const { ring } = new World();
  expect(ring.startsUse('a', 0)).toBe(true);
  expect(ring.startsUse('a', 599_999)).toBe(false);
  expect(ring.startsUse('b', 599_999)).toBe(true);
  expect(ring.startsUse('a', 600_000)).toBe(true);
});
