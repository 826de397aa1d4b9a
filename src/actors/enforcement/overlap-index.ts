import { join, readIpv4, readIpv6, isMapped } from '../../edge/reputation/client-key.ts';
import { mask } from '../../edge/reputation/range.ts';
import { familyAt, type RangeColumns } from './range-columns.ts';

/** How a row meets an entry: it lies within it, or holds it (or a part of what it names). */
export type Overlap = { readonly index: number; readonly within: boolean };

interface Block {
  readonly family: 4 | 6;
  readonly high: number;
  readonly low: number;
  readonly prefix: number;
  readonly index: number;
}

interface Side {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly prefix: Uint8Array;
  readonly index: Uint32Array;
}

/** Ranges to be compared with many rows: sorted, the outermost alone, so that one binary search answers. */
export interface OverlapIndex {
  readonly 4: Side;
  readonly 6: Side;
}

/**
 * Of ranges as text; what cannot be read is left out. Wider ones than a list may hold are taken too: all of
 * `fc00::/7` is to be spared. `index` of an answer is the place in `ranges`.
 */
export function indexRanges(ranges: readonly string[]): OverlapIndex {
  const blocks = ranges.map(readBlock).filter((block) => block !== null);
  blocks.sort((a, b) => a.high - b.high || a.low - b.low || a.prefix - b.prefix);
  return { 4: outermost(blocks, 4), 6: outermost(blocks, 6) };
}

/** The entry that the row meets, or null. Of several inside the row the last. */
export function findOverlap(index: OverlapIndex, rows: RangeColumns, row: number): Overlap | null {
  const side = index[familyAt(rows, row)];
  const high = rows.high[row]!;
  const low = rows.low[row]!;
  const prefix = rows.prefix[row]!;
  const endHigh = prefix >= 32 ? high : high + 2 ** (32 - prefix) - 1;
  const endLow = prefix <= 32 ? 0xffffffff : low + 2 ** (64 - prefix) - 1;
  // Entries are disjoint: if the last that begins no later than the row's end does not meet it, none does.
  let first = 0;
  let end = side.high.length;
  while (first < end) {
    const middle = (first + end) >>> 1;
    const start = side.high[middle]!;
    if (start < endHigh || (start === endHigh && side.low[middle]! <= endLow)) first = middle + 1;
    else end = middle;
  }
  if (first === 0) return null;
  const entry = first - 1;
  const least = Math.min(prefix, side.prefix[entry]!);
  const meets =
    mask(high, least) === mask(side.high[entry]!, least) &&
    mask(low, least - 32) === mask(side.low[entry]!, least - 32);
  return meets ? { index: side.index[entry]!, within: side.prefix[entry]! <= prefix } : null;
}

function outermost(blocks: readonly Block[], family: 4 | 6): Side {
  const kept: Block[] = [];
  for (const block of blocks) {
    if (block.family !== family) continue;
    const last = kept.at(-1);
    const nested =
      last !== undefined &&
      mask(block.high, last.prefix) === last.high &&
      mask(block.low, last.prefix - 32) === last.low;
    if (!nested) kept.push(block);
  }
  return {
    high: Float64Array.from(kept, (block) => block.high),
    low: Float64Array.from(kept, (block) => block.low),
    prefix: Uint8Array.from(kept, (block) => block.prefix),
    index: Uint32Array.from(kept, (block) => block.index),
  };
}

function readBlock(text: string, index: number): Block | null {
  const slash = text.indexOf('/');
  const ip = slash < 0 ? text : text.slice(0, slash);
  const bits = slash < 0 ? 128 : Number(text.slice(slash + 1));
  if (!Number.isInteger(bits) || bits < 0 || bits > 128) return null;
  const ipv4 = readIpv4(ip);
  if (ipv4 >= 0) return makeBlock(4, ipv4, 0, Math.min(bits, 32), index);
  const parts = readIpv6(ip);
  if (parts === null) return null;
  if (isMapped(parts)) return makeBlock(4, join(parts[6], parts[7]), 0, Math.max(0, Math.min(bits, 128) - 96), index);
  return makeBlock(6, join(parts[0], parts[1]), join(parts[2], parts[3]), Math.min(bits, 64), index);
}

function makeBlock(family: 4 | 6, high: number, low: number, prefix: number, index: number): Block {
  return { family, high: mask(high, prefix), low: mask(low, prefix - 32), prefix, index };
}
