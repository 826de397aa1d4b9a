import { describe, expect, test } from 'vitest';
import type { LeaseReply } from '../../../src/actors/contracts.ts';
import { LeaseBook, type Taken } from '../../../src/edge/lease.ts';
import { effectiveLimit, grantSize, leaseLife } from '../../../src/edge/lease-terms.ts';

const ROUTE = { id: 'api', windowSeconds: 60, durable: false };
const T0 = 1e12;

const granted = (n: number, used = n): LeaseReply => ({ granted: n, used, resetMs: 75_000, retryAfterMs: 0, seq: 0 });
const refused = (retryAfterMs: number): LeaseReply => ({ granted: 0, used: 100, resetMs: 1000, retryAfterMs, seq: 0 });

function asked(taken: Taken) {
  if (taken.kind !== 'ask') throw new Error(`expected to be told to ask, was ${taken.kind}`);
  return taken.request;
}

/** A book in which `client` holds `left` permits of a lease of which one was spent at once. */
function bookWith(left: number, used: number, limit = 100) {
  const book = new LeaseBook();
  const request = asked(book.take(ROUTE, 'c', limit, 0, T0));
  book.settle(ROUTE, request, T0, granted(left + 1, used), T0 + 10);
  return book;
}

describe('a lease', () => {
  test('lets as many requests pass as it has permits, then asks', () => {
    const book = bookWith(2, 3);
    expect(book.take(ROUTE, 'c', 100, 0, T0 + 20)).toMatchObject({ kind: 'granted', remaining: 98 });
    expect(book.take(ROUTE, 'c', 100, 0, T0 + 30)).toMatchObject({ kind: 'granted', remaining: 97, resetMs: 74_980 });
    expect(book.take(ROUTE, 'c', 100, 0, T0 + 40).kind).toBe('ask');
  });

  test('expires its life after the question was sent, with a margin for a clock that stands still', () => {
    expect(bookWith(5, 6).take(ROUTE, 'c', 100, 0, T0 + 14_799).kind).toBe('granted');
    expect(bookWith(5, 6).take(ROUTE, 'c', 100, 0, T0 + 14_800).kind).toBe('ask');
  });

  test('that comes too late lets nobody pass, and says so', () => {
    const book = new LeaseBook();
    const request = asked(book.take(ROUTE, 'c', 100, 0, T0));
    expect(book.settle(ROUTE, request, T0, granted(1), T0 + 14_800)).toEqual({ kind: 'late' });
  });

  test('belongs to one client on one route', () => {
    const book = bookWith(5, 6);
    expect(book.take(ROUTE, 'd', 100, 0, T0 + 20).kind).toBe('ask');
    expect(book.take({ ...ROUTE, id: 'login' }, 'c', 100, 0, T0 + 20).kind).toBe('ask');
  });

  test('taken with a clean score does not carry a request with a bad one past its lower limit', () => {
    const book = bookWith(20, 21);
    // Permit number 2 is within a limit of 2, number 3 is not.
    expect(book.take(ROUTE, 'c', 2, 0, T0 + 20).kind).toBe('granted');
    expect(book.take(ROUTE, 'c', 2, 0, T0 + 21)).toEqual({ kind: 'refused', retryAfterMs: 74_989, resetMs: 74_989 });
    expect(book.take(ROUTE, 'c', 100, 0, T0 + 22).kind).toBe('granted');
  });

  test('carries the route, the terms and the seq in its request', () => {
    const book = new LeaseBook();
    expect(asked(book.take({ ...ROUTE, durable: true }, 'c', 10, 7, T0))).toEqual({
      client: 'c',
      limit: 10,
      windowMs: 60_000,
      tauMs: 2000,
      want: 1,
      durable: true,
      seq: 7,
    });
  });
});

describe('a refusal', () => {
  test('is remembered without asking until a permit can be had, and tells how long that is', () => {
    const book = new LeaseBook();
    const request = asked(book.take(ROUTE, 'c', 100, 0, T0));
    expect(book.settle(ROUTE, request, T0, refused(3000), T0)).toMatchObject({ kind: 'refused', retryAfterMs: 3000 });
    expect(book.take(ROUTE, 'c', 100, 0, T0 + 1000)).toMatchObject({ kind: 'refused', retryAfterMs: 2000 });
    expect(book.take(ROUTE, 'c', 100, 0, T0 + 3000).kind).toBe('ask');
  });

  test('is asked about again after ten seconds, so that a pardon is noticed', () => {
    const book = new LeaseBook();
    const request = asked(book.take(ROUTE, 'c', 100, 0, T0));
    book.settle(ROUTE, request, T0, refused(60_000), T0);
    expect(book.take(ROUTE, 'c', 100, 0, T0 + 9999)).toMatchObject({ kind: 'refused', retryAfterMs: 50_001 });
    expect(book.take(ROUTE, 'c', 100, 0, T0 + 10_000).kind).toBe('ask');
  });

  test('of a request with a bad score does not refuse one with a higher limit', () => {
    const book = new LeaseBook();
    const request = asked(book.take(ROUTE, 'c', 10, 0, T0));
    book.settle(ROUTE, request, T0, refused(60_000), T0);
    expect(book.take(ROUTE, 'c', 9, 0, T0 + 1).kind).toBe('refused');
    expect(book.take(ROUTE, 'c', 11, 0, T0 + 1).kind).toBe('ask');
  });

  test('does not take back permits that a lease still holds', () => {
    const book = bookWith(2, 3);
    const request = { client: 'c', limit: 100, windowMs: 60_000, tauMs: 15_000, want: 1, durable: false, seq: 0 };
    book.bank(ROUTE, request, T0 + 20, refused(5000), T0 + 30);
    expect(book.take(ROUTE, 'c', 100, 0, T0 + 40).kind).toBe('granted');
  });
});

