import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileAllowed, findAllowed } from '../../../src/actors/collector/allow-set.ts';
import { carve } from '../../../src/actors/collector/carve.ts';
import { readCidr } from '../../../src/actors/collector/cidr.ts';
import { FeedRows } from '../../../src/actors/collector/feed-rows.ts';
import { EMPTY_TABLE, type IndicatorTable, mergeCopy } from '../../../src/actors/collector/indicator-table.ts';
import { type MergeSource, mergeTables } from '../../../src/actors/collector/merge-tables.ts';
import { holds, type Prefix, writePrefix } from '../../../src/actors/collector/prefix.ts';
import { rowAt, type ThreatRows } from '../../../src/actors/collector/threat-rows.ts';

/** A universe of 64 addresses, so that a naive model can ask of each: an IPv4 /26, or the /58 of 64 IPv6 clients. */
const SIZE = 64;
const UNIVERSES = {
  4: { base: 0x05050500, bits: 32 },
  6: { base: 0x20014000, bits: 64 },
} as const;

type Family = 4 | 6;
interface Row {
  readonly start: number;
  readonly length: number;
  readonly confidence: number;
}

/** A range in the universe: `length` 0 is all of it, 6 one address. */
function prefixOf(family: Family, { start, length }: Pick<Row, 'start' | 'length'>): Prefix {
  const { base, bits } = UNIVERSES[family];
  const aligned = start - (start % 2 ** (6 - length));
  const high = family === 4 ? base + aligned : base;
  return { family, high, low: family === 4 ? 0 : aligned, prefix: bits - 6 + length };
}

function addressOf(family: Family, n: number): Prefix {
  return prefixOf(family, { start: n, length: 6 });
}

const arbRow = fc.record({
  start: fc.integer({ min: 0, max: SIZE - 1 }),
  length: fc.integer({ min: 0, max: 6 }),
  confidence: fc.integer({ min: 1, max: 255 }),
});
const arbRows = fc.array(arbRow, { maxLength: 12 });
const arbSource = fc.record({
  family: fc.constantFrom('a', 'b', 'c'),
  weight: fc.constantFrom(0, 0.25, 0.5, 0.9, 1),
  rows4: arbRows,
  rows6: arbRows,
});
type ArbSource = typeof arbSource extends fc.Arbitrary<infer T> ? T : never;
const arbAllow = fc.array(
  fc.record({
    family: fc.constantFrom<Family>(4, 6),
    start: fc.integer({ min: 0, max: SIZE - 1 }),
    length: fc.integer({ min: 0, max: 6 }),
  }),
  { maxLength: 6 },
);

function tableOf({ rows4, rows6 }: ArbSource): IndicatorTable {
  const rows = new FeedRows();
  for (const [family, list] of [
    [4, rows4],
    [6, rows6],
  ] as const) {
    for (const row of list) {
      const { high, low, prefix } = prefixOf(family, row);
      rows.take(writePrefix(family, high, low, prefix), row.confidence / 255);
    }
  }
  return mergeCopy(EMPTY_TABLE, rows.finish(), { now: 10, heard: 10, lifetime: 100 });
}

function toSource(source: ArbSource): MergeSource {
  const { family, weight } = source;
  return { family, weight, table: tableOf(source), heardAt: 0, intervalMs: 1, lifetimeMs: 3_600_000 };
}

/** What the definition says of one address, worked out from nothing but the definition. */
function naiveScore(sources: readonly ArbSource[], family: Family, n: number): number {
  const families = new Map<string, number>();
  for (const source of sources) {
    for (const row of family === 4 ? source.rows4 : source.rows6) {
      if (!holds(prefixOf(family, row), addressOf(family, n))) continue;
      const strength = source.weight * (row.confidence / 255);
      families.set(source.family, Math.max(families.get(source.family) ?? 0, strength));
    }
  }
  return 1 - [...families.values()].reduce((doubt, strength) => doubt * (1 - strength), 1);
}

/** The most specific row around an address, as the edge finds it; -1 when there is none. */
function narrowestRow(rows: ThreatRows, address: Prefix): number {
  let best = -1;
  for (let row = 0; row < rows.high.length; row += 1) {
    if (holds(rowAt(rows, row), address) && (best < 0 || rows.prefix[row]! > rows.prefix[best]!)) best = row;
  }
  return best;
}

