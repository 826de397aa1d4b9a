import type { AllowEntry } from '../contracts.ts';
import { readCidr } from './cidr.ts';
import { comparePrefixes, holds, type Prefix } from './prefix.ts';
import { BOGONS, CLOUDFLARE_RANGES } from './reserved-ranges.ts';

/** An entry of the allow-list with what it spares. */
export interface AllowedRange {
  readonly entry: AllowEntry;
  readonly at: Prefix;
}

/** What comes with the shield. */
export const RESERVED: readonly AllowedRange[] = [
  ...BOGONS.map(({ range, note }) => allowed(range, note, 'bogon')),
  ...CLOUDFLARE_RANGES.map(({ range, note }) => allowed(range, note, 'cloudflare')),
];

/** Everything that is spared, made ready for look-ups and for carving: sorted, and apart from one another. */
export interface AllowSet {
  readonly ranges: readonly AllowedRange[];
}

/**
 * Where entries nest the widest stays: what is inside it is spared by it. Of two for the same range an operator's stays, since it has the
 * note that says why.
 */
export function compileAllowed(entries: readonly AllowedRange[]): AllowSet {
  const sorted = [...entries].sort((a, b) => comparePrefixes(a.at, b.at) || rank(a) - rank(b));
  const ranges: AllowedRange[] = [];
  for (const range of sorted) {
    const last = ranges.at(-1);
    if (last === undefined || !holds(last.at, range.at)) ranges.push(range);
  }
  return { ranges };
}

/** The entry that holds all of `asked`, or null. */
export function findAllowed({ ranges }: AllowSet, asked: Prefix): AllowEntry | null {
  let first = 0;
  let end = ranges.length;
  while (first < end) {
    const middle = (first + end) >>> 1;
    if (comparePrefixes(ranges[middle]!.at, asked) <= 0) first = middle + 1;
    else end = middle;
  }
  const before = first > 0 ? ranges[first - 1] : undefined;
  return before !== undefined && holds(before.at, asked) ? before.entry : null;
}

function allowed(range: string, note: string, origin: AllowEntry['origin']): AllowedRange {
  return { entry: Object.freeze({ range, note, origin }), at: readCidr(range) };
}

function rank({ entry }: AllowedRange): number {
  return entry.origin === 'operator' ? 0 : 1;
}
