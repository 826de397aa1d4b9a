import { assert, array, date, double, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMENT_LIMIT, isOwn, readComment, writeComment } from '../../../src/actors/enforcement/comment.ts';

describe('the comment of an own item', () => {
  test('tells score, sources and since when', () => {
    const since = Date.UTC(2026, 10, 20, 10, 30);
    expect(writeComment({ score: 0.934, sources: ['ipsum', 'emerging-threats'], since })).toBe(
      'edgeshield: score 0.93; ipsum, emerging-threats; since 2026-11-20T10:30Z',
    );
    expect(writeComment({ score: 1, sources: [], since })).toBe('edgeshield: score 1.00; since 2026-11-20T10:30Z');
  });

  test('is never longer than Cloudflare takes, and can be read again', () => {
    assert(
      property(
        double({ min: 0, max: 1, noNaN: true }),
        array(string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 64 }), { maxLength: 32 }),
        date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        (score, ids, since) => {
          const sources = ids.map((id) => id.replaceAll(/[^a-z0-9-]/g, 'x'));
          const comment = writeComment({ score, sources, since: since.getTime() });
          expect(comment.length).toBeLessThanOrEqual(COMMENT_LIMIT);
          expect(isOwn(comment)).toBe(true);
          expect(readComment(comment)).toEqual({
            score: Number(score.toFixed(2)),
            since: Math.floor(since.getTime() / 60_000) * 60_000,
          });
        },
      ),
    );
  });

  test('is told from those of others', () => {
    expect(isOwn('the office, not edgeshield: keep')).toBe(false);
    expect(isOwn('')).toBe(false);
    expect(readComment('edgeshield: keep this')).toBeNull();
    expect(readComment('edgeshield: score 0.50; x; since 2026-99-99T10:00Z')).toBeNull();
  });
});
