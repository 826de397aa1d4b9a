import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FeedRows } from '../../../src/actors/collector/feed-rows.ts';
import {
  countListed,
  EMPTY_TABLE,
  type IndicatorTable,
  LISTED,
  mergeCopy,
} from '../../../src/actors/collector/indicator-table.ts';
import { packTable, unpackTable } from '../../../src/actors/collector/pack-table.ts';
import { writePrefix } from '../../../src/actors/collector/prefix.ts';

const LIFETIME = 10;
const POOL = [
  '9.9.9.1',
  '9.9.9.2',
  '9.9.9.0/24',
  '45.0.0.0/8',
  '45.1.0.0/16',
  '2600::/32',
  '2600:1::/64',
  '2600:2::/64',
];

function copyOf(ranges: readonly string[]) {
  const rows = new FeedRows();
  for (const range of ranges) rows.take(range, 0.5);
  return rows.finish();
}

const describeTable = (table: IndicatorTable) =>
  Object.fromEntries(
    Array.from(table.high, (high, row) => [
      writePrefix(row < table.ipv4 ? 4 : 6, high, table.low[row]!, table.prefix[row]!),
      { first: table.firstSeen[row]!, last: table.lastSeen[row]! },
    ]),
  );

describe('a new copy on top of what stands', () => {
  test('does what a dictionary of first and last days would', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.subarray(POOL)), { maxLength: 8 }), (copies) => {
        let table = EMPTY_TABLE;
        let model: Record<string, { first: number; last: number }> = {};
        let hour = 100;
        let heard = 100;
        for (const [passed, ranges] of copies) {
          hour += passed;
          table = mergeCopy(table, copyOf(ranges), { now: hour, heard, lifetime: LIFETIME });
          const next: typeof model = {};
          for (const [range, { first, last }] of Object.entries(model)) {
            const seen = last === LISTED ? heard : last;
            if (hour - seen < LIFETIME) next[range] = { first, last: seen };
          }
          for (const range of ranges) next[range] = { first: model[range]?.first ?? hour, last: LISTED };
          model = next;
          heard = hour;
          expect(describeTable(table)).toEqual(model);
          expect(countListed(table)).toBe(ranges.length);
          // Packed and unpacked it is the same.
          expect(unpackTable(packTable(table))).toEqual(table);
        }
      }),
    );
  });
});

describe('a packed table', () => {
  test('that is damaged or cut is none, and never an exception', () => {
    const packed = packTable(mergeCopy(EMPTY_TABLE, copyOf(POOL), { now: 5, heard: 5, lifetime: LIFETIME }));
    for (let cut = 0; cut < packed.length; cut += 1) expect(unpackTable(packed.subarray(0, cut))).toBeNull();
    expect(unpackTable(Uint8Array.of(...packed, 0))).toBeNull();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void unpackTable(bytes)));
  });
});
