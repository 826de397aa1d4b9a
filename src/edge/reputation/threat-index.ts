import type { ThreatOrigin } from '../../actors/contracts.ts';
import type { Address } from './client-key.ts';
import type { Tier } from './graduated-response.ts';
import { compileRanges, findRange, firstAfter, type RangeTable } from './range-table.ts';
import { findSingle, NO_SINGLES, type Singles } from './threat-singles.ts';

/**
 * Threats made ready for look-ups: single IPv4 addresses, and apart from them ranges of both families, as stretches. A code is
 * `tier * 256 + score`: the tier as an index into TIERS, the score in 255ths.
 */
export interface ThreatIndex {
  /** Of the merge that it was made from; Unix milliseconds, 0 when it is empty from the start. */
  readonly at: number;
  readonly origin: ThreatOrigin;
  /** Addresses and ranges by tier. */
  readonly counts: Readonly<Record<Tier, number>>;
  readonly singles: Singles;
  readonly ranges: { readonly 4: CodedStretches; readonly 6: CodedStretches };
  readonly allow: RangeTable;
}

/** Neighbouring stretches of the address space: stretch i begins at high[i]:low[i] and ends before the next; code -1: nothing is listed there. */
export interface CodedStretches {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly code: Int16Array;
}

/** Ranges in parallel columns, by start, the wider first, host bits zero. */
export interface CodedRanges {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly prefix: Uint8Array;
  readonly code: Uint16Array;
}

/** Flattens ranges, so that a look-up is one binary search. CIDR ranges nest or are apart; where they nest, the most specific one speaks. */
export function flattenRanges({ high, low, prefix, code }: CodedRanges): CodedStretches {
  const size = high.length;
  // Each range begins one stretch, and the end of each begins another.
  const out = {
    high: new Uint32Array(size * 2),
    low: new Uint32Array(size * 2),
    code: new Int16Array(size * 2),
  };
  let length = 0;
  const mark = (startHigh: number, startLow: number, value: number): void => {
    const last = length - 1;
    const repeats = length > 0 && out.high[last] === startHigh && out.low[last] === startLow;
    const at = repeats ? last : length;
    out.high[at] = startHigh;
    out.low[at] = startLow;
    out.code[at] = value;
    if (!repeats) length += 1;
  };
  const open: { readonly after: { high: number; low: number } | null; readonly code: number }[] = [];
  const close = (): void => {
    const after = open.pop()?.after;
    // Null: the range reaches the end of the address space, and nothing follows it.
    if (after) mark(after.high, after.low, open.at(-1)?.code ?? -1);
  };
  for (let i = 0; i < size; i += 1) {
    const start = { high: high[i]!, low: low[i]!, prefix: prefix[i]! };
    for (let top = open.at(-1); top?.after && !isAfter(top.after, start); top = open.at(-1)) close();
    mark(start.high, start.low, code[i]!);
    open.push({ after: firstAfter(start), code: code[i]! });
  }
  while (open.length > 0) close();
  return Object.freeze({
    high: out.high.slice(0, length),
    low: out.low.slice(0, length),
    code: out.code.slice(0, length),
  });
}

/**
 * The code of what lists `address`, `tier * 256 + score` with the tier an index into TIERS and the score in 255ths; -1 when
 * nothing does. O(log n), allocates nothing. The allow-list is not asked.
 */
export function findThreat(index: ThreatIndex, address: Address): number {
  if (address.family === 4) {
    const code = findSingle(index.singles, address.high);
    return code >= 0 ? code : findStretch(index.ranges[4], address.high, 0);
  }
  return address.family === 6 ? findStretch(index.ranges[6], address.high, address.low) : -1;
}

/** Whether `address` is on the allow-list that came with the threats. */
export function isAllowed(index: ThreatIndex, address: Address): boolean {
  return findRange(index.allow, address, 0) >= 0;
}

function findStretch({ high, low, code }: CodedStretches, wantedHigh: number, wantedLow: number): number {
  let first = 0;
  let end = high.length;
  while (first < end) {
    const middle = (first + end) >>> 1;
    const start = high[middle]!;
    if (start < wantedHigh || (start === wantedHigh && low[middle]! <= wantedLow)) first = middle + 1;
    else end = middle;
  }
  return first > 0 ? code[first - 1]! : -1;
}

function isAfter(a: { high: number; low: number }, b: { high: number; low: number }): boolean {
  return a.high > b.high || (a.high === b.high && a.low > b.low);
}

const NO_RANGES: CodedStretches = Object.freeze({
  high: new Uint32Array(0),
  low: new Uint32Array(0),
  code: new Int16Array(0),
});

/** Nobody is listed. */
export const EMPTY_THREATS: ThreatIndex = Object.freeze({
  at: 0,
  origin: 'none',
  counts: Object.freeze({ log_only: 0, rate_limit: 0, challenge: 0, block: 0 }),
  singles: NO_SINGLES,
  ranges: Object.freeze({ 4: NO_RANGES, 6: NO_RANGES }),
  allow: compileRanges([]),
});
