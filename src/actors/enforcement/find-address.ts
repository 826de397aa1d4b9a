import { readAddress } from '../../edge/reputation/client-key.ts';
import { mask } from '../../edge/reputation/range.ts';
import type { JudgedThreats } from './judge-threats.ts';
import type { RangeColumns } from './range-columns.ts';

/** The row that holds the address most closely, or -1. A look at every row: an operator asks, not a visitor. */
export function findAddress(rows: RangeColumns, ip: string): number {
  const { family, high, low } = readAddress(ip);
  if (family === 0) return -1;
  const [first, end] = family === 4 ? [0, rows.ipv4] : [rows.ipv4, rows.high.length];
  // What encloses comes before what it encloses, so the last that holds it is the closest.
  for (let row = end - 1; row >= first; row -= 1) {
    const bits = rows.prefix[row]!;
    if (rows.high[row] === mask(high, bits) && rows.low[row] === mask(low, bits - 32)) return row;
  }
  return -1;
}

/** Ids of the sources that list the row. */
export function sourcesOf(threats: JudgedThreats, row: number): readonly string[] {
  const bits = threats.sourceBits[row]!;
  return threats.sources.filter((_, i) => ((bits >>> i) & 1) === 1);
}

/** 0 to 1, to two places. */
export function scoreOf(threats: JudgedThreats, row: number): number {
  return Number((threats.score[row]! / 255).toFixed(2));
}

/** Of these rows the ones with the highest score, highest first; ties keep their order. */
export function topRows(threats: JudgedThreats, rows: Uint32Array | null, limit: number): readonly number[] {
  const buckets: number[][] = Array.from({ length: 256 }, () => []);
  const count = rows === null ? threats.high.length : rows.length;
  for (let i = 0; i < count; i += 1) {
    const row = rows === null ? i : rows[i]!;
    const bucket = buckets[threats.score[row]!]!;
    if (bucket.length < limit) bucket.push(row);
  }
  return buckets.toReversed().flat().slice(0, limit);
}
