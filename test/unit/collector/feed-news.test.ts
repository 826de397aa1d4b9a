import { expect, test } from 'vitest';
import { announce } from '../../../src/actors/collector/feed-news.ts';

const UNREACHED = 'failing: the host could not be reached';
const news = (source: string, message = UNREACHED, trouble = false) => ({ source, message, trouble });

test('feeds that fail together for one reason are told once, and mildly where none of them had come before', () => {
  expect(announce([news('ipsum'), news('tor-exits'), news('feodo', 'failing: HTTP 500', true)])).toEqual([
    { outcome: 'notice', reason: `feeds ipsum, tor-exits: ${UNREACHED}` },
    { outcome: 'error', reason: 'feed feodo: failing: HTTP 500' },
  ]);
});

test('one that came before makes an error of all, and a feed is named once', () => {
  expect(announce([news('ipsum'), news('ipsum'), news('tor-exits', UNREACHED, true)])).toEqual([
    { outcome: 'error', reason: `feeds ipsum, tor-exits: ${UNREACHED}` },
  ]);
});

test('a sentence has room for twelve names', () => {
  const all = Array.from({ length: 20 }, (_, n) => news(`f${n}`));
  expect(announce(all)[0]?.reason).toMatch(/^feeds f0, .*, f11 and 8 more: /);
});