describe('fetching ahead', () => {
  test('happens once, when a client that keeps coming has spent its lease', () => {
    const book = bookWith(1, 2);
    const last = book.take(ROUTE, 'c', 100, 0, T0 + 1000);
    expect(last).toMatchObject({ kind: 'granted', prefetch: { want: 4 } });
    // The same moment, another request: one question is under way, so it asks for itself alone.
    expect(asked(book.take(ROUTE, 'c', 100, 0, T0 + 1000)).want).toBe(1);
  });

  test('spares the next request the wait', () => {
    const book = bookWith(1, 2);
    const last = book.take(ROUTE, 'c', 100, 0, T0 + 1000);
    if (last.kind !== 'granted' || last.prefetch === undefined) throw new Error('no prefetch');
    book.bank(ROUTE, last.prefetch, T0 + 1000, granted(4, 6), T0 + 1020);
    expect(book.take(ROUTE, 'c', 100, 0, T0 + 2000).kind).toBe('granted');
  });

  test('does not happen for a client seen once, nor where each permit counts', () => {
    const book = new LeaseBook();
    const request = asked(book.take(ROUTE, 'c', 100, 0, T0));
    expect(book.settle(ROUTE, request, T0, granted(1), T0 + 10)).not.toHaveProperty('prefetch');
    const small = bookWith(3, 4, 20);
    for (let i = 0; i < 3; i++) expect(small.take(ROUTE, 'c', 20, 0, T0 + 100 + i)).not.toHaveProperty('prefetch');
  });

  test('forgets a question whose reply was lost', () => {
    const book = bookWith(1, 2);
    book.take(ROUTE, 'c', 100, 0, T0 + 1000);
    expect(asked(book.take(ROUTE, 'c', 100, 0, T0 + 20_000)).want).toBeGreaterThanOrEqual(1);
    expect(book.take(ROUTE, 'c', 100, 0, T0 + 20_001).kind).toBe('ask');
  });
});

test('the book holds no more clients than its capacity; one pushed out asks again', () => {
  const book = new LeaseBook(2);
  for (const client of ['a', 'b', 'c']) {
    const request = asked(book.take(ROUTE, client, 100, 0, T0));
    book.settle(ROUTE, request, T0, granted(5), T0 + 10);
  }
  expect(book.size).toBe(2);
  expect(book.take(ROUTE, 'c', 100, 0, T0 + 20).kind).toBe('granted');
  expect(book.take(ROUTE, 'a', 100, 0, T0 + 20).kind).toBe('ask');
});

describe('the terms', () => {
  test.each([
    [100, 0, 100],
    [100, 0.5, 55],
    [10, 0.0004, 10],
    [10, 0.0006, 9],
    [100, 1, 10],
    [10, 1, 1],
    [1, 1, 1],
    [5, 0.999, 1],
    [100, 7, 10],
    [100, -1, 100],
    [100, Number.NaN, 10],
  ])('a limit of %d with score %d is %d', (limit, score, effective) => {
    expect(effectiveLimit(limit, score)).toBe(effective);
  });

  test('a lease lives a quarter of the window, at most 15 s, 2 s for small limits, at least 1 s', () => {
    expect([leaseLife(100, 60_000), leaseLife(100, 20_000), leaseLife(20, 60_000), leaseLife(100, 1000)]).toEqual([
      15_000, 5000, 2000, 1000,
    ]);
  });

  test('a grant is what is wished for, up to a quarter of the limit and half of the rest', () => {
    expect(grantSize(100, 0, 7)).toBe(7);
    expect(grantSize(100, 0, 90)).toBe(25);
    expect(grantSize(100, 80, 90)).toBe(10);
    expect(grantSize(100, 99, 90)).toBe(1);
    expect(grantSize(100, 100, 1)).toBe(0);
    expect(grantSize(20, 0, 90)).toBe(1);
    expect(grantSize(10, 60, 1)).toBe(0);
  });
});
