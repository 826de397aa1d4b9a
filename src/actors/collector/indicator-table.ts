import { mask } from '../../edge/reputation/range.ts';
import { type FeedCopy, ROW_LIMIT } from './feed-rows.ts';
import type { Prefix } from './prefix.ts';

/** What one source lists and has lately listed: the rows of a copy, and since when and until when each was in it. */
export interface IndicatorTable extends FeedCopy {
  /** Hours since 1970. */
  readonly firstSeen: Uint32Array;
  /** Hours since 1970; `LISTED` while the copy that stands has the row. */
  readonly lastSeen: Uint32Array;
}

export const LISTED = 0;

export const HOUR_MS = 3_600_000;

export const EMPTY_TABLE: IndicatorTable = Object.freeze({
  ipv4: 0,
  high: new Uint32Array(0),
  low: new Uint32Array(0),
  prefix: new Uint8Array(0),
  confidence: new Uint8Array(0),
  firstSeen: new Uint32Array(0),
  lastSeen: new Uint32Array(0),
});

/** Times of a merge, all in hours. */
export interface MergeTimes {
  readonly now: number;
  /** When the standing copy was last heard of: the last time that its rows were seen. */
  readonly heard: number;
  /** How long a row that is gone still counts. */
  readonly lifetime: number;
}

/**
 * A new copy merged into what stands: rows that stay keep their first day, rows that are gone fade from when they were last seen and are
 * dropped when their lifetime is over. One pass over both. Of more rows than are kept, those that are gone longest go first.
 */
export function mergeCopy(standing: IndicatorTable, copy: FeedCopy, times: MergeTimes): IndicatorTable {
  const { now, heard, lifetime } = times;
  const lastSeenOf = (row: number): number => (standing.lastSeen[row] === LISTED ? heard : standing.lastSeen[row]!);
  const gone = [...goneRows(standing, copy)].filter((row) => now - lastSeenOf(row) < lifetime);
  const room = Math.max(ROW_LIMIT - copy.high.length, 0);
  if (gone.length > room) {
    gone.sort((a, b) => lastSeenOf(b) - lastSeenOf(a) || a - b).splice(room);
    gone.sort((a, b) => a - b);
  }
  const rows = copy.high.length + gone.length;
  const merged = {
    high: new Uint32Array(rows),
    low: new Uint32Array(rows),
    prefix: new Uint8Array(rows),
    confidence: new Uint8Array(rows),
    firstSeen: new Uint32Array(rows),
    lastSeen: new Uint32Array(rows),
  };
  let ipv4 = 0;
  let before = 0;
  let next = 0;
  let nextGone = 0;
  for (let row = 0; row < rows; row += 1) {
    const fading =
      next >= copy.high.length || (nextGone < gone.length && compareRows(standing, gone[nextGone]!, copy, next) < 0);
    const from: FeedCopy = fading ? standing : copy;
    const at = fading ? gone[nextGone]! : next;
    merged.high[row] = from.high[at]!;
    merged.low[row] = from.low[at]!;
    merged.prefix[row] = from.prefix[at]!;
    merged.confidence[row] = from.confidence[at]!;
    if (at < from.ipv4) ipv4 += 1;
    if (fading) {
      merged.firstSeen[row] = standing.firstSeen[at]!;
      merged.lastSeen[row] = lastSeenOf(at);
      nextGone += 1;
    } else {
      while (before < standing.high.length && compareRows(standing, before, copy, next) < 0) before += 1;
      const known = before < standing.high.length && compareRows(standing, before, copy, next) === 0;
      merged.firstSeen[row] = known ? standing.firstSeen[before]! : now;
      merged.lastSeen[row] = LISTED;
      next += 1;
    }
  }
  return { ipv4, ...merged };
}

/** How many rows the copy that stands has. */
export function countListed({ lastSeen }: IndicatorTable): number {
  let listed = 0;
  for (const seen of lastSeen) if (seen === LISTED) listed += 1;
  return listed;
}

/** The rows that hold `address`, the widest first. One binary search for each length of prefix that may be. */
export function rowsAround(table: FeedCopy, { family, high, low, prefix }: Prefix): readonly number[] {
  const found: number[] = [];
  const widest = family === 4 ? 8 : 12;
  for (let length = widest; length <= prefix; length += 1) {
    const row = findRow(table, { family, high: mask(high, length), low: mask(low, length - 32), prefix: length });
    if (row >= 0) found.push(row);
  }
  return found;
}

function findRow(table: FeedCopy, { family, high, low, prefix }: Prefix): number {
  let first = family === 4 ? 0 : table.ipv4;
  let end = family === 4 ? table.ipv4 : table.high.length;
  while (first < end) {
    const middle = (first + end) >>> 1;
    const order = table.high[middle]! - high || table.low[middle]! - low || table.prefix[middle]! - prefix;
    if (order === 0) return middle;
    if (order < 0) first = middle + 1;
    else end = middle;
  }
  return -1;
}

/** Rows of `standing` that `copy` does not have, in their order. */
function* goneRows(standing: FeedCopy, copy: FeedCopy): Generator<number> {
  let next = 0;
  for (let row = 0; row < standing.high.length; row += 1) {
    while (next < copy.high.length && compareRows(copy, next, standing, row) < 0) next += 1;
    if (next >= copy.high.length || compareRows(copy, next, standing, row) !== 0) yield row;
  }
}

function compareRows(a: FeedCopy, i: number, b: FeedCopy, j: number): number {
  const families = Number(i >= a.ipv4) - Number(j >= b.ipv4);
  return families || a.high[i]! - b.high[j]! || a.low[i]! - b.low[j]! || a.prefix[i]! - b.prefix[j]!;
}
