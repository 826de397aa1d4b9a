import { describe, expect, test } from 'vitest';
import { judgeCopy, type ReceivedCopy, type Shrinking } from '../../../src/actors/collector/judge-copy.ts';
import { nextFetchAt } from '../../../src/actors/collector/fetch-times.ts';

const HOUR = 3_600_000;
const GOOD: ReceivedCopy = {
  contentType: 'text/plain',
  beginning: '# list',
  rows: 100,
  unreadable: 0,
  overflow: 0,
  whole: true,
};
const CONTEXT = { emptyOk: false, accept: false, shrinking: null, now: 0 };
const judge = (copy: Partial<ReceivedCopy>, standing = 100, context: Partial<typeof CONTEXT> = {}) =>
  judgeCopy({ ...GOOD, ...copy }, standing, { ...CONTEXT, ...context });

describe('a copy', () => {
  test('is believed when it is a list of about the same length, or the first', () => {
    expect(judge({}).suspicion).toBeNull();
    expect(judge({ rows: 50 }).suspicion).toBeNull();
    expect(judge({ rows: 5000 }).suspicion).toBeNull();
    expect(judge({}, 0).suspicion).toBeNull();
    expect(judge({ unreadable: 100 }).suspicion).toBeNull();
    expect(judge({ rows: 1 }, 3).suspicion).toBeNull();
  });

  test.each<[string, Partial<ReceivedCopy>]>([
    ['a page by its type', { contentType: 'text/html; charset=utf-8' }],
    ['a page by its beginning', { beginning: '\n <!doctype html>' }],
    ['mostly unreadable', { unreadable: 101 }],
    ['nothing but unreadable rows', { rows: 0, unreadable: 3 }],
    ['broken off', { whole: false }],
    ['too long', { overflow: 1 }],
    ['empty', { rows: 0 }],
  ])('that is %s is suspect, whoever vouches for it', (_, copy) => {
    expect(judge(copy).suspicion).not.toBeNull();
    expect(judge(copy, 0, { accept: true }).suspicion).not.toBeNull();
  });

  test('may be empty where that is an answer', () => {
    expect(judge({ rows: 0 }, 100, { emptyOk: true }).suspicion).toBeNull();
    expect(judge({ rows: 10 }, 100, { emptyOk: true }).suspicion).not.toBeNull();
  });

  test('of less than half is suspect until it has come three times over a day, or an operator vouches for it', () => {
    expect(judge({ rows: 49 }, 100, { accept: true }).suspicion).toBeNull();
    let shrinking: Shrinking | null = null;
    const come = (now: number, rows = 49) => {
      const verdict = judgeCopy({ ...GOOD, rows }, 100, { ...CONTEXT, shrinking, now });
      shrinking = verdict.shrinking;
      return verdict.suspicion;
    };
    expect(come(0)).toMatch(/from 100 rows to 49/);
    expect(come(2 * HOUR)).not.toBeNull();
    expect(come(4 * HOUR)).not.toBeNull();
    expect(come(25 * HOUR)).toBeNull();
    // One that goes on shrinking begins anew.
    expect(come(0)).not.toBeNull();
    expect(come(20 * HOUR)).not.toBeNull();
    expect(come(30 * HOUR, 20)).not.toBeNull();
    expect(shrinking).toMatchObject({ times: 1 });
  });
});

test('the next fetch is an interval and up to a tenth away; after failures it comes sooner, and doubles', () => {
  expect(nextFetchAt(0, 3600, 0, 0)).toBe(3_600_000);
  expect(nextFetchAt(0, 3600, 0, 1)).toBe(3_960_000);
  const waits = [1, 2, 3, 4, 5, 30].map((failures) => nextFetchAt(0, 3600, failures, 1) / 60_000);
  expect(waits).toEqual([5, 10, 20, 40, 60, 60]);
  expect(nextFetchAt(0, 3600, 1, 0)).toBe(150_000);
});
