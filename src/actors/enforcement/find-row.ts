import { readAddress, writeIpv4, writeIpv6 } from '../../edge/reputation/client-key.ts';
import { mask } from '../../edge/reputation/range.ts';
import type { JudgedThreats } from './judge-threats.ts';

/** The row that holds the address most closely, or -1. A look at every row: an operator asks, not a visitor. */
export function findRow(threats: JudgedThreats, ip: string): number {
  const { family, high, low } = readAddress(ip);
  if (family === 0) return -1;
  const [first, end] = family === 4 ? [0, threats.ipv4] : [threats.ipv4, threats.high.length];
  // What encloses comes before what it encloses, so the last that holds it is the closest.
  for (let row = end - 1; row >= first; row -= 1) {
    const bits = threats.prefix[row]!;
    if (threats.high[row] === mask(high, bits) && threats.low[row] === mask(low, bits - 32)) return row;
  }
  return -1;
}

/** The row's range, canonical. */
export function rangeText(threats: JudgedThreats, row: number): string {
  const [high, low, prefix] = [threats.high[row]!, threats.low[row]!, threats.prefix[row]!];
  if (row >= threats.ipv4) return `${writeIpv6(high, low)}/${prefix}`;
  return prefix === 32 ? writeIpv4(high) : `${writeIpv4(high)}/${prefix}`;
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
