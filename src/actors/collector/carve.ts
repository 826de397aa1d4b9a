import type { AllowSet } from './allow-set.ts';
import { comparePrefixes, lastHigh, lastLow, type Prefix } from './prefix.ts';
import { rowAt, ThreatColumns, type ThreatRow, type ThreatRows } from './threat-rows.ts';

/**
 * Pieces that one range may fall into: a /8 around a hundred spared /32s makes 2,400. One that would fall into more is left out, for the
 * allow-list wins.
 */
const PIECE_LIMIT = 4096;
/** Pieces in all, for the memory of the isolate; ranges past it are left out whole. */
const TOTAL_LIMIT = 65_536;

export interface Carved {
  readonly rows: ThreatRows;
  /** Rows that the allow-list took away whole, and rows that it cut. */
  readonly dropped: number;
  readonly cut: number;
  /** Rows that would have fallen into too many pieces. */
  readonly leftOut: number;
}

/**
 * Takes what is allowed out of the threats. A row inside an allowed range goes; a row around some falls into the largest CIDR ranges that
 * touch none of them. Pieces of a range may meet rows that lay inside of it: of the same range that of the
 * row inside stays, which has the higher score, or the same and more sources, since it counts what is around it.
 */
export function carve(rows: ThreatRows, allow: AllowSet): Carved {
  const pieces: ThreatRow[] = [];
  const kept = new Uint8Array(rows.high.length);
  let dropped = 0;
  let cut = 0;
  let leftOut = 0;
  let next = 0;
  for (let row = 0; row < kept.length; row += 1) {
    const at = rowAt(rows, row);
    while (next < allow.ranges.length && endsBefore(allow.ranges[next]!.at, at)) next += 1;
    const first = allow.ranges[next]?.at;
    if (first === undefined || endsBefore(at, first)) kept[row] = 1;
    else if (first.prefix <= at.prefix) dropped += 1;
    else {
      const found = piecesOf(at, allow, next, Math.min(PIECE_LIMIT, TOTAL_LIMIT - pieces.length));
      if (found === null) leftOut += 1;
      else {
        cut += 1;
        for (const piece of found) pieces.push({ ...at, ...piece });
      }
    }
  }
  if (dropped + cut + leftOut === 0) return { rows, dropped, cut, leftOut };
  return { rows: weave(rows, kept, pieces), dropped, cut, leftOut };
}

/** The largest ranges in `range` that touch no allowed one, from the allowed range `from` on; null when they are more than `limit`. */
function piecesOf(range: Prefix, { ranges }: AllowSet, from: number, limit: number): readonly Prefix[] | null {
  const pieces: Prefix[] = [];
  let next = from;
  const split = (part: Prefix): boolean => {
    while (next < ranges.length && endsBefore(ranges[next]!.at, part)) next += 1;
    const first = ranges[next]?.at;
    if (first === undefined || endsBefore(part, first)) {
      pieces.push(part);
      return pieces.length <= limit;
    }
    if (first.prefix <= part.prefix) return true;
    return split(half(part, false)) && split(half(part, true));
  };
  return split(range) ? pieces : null;
}

function half({ family, high, low, prefix }: Prefix, upper: boolean): Prefix {
  const longer = prefix + 1;
  if (!upper) return { family, high, low, prefix: longer };
  return prefix < 32
    ? { family, high: (high | (1 << (31 - prefix))) >>> 0, low, prefix: longer }
    : { family, high, low: (low | (1 << (63 - prefix))) >>> 0, prefix: longer };
}

/** True when all of `a` lies before `b`. */
function endsBefore(a: Prefix, b: Prefix): boolean {
  if (a.family !== b.family) return a.family < b.family;
  const end = lastHigh(a.high, a.prefix);
  return end < b.high || (end === b.high && lastLow(a.low, a.prefix) < b.low);
}

/** Rows that were kept and pieces, in one order. */
function weave(rows: ThreatRows, kept: Uint8Array, pieces: readonly ThreatRow[]): ThreatRows {
  const sorted = [...pieces].sort(
    (a, b) => comparePrefixes(a, b) || b.score - a.score || b.bits - a.bits || a.since - b.since,
  );
  const out = new ThreatColumns(rows.high.length + sorted.length);
  let next = 0;
  let last: ThreatRow | null = null;
  const add = (piece: ThreatRow): void => {
    if (last !== null && comparePrefixes(last, piece) === 0) return;
    out.add(piece);
    last = piece;
  };
  for (let row = 0; row < kept.length; row += 1) {
    if (kept[row] === 0) continue;
    const own = rowAt(rows, row);
    while (next < sorted.length && comparePrefixes(sorted[next]!, own) < 0) add(sorted[next++]!);
    // A row inside of what was cut counts what was around it, so it is never the lower.
    add(own);
  }
  while (next < sorted.length) add(sorted[next++]!);
  return out.finish();
}
