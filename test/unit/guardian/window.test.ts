import { describe, expect, test } from 'vitest';
import { DebitWindow } from '../../../src/actors/guardian/window.ts';
import { readSnapshot, writeSnapshot } from '../../../src/actors/guardian/snapshot.ts';

const T0 = 1e12;
const debit = (client: string, want = 1, limit = 100) => ({ client, limit, windowMs: 60_000, tauMs: 15_000, want });
const exact = (client: string, limit = 3) => ({ client, limit, windowMs: 60_000, tauMs: 2000, want: 1 });

describe('the debit window', () => {
  test('grants up to the limit and tells when the next permit can be had', () => {
    const window = new DebitWindow(10);
    for (let i = 0; i < 3; i++)
      expect(window.debit(exact('c'), T0 + i * 1000)).toMatchObject({ granted: 1, used: i + 1, retryAfterMs: 0 });
    expect(window.debit(exact('c'), T0 + 10_000)).toEqual({
      granted: 0,
      used: 3,
      resetMs: 52_000,
      retryAfterMs: 52_000,
    });
  });

  test('forgets a debit when the window and tau have passed, not before', () => {
    const window = new DebitWindow(10);
    for (let i = 0; i < 3; i++) window.debit(exact('c'), T0);
    expect(window.debit(exact('c'), T0 + 61_999).granted).toBe(0);
    expect(window.debit(exact('c'), T0 + 62_000).granted).toBe(1);
  });

  test('tells a client with a lowered limit to wait until enough debits have left', () => {
    const window = new DebitWindow(10);
    for (let i = 0; i < 10; i++) window.debit(exact('c', 20), T0 + i * 1000);
    // 10 are used: under a limit of 4 a permit is free when 7 have left, the seventh at T0 + 6 s + 62 s.
    expect(window.debit(exact('c', 4), T0 + 10_000).retryAfterMs).toBe(58_000);
  });

  test('lives through a clock that is set back', () => {
    const window = new DebitWindow(10);
    for (let i = 0; i < 3; i++) window.debit(exact('c'), T0);
    expect(window.debit(exact('c'), T0 - 3_600_000)).toMatchObject({ granted: 0, retryAfterMs: 62_000 });
  });

  test('lets no debit of a large limit leave early, nor later than a 64th of its time', () => {
    const window = new DebitWindow(10);
    const large = debit('c', 1, 1_000_000);
    for (let i = 0; i < 1000; i++) window.debit(large, T0 + i * 7);
    expect(window.debit(large, T0 + 74_999).used).toBe(1001);
    // All but the last have left.
    expect(window.debit(large, T0 + 7000 + 75_000 + 75_000 / 64).used).toBe(2);
  });

  test('sweeps out clients without debits and tells when the last debit leaves', () => {
    const window = new DebitWindow(10);
    window.debit(exact('a'), T0);
    window.debit(exact('b'), T0 + 5000);
    expect(window.sweep(T0 + 62_000)).toBe(T0 + 67_000);
    expect(window.size).toBe(1);
    expect(window.sweep(T0 + 67_000)).toBe(0);
    expect(window.size).toBe(0);
  });
});

describe('at its capacity', () => {
  test('it lets a client go that used little, and remembers those at their limit through a flood of new ones', () => {
    const window = new DebitWindow(50);
    for (let i = 0; i < 3; i++) window.debit(exact('heavy'), T0);
    for (let i = 0; i < 5000; i++) window.debit(exact(`new${i}`), T0 + 1);
    expect(window.size).toBe(50);
    expect(window.debit(exact('heavy'), T0 + 2).granted).toBe(0);
  });
});

describe('a stored window', () => {
  test('restores to the same counts, and nothing leaves it earlier', () => {
    const window = new DebitWindow(10);
    for (let i = 0; i < 30; i++) window.debit(debit('a', 2), T0 + i * 900);
    window.debit(exact('b'), T0);
    const used = window.debit(debit('a'), T0 + 27_000).used;

    const restored = new DebitWindow(10);
    for (const [client, log] of readSnapshot(writeSnapshot(window.packAll())))
      restored.restore(client, log, T0 + 28_000);
    // One more permit each, to see the count.
    for (let at = T0 + 28_000; at < T0 + 110_000; at += 500) {
      const before = window.pack('a').reduce((sum, [expires, n]) => sum + (expires > at ? n : 0), 0);
      const after = restored.pack('a').reduce((sum, [expires, n]) => sum + (expires > at ? n : 0), 0);
      expect(after).toBeGreaterThanOrEqual(before);
    }
    expect(restored.debit(debit('a'), T0 + 28_000).used).toBe(used + 1);
    expect(restored.debit(exact('b'), T0 + 28_000).used).toBe(2);
  });

  test('holds the clients that used most when not all fit', () => {
    const window = new DebitWindow(1000);
    for (let i = 0; i < 500; i++) window.debit(exact(`c${i}`), T0);
    for (let i = 0; i < 3; i++) window.debit(exact('heavy'), T0);
    const text = writeSnapshot(window.packAll(), 1000);
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(readSnapshot(text)[0]?.[0]).toBe('heavy');
    expect(readSnapshot(text).length).toBeGreaterThan(20);
  });

  test('that is damaged is refused', () => {
    expect(() => readSnapshot('[["a",[[1,"2"]]]]')).toThrow();
    expect(() => readSnapshot('{')).toThrow();
  });
});
