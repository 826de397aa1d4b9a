import { describe, expect, test } from 'vitest';
import { compileAllowed, RESERVED } from '../../../src/actors/collector/allow-set.ts';
import { BUILT_IN_SOURCES } from '../../../src/actors/collector/built-in-sources.ts';
import { gather } from '../../../src/actors/collector/gather.ts';
import { EMPTY_TABLE, HOUR_MS, type IndicatorTable, mergeCopy } from '../../../src/actors/collector/indicator-table.ts';
import { Intelligence } from '../../../src/actors/collector/intelligence.ts';
import { packTable } from '../../../src/actors/collector/pack-table.ts';
import { holds } from '../../../src/actors/collector/prefix.ts';
import { FeedReader, type ReadFeed } from '../../../src/actors/collector/read-feed.ts';
import { listSources, NEW_RECORD, type SourceRecord } from '../../../src/actors/collector/source-record.ts';
import { rowAt } from '../../../src/actors/collector/threat-rows.ts';
import type { SourceSettings } from '../../../src/actors/contracts.ts';
import { feedSnapshots, readSnapshot } from '../../support/node/feeds/snapshots.ts';

const folder = feedSnapshots();
const NOW = Date.parse('2026-08-22T12:00:00Z');

function readFeed(source: SourceSettings): ReadFeed | null {
  const snapshot = readSnapshot(folder ?? '', source.url.replace('https://', ''));
  if (snapshot === null) return null;
  const reader = new FeedReader(source, NOW);
  const bytes = new TextEncoder().encode(snapshot.text);
  for (let at = 0; at < bytes.length; at += 65_536) reader.take(bytes.subarray(at, at + 65_536));
  return reader.finish(snapshot.contentType);
}

describe.skipIf(folder === null)('the published lists (skipped where ../shared/feeds is not)', () => {
  const feeds = new Map(
    folder === null
      ? []
      : BUILT_IN_SOURCES.flatMap((source) => {
          const feed = source.url === '' ? null : readFeed(source);
          return feed === null ? [] : [[source.id, feed] as const];
        }),
  );

  test('are read to the last row', () => {
    expect(feeds.get('ipsum')?.received).toMatchObject({ rows: 120_430, unreadable: 0 });
    for (const [, { received }] of feeds) expect(received).toMatchObject({ unreadable: 0, overflow: 0, whole: true });
    expect(feeds.size).toBeGreaterThanOrEqual(12);
  });

  test('IPsum fits into one row of the database', () => {
    const copy = feeds.get('ipsum')?.copy ?? expect.fail('no IPsum');
    const table = mergeCopy(EMPTY_TABLE, copy, { now: 1, heard: 1, lifetime: 9 });
    expect(packTable(table).length).toBeLessThan(1024 * 1024);
  });

  test('all on, they make threats that spare what is allowed and are found by look-up with the score of their row', () => {
    const record: SourceRecord = { ...NEW_RECORD, lastSuccess: NOW, changes: { enabled: true } };
    const sources = listSources(new Map([...feeds.keys()].map((id) => [id, record])));
    const hour = Math.floor(NOW / HOUR_MS);
    const tables = new Map<string, IndicatorTable>();
    for (const [id, { copy }] of feeds) {
      tables.set(id, mergeCopy(EMPTY_TABLE, copy, { now: hour, heard: hour, lifetime: 72 }));
    }
    const gathered = gather(sources, (id) => tables.get(id) ?? EMPTY_TABLE, [], NOW);
    const intelligence = new Intelligence(gathered, NOW);
    const { rows, allow } = intelligence.merged;
    expect(rows.high.length).toBeGreaterThan(120_000);
    const reserved = compileAllowed(RESERVED).ranges;
    for (let row = 0; row < rows.high.length; row += 1) {
      const at = rowAt(rows, row);
      // All of them against the few, some of them against all.
      const against = row % 1000 === 0 ? allow.ranges : reserved;
      if (against.some((range) => holds(range.at, at) || holds(at, range.at))) expect.fail(JSON.stringify(at));
    }
    for (const { range, score } of intelligence.page({ limit: 300 }).threats) {
      const found = intelligence.lookup(range.replace(/\/\d+$/, ''));
      // A range's first address may have rows of its own inside.
      expect(found?.score).toBeGreaterThanOrEqual(score);
    }
    const networks = intelligence.page({ limit: 10_000, source: 'spamhaus-drop-v4' }).threats;
    for (const { score } of networks) expect(score).toBeGreaterThanOrEqual(0.8);
  });
});
