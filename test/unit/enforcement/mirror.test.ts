import { assert, array, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeComment } from '../../../src/actors/enforcement/comment.ts';
import { idAt, joinListings, packList, readListing, unpackList } from '../../../src/actors/enforcement/mirror.ts';
import { findOverlap, indexRanges } from '../../../src/actors/enforcement/overlap-index.ts';
import { findRow, matchRows, sortRanges, textAt } from '../../../src/actors/enforcement/range-columns.ts';
import { covers, parseRange, type Range } from '../../../src/edge/reputation/range.ts';

const since = Date.UTC(2026, 10, 20);
const ours = writeComment({ score: 0.93, sources: ['ipsum'], since });
const id = (n: number) => n.toString(16).padStart(32, '0');

describe('a listing', () => {
  test('is sorted into our items and those of others', () => {
    const { own, foreign, foreignItems } = readListing([
      { id: id(1), ip: '203.0.113.9', comment: ours },
      { id: id(2), ip: '203.0.113.1', comment: 'office' },
      { id: id(3), ip: '2001:db8::/64', comment: ours },
      { id: id(4), ip: '198.51.100.0/24', comment: ours },
    ]);
    expect(Array.from(own.high, (_, row) => [textAt(own, row), idAt(own.ids, row), own.score[row]])).toEqual([
      ['198.51.100.0/24', id(4), 237],
      ['203.0.113.9', id(1), 237],
      ['2001:db8::/64', id(3), 237],
    ]);
    expect(own.since[0]).toBe(since / 1000);
    expect(Array.from(foreign.high, (_, row) => textAt(foreign, row))).toEqual(['203.0.113.1']);
    expect(foreignItems).toBe(1);
  });

  test('items that say they are ours but that we cannot have written are left alone', () => {
    const { own, foreignItems } = readListing([
      { id: id(1), ip: '2001:db8::1', comment: ours },
      { id: id(2), ip: '10.0.0.0/7', comment: ours },
      { id: id(3), ip: 'not an address', comment: ours },
      { id: 'short', ip: '203.0.113.9', comment: ours },
    ]);
    expect(own.high).toHaveLength(0);
    expect(foreignItems).toBe(4);
  });

  test('in pages, packed and unpacked, is what it is as a whole', () => {
    const item = record({
      n: integer({ min: 1, max: 1e9 }),
      ip: constantFrom('203.0.113.9', '198.51.100.0/24', '2001:db8::/64', '2001:db8:7::/48', '192.0.2.1', '16.1.2.3'),
      comment: constantFrom(ours, 'office'),
    });
    assert(
      property(array(item, { maxLength: 12 }), integer({ min: 1, max: 5 }), (drawn, size) => {
        const items = [...new Map(drawn.map(({ n, ip, comment }) => [ip, { id: id(n), ip, comment }])).values()];
        const pages = Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
          unpackList(JSON.parse(JSON.stringify(packList(readListing(items.slice(i * size, (i + 1) * size)))))),
        );
        expect(joinListings(pages)).toEqual(readListing(items));
      }),
    );
  });
});

const ranges = array(
  record({
    a: integer({ min: 0, max: 7 }),
    bits: constantFrom(8, 12, 15, 16, 24, 31, 32),
    six: constantFrom(true, false),
  }),
  { maxLength: 20 },
).map((drawn) =>
  drawn.map(({ a, bits, six }) =>
    read(six ? `2001:d${a}8:${a}::/${bits * 2}` : `${192 + a}.${a * 32}.${a}.${a * 9}/${bits}`),
  ),
);

function read(text: string): Range {
  const parsed = parseRange(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.range;
}

const unique = (list: readonly Range[]) => [...new Map(list.map((range) => [range.text, range])).values()];

describe('columns of ranges', () => {
  test('rows are matched and found as one by one', () => {
    assert(
      property(ranges, ranges, (left, right) => {
        const a = sortRanges(unique(left)).rows;
        const b = sortRanges(unique(right)).rows;
        const texts = Array.from(b.high, (_, row) => textAt(b, row));
        const expected = Array.from(a.high, (_, row) => texts.indexOf(textAt(a, row)));
        expect([...matchRows(a, b)]).toEqual(expected);
        expect(Array.from(a.high, (_, row) => findRow(b, a, row))).toEqual(expected);
      }),
    );
  });

  test('an overlap is found where a naive search finds one, and says which way round it is', () => {
    assert(
      property(ranges, ranges, (entries, list) => {
        const index = indexRanges(entries.map(({ text }) => text));
        const { rows, order } = sortRanges(list);
        for (let row = 0; row < order.length; row += 1) {
          const range = list[order[row] ?? 0] ?? read('192.0.2.1');
          const found = findOverlap(index, rows, row);
          const around = entries.some((entry) => covers(entry, range));
          const inside = entries.some((entry) => covers(range, entry));
          expect(found !== null).toBe(around || inside);
          if (found !== null) expect(found.within).toBe(around);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('ranges wider than a list may hold can be spared too', () => {
    const index = indexRanges(['fc00::/7', '224.0.0.0/3', '2a06:98c0:3600::103', 'nonsense', '::/0'.slice(0, 2)]);
    const { rows } = sortRanges(['240.0.0.0/8', 'fd00:1::/32', '2a06:98c0:3600:1::/64', '192.0.2.1'].map(read));
    const found = Array.from(rows.high, (_, row) => [textAt(rows, row), findOverlap(index, rows, row)?.index ?? null]);
    expect(Object.fromEntries(found)).toEqual({
      '240.0.0.0/8': 1,
      'fd00:1::/32': 0,
      '2a06:98c0:3600:1::/64': null,
      '192.0.2.1': null,
    });
  });
});
