import { writeIpv4, writeIpv6 } from '../../edge/reputation/client-key.ts';
import { parseRange, type Range } from '../../edge/reputation/range.ts';

/** Ranges in parallel columns: IPv4 first, then by start, the wider first, each once. A ThreatTable is one. */
export interface RangeColumns {
  /** How many rows are IPv4; the rest are IPv6. */
  readonly ipv4: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly prefix: Uint8Array;
}

export const NO_RANGES: RangeColumns = Object.freeze({
  ipv4: 0,
  high: new Uint32Array(),
  low: new Uint32Array(),
  prefix: new Uint8Array(),
});

/** As `parseRange` writes it. */
export function textAt(rows: RangeColumns, row: number): string {
  const { ipv4, high, low, prefix } = rows;
  if (row >= ipv4) return `${writeIpv6(high[row]!, low[row]!)}/${prefix[row]}`;
  return prefix[row] === 32 ? writeIpv4(high[row]!) : `${writeIpv4(high[row]!)}/${prefix[row]}`;
}

export function familyAt(rows: RangeColumns, row: number): 4 | 6 {
  return row < rows.ipv4 ? 4 : 6;
}

/** The order of rows, across two tables. */
export function compareRows(a: RangeColumns, i: number, b: RangeColumns, j: number): number {
  return (
    familyAt(a, i) - familyAt(b, j) || a.high[i]! - b.high[j]! || a.low[i]! - b.low[j]! || a.prefix[i]! - b.prefix[j]!
  );
}

/** For each row of `a` the row of `b` with the same range, or -1. One pass over both. */
export function matchRows(a: RangeColumns, b: RangeColumns): Int32Array {
  const found = new Int32Array(a.high.length).fill(-1);
  for (let i = 0, j = 0; i < a.high.length && j < b.high.length;) {
    const order = compareRows(a, i, b, j);
    if (order === 0) found[i] = j;
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
  }
  return found;
}

/** The row of `rows` with the range in `row` of `other`, or -1. */
export function findRow(rows: RangeColumns, other: RangeColumns, row: number): number {
  let first = 0;
  let end = rows.high.length;
  while (first < end) {
    const middle = (first + end) >>> 1;
    const order = compareRows(rows, middle, other, row);
    if (order === 0) return middle;
    if (order < 0) first = middle + 1;
    else end = middle;
  }
  return -1;
}

/**
 * The range that a list's item names, or null when it is not one that we could have written: what is no address, too
 * wide, or so narrow that we would have widened it names other addresses than our range of that text.
 */
export function readItemRange(text: string): Range | null {
  const parsed = parseRange(text);
  if (!parsed.ok) return null;
  const { range } = parsed;
  const slash = text.indexOf('/');
  const bits = slash < 0 ? (range.family === 4 ? 32 : 128) : Number(text.slice(slash + 1));
  return bits === range.prefix ? range : null;
}

/** Columns of ranges in any order; `order[i]` is the index of the range in row i. Equal ranges keep one row each. */
export function sortRanges(ranges: readonly Range[]): { readonly rows: RangeColumns; readonly order: Uint32Array } {
  const order = Uint32Array.from(ranges.keys()).sort((x, y) => compareRanges(ranges[x]!, ranges[y]!));
  const rows = {
    ipv4: ranges.reduce((count, range) => count + (range.family === 4 ? 1 : 0), 0),
    high: Uint32Array.from(order, (i) => ranges[i]!.high),
    low: Uint32Array.from(order, (i) => ranges[i]!.low),
    prefix: Uint8Array.from(order, (i) => ranges[i]!.prefix),
  };
  return { rows, order };
}

function compareRanges(a: Range, b: Range): number {
  return a.family - b.family || a.high - b.high || a.low - b.low || a.prefix - b.prefix;
}

/** Some of the rows, in the order given: IPv4 first. */
export function pickRanges(rows: RangeColumns, picked: readonly number[] | Uint32Array): RangeColumns {
  return {
    ipv4: countBelow(picked, rows.ipv4),
    high: Uint32Array.from(picked, (row) => rows.high[row]!),
    low: Uint32Array.from(picked, (row) => rows.low[row]!),
    prefix: Uint8Array.from(picked, (row) => rows.prefix[row]!),
  };
}

function countBelow(picked: readonly number[] | Uint32Array, end: number): number {
  let count = 0;
  for (const row of picked) if (row < end) count += 1;
  return count;
}