function expectSorted(rows: ThreatRows): void {
  for (let row = 1; row < rows.high.length; row += 1) {
    const a = rowAt(rows, row - 1);
    const b = rowAt(rows, row);
    const order = a.family - b.family || a.high - b.high || a.low - b.low || a.prefix - b.prefix;
    expect(order).toBeLessThan(0);
  }
}

const everyAddress = ([4, 6] as const).flatMap((family) => Array.from({ length: SIZE }, (_, n) => ({ family, n })));

describe('the merge', () => {
  test('gives each address the score that the definition gives it', () => {
    fc.assert(
      fc.property(fc.array(arbSource, { maxLength: 4 }), (sources) => {
        const rows = mergeTables(sources.map(toSource), 0);
        expectSorted(rows);
        for (const { family, n } of everyAddress) {
          const expected = naiveScore(sources, family, n);
          const row = narrowestRow(rows, addressOf(family, n));
          const score = row < 0 ? 0 : rows.score[row]! / 10_000;
          expect(Math.abs(score - expected)).toBeLessThan(0.000_11);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('marks a row with every source that lists it or a range around it', () => {
    fc.assert(
      fc.property(fc.array(arbSource, { maxLength: 4 }), (sources) => {
        const rows = mergeTables(sources.map(toSource), 0);
        for (let row = 0; row < rows.high.length; row += 1) {
          const at = rowAt(rows, row);
          const bits = sources.reduce((found, source, i) => {
            const list = at.family === 4 ? source.rows4 : source.rows6;
            return list.some((other) => holds(prefixOf(at.family, other), at)) ? found + 2 ** i : found;
          }, 0);
          expect(rows.bits[row]).toBe(bits);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('carving', () => {
  test('spares every allowed address, and leaves every other as it was', () => {
    fc.assert(
      fc.property(fc.array(arbSource, { maxLength: 3 }), arbAllow, (sources, spared) => {
        const merged = mergeTables(sources.map(toSource), 0);
        const ranges = spared.map((range) => prefixOf(range.family, range));
        const allow = compileAllowed(
          ranges.map((at) => ({ at, entry: { range: 'x', note: '', origin: 'operator' as const } })),
        );
        const { rows, leftOut } = carve(merged, allow);
        expect(leftOut).toBe(0);
        expectSorted(rows);
        for (let row = 0; row < rows.high.length; row += 1) {
          const at = rowAt(rows, row);
          // Not even a part of it.
          expect(ranges.some((range) => holds(range, at) || holds(at, range))).toBe(false);
        }
        for (const { family, n } of everyAddress) {
          const address = addressOf(family, n);
          const allowed = ranges.some((range) => holds(range, address));
          expect(findAllowed(allow, address) !== null).toBe(allowed);
          const before = narrowestRow(merged, address);
          const after = narrowestRow(rows, address);
          if (allowed) expect(after).toBe(-1);
          else {
            expect(after < 0).toBe(before < 0);
            if (before >= 0) expect(rows.score[after]).toBe(merged.score[before]);
            if (before >= 0) expect(rows.bits[after]).toBe(merged.bits[before]);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  test('cuts a range into the fewest pieces', () => {
    const rows = mergeTables(
      [toSource({ family: 'a', weight: 1, rows4: [{ start: 0, length: 0, confidence: 255 }], rows6: [] })],
      0,
    );
    const at = addressOf(4, 0);
    const allow = compileAllowed([{ at, entry: { range: 'x', note: '', origin: 'operator' } }]);
    const carved = carve(rows, allow).rows;
    expect([...carved.prefix]).toEqual([32, 31, 30, 29, 28, 27]);
  });

  test('leaves a range out that would fall into too many pieces: the allow-list wins', () => {
    const table = new FeedRows();
    table.take('5.0.0.0/8');
    table.take('9.9.9.9');
    const source = { family: 'a', weight: 1, heardAt: 0, intervalMs: 1, lifetimeMs: 3_600_000 };
    const rows = mergeTables(
      [{ ...source, table: mergeCopy(EMPTY_TABLE, table.finish(), { now: 1, heard: 1, lifetime: 9 }) }],
      0,
    );
    const spared = Array.from({ length: 1000 }, (_, i) => readCidr(`5.${i >> 2}.${(i & 3) * 64}.1/32`));
    const allow = compileAllowed(
      spared.map((at) => ({ at, entry: { range: 'x', note: '', origin: 'operator' as const } })),
    );
    const carved = carve(rows, allow);
    expect(carved.leftOut).toBe(1);
    expect(carved.rows.high).toEqual(Uint32Array.of(0x09090909));
  });
});
