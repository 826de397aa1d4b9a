import { mask } from '../../edge/reputation/range.ts';
import { writeIpv4, writeIpv6 } from '../../edge/reputation/client-key.ts';

/** A 64-bit prefix (see `Address` in `src/edge/reputation/client-key.ts`) with the family it is of. */
export interface Prefix {
  readonly family: 4 | 6;
  readonly high: number;
  readonly low: number;
  readonly prefix: number;
}

/** Upper half of the last address of a range. */
export function lastHigh(high: number, prefix: number): number {
  return prefix >= 32 ? high : (high | (0xffffffff >>> prefix)) >>> 0;
}

/** Lower half of the last address of a range. */
export function lastLow(low: number, prefix: number): number {
  if (prefix <= 32) return 0xffffffff;
  return prefix >= 64 ? low : (low | (0xffffffff >>> (prefix - 32))) >>> 0;
}

/** IPv4 first, then by start, the wider first: whatever encloses comes before what it encloses. */
export function comparePrefixes(a: Prefix, b: Prefix): number {
  return a.family - b.family || a.high - b.high || a.low - b.low || a.prefix - b.prefix;
}

/** True when `outer` holds all of `inner`. */
export function holds(outer: Prefix, inner: Prefix): boolean {
  return (
    outer.family === inner.family &&
    outer.prefix <= inner.prefix &&
    mask(inner.high, outer.prefix) === outer.high &&
    mask(inner.low, outer.prefix - 32) === outer.low
  );
}

/** Canonical text, as `parseRange` writes it. */
export function writePrefix(family: 4 | 6, high: number, low: number, prefix: number): string {
  if (family === 6) return `${writeIpv6(high, low)}/${prefix}`;
  return prefix === 32 ? writeIpv4(high) : `${writeIpv4(high)}/${prefix}`;
}
