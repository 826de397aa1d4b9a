import type { Address } from './client-key.ts';
import type { Range } from './range.ts';

/** A range and how long it counts: Unix milliseconds, Infinity for good. */
export interface TimedRange {
  readonly range: Range;
  readonly until: number;
}

/** Neighbouring stretches of the address space: stretch i begins at high[i]:low[i], ends before the next, and belongs to entry owner[i] (-1: to none). */
interface Stretches {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly owner: Int32Array;
  readonly until: Float64Array;
}

/** Ranges made ready for look-ups. */
export interface RangeTable {
  readonly 4: Stretches;
  readonly 6: Stretches;
}

/**
 * Flattens ranges into disjoint stretches, so that a look-up is one binary search. CIDR ranges nest or are apart, never
 * overlap by half; where they nest, a stretch belongs to the one that lasts longest, because an address is blocked as
 * long as any range around it is.
 */
export function compileRanges(entries: readonly TimedRange[]): RangeTable {
  return Object.freeze({ 4: flatten(entries, 4), 6: flatten(entries, 6) });
}

/** Index into the compiled entries of a range that holds `address` and still counts at `now`, or -1. O(log n), allocates nothing. */
export function findRange(table: RangeTable, address: Address, now: number): number {
  if (address.family === 0) return -1;
  const { high, low, owner, until } = table[address.family];
  let first = 0;
  let end = high.length;
  while (first < end) {
    const middle = (first + end) >>> 1;
    const start = high[middle]!;
    if (start < address.high || (start === address.high && low[middle]! <= address.low)) first = middle + 1;
    else end = middle;
  }
  return first > 0 && until[first - 1]! > now ? owner[first - 1]! : -1;
}

function flatten(entries: readonly TimedRange[], family: 4 | 6): Stretches {
  const order = entries.map((_, i) => i).filter((i) => rangeAt(entries, i).family === family);
  order.sort((a, b) => compareRanges(rangeAt(entries, a), rangeAt(entries, b)));
  const starts: { high: number; low: number; owner: number }[] = [];
  const mark = (high: number, low: number, owner: number): void => {
    const last = starts.at(-1);
    if (last !== undefined && last.high === high && last.low === low) last.owner = owner;
    else starts.push({ high, low, owner });
  };
  const open: { after: { high: number; low: number } | null; owner: number }[] = [];
  const close = (): void => {
    const after = open.pop()?.after;
    // Null: the range reaches the end of the address space, and nothing follows it.
    if (after) mark(after.high, after.low, open.at(-1)?.owner ?? -1);
  };
  for (const i of order) {
    const range = rangeAt(entries, i);
    for (let top = open.at(-1); top?.after && isBefore(top.after, range); top = open.at(-1)) close();
    const around = open.at(-1)?.owner ?? -1;
    const owner = around >= 0 && untilOf(entries, around) >= untilOf(entries, i) ? around : i;
    mark(range.high, range.low, owner);
    open.push({ after: firstAfter(range), owner });
  }
  while (open.length > 0) close();
  return {
    high: Uint32Array.from(starts, (s) => s.high),
    low: Uint32Array.from(starts, (s) => s.low),
    owner: Int32Array.from(starts, (s) => s.owner),
    until: Float64Array.from(starts, (s) => untilOf(entries, s.owner)),
  };
}

function rangeAt(entries: readonly TimedRange[], index: number): Range {
  return entries[index]!.range;
}

function untilOf(entries: readonly TimedRange[], index: number): number {
  return entries[index]?.until ?? Number.NEGATIVE_INFINITY;
}

/** By start, the wider first: whatever encloses comes before what it encloses. */
function compareRanges(a: Range, b: Range): number {
  return a.high - b.high || a.low - b.low || a.prefix - b.prefix;
}

function isBefore(a: { high: number; low: number }, b: { high: number; low: number }): boolean {
  return a.high < b.high || (a.high === b.high && a.low <= b.low);
}

/** The first address past a range, or null at the end of the 64-bit space. */
export function firstAfter(range: Pick<Range, 'high' | 'low' | 'prefix'>): { high: number; low: number } | null {
  const step = 2 ** (range.prefix <= 32 ? 32 - range.prefix : 64 - range.prefix);
  if (range.prefix > 32 && range.low + step <= 0xffffffff) return { high: range.high, low: range.low + step };
  const high = range.high + (range.prefix > 32 ? 1 : step);
  return high > 0xffffffff ? null : { high, low: 0 };
}
