import { describe, expect, test } from 'vitest';
import { describeFeeds } from '../../../scripts/local/feeds.ts';

const source = (name: string, over: Partial<Parameters<typeof describeFeeds>[0]['sources'][number]> = {}) => ({
  name,
  url: 'https://example.net/list',
  health: 'ok',
  last_success: 1,
  problem: null,
  ...over,
});
const failing = (name: string) => source(name, { health: 'failing', last_success: null, problem: 'no answer in 20 s' });

describe('what npm start says of the feeds', () => {
  test('all reached: how many, and what they name', () => {
    const own = source("The shield's own evidence", { url: '', last_success: null });
    const told = describeFeeds({ threats: 122_004, sources: [source('IPsum'), source('DROP'), own] }, 'Done.');
    expect(told).toBe('Feeds: 2 of 2 reached, 122,004 threats.\nEnforcement: Done.');
  });

  test('none reached: says so in plain words, with the reasons', () => {
    const told = describeFeeds(
      { threats: 0, sources: [failing('IPsum'), source('Feodo', { health: 'off' })] },
      'Done.',
    );
    expect(told).toContain('none of 1 could be reached from this machine');
    expect(told).toContain('IPsum (no answer in 20 s). They are tried again');
  });

  test('some missed: names a few and counts the rest', () => {
    const sources = [source('IPsum'), ...['a', 'b', 'c', 'd', 'e'].map(failing)];
    const told = describeFeeds({ threats: 7, sources }, 'Done.');
    expect(told).toContain('1 of 6 reached, 7 threats');
    expect(told).toContain('c (no answer in 20 s) and 2 more.');
  });
});
