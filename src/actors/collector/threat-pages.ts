import { parseRange } from '../../edge/reputation/range.ts';
import type { Threat, ThreatPage, ThreatQuery } from '../contracts.ts';
import { HOUR_MS } from './indicator-table.ts';
import { SCORE_UNIT } from './noisy-or.ts';
import { comparePrefixes, type Prefix, writePrefix } from './prefix.ts';
import { rowAt, type ThreatRows } from './threat-rows.ts';

/** A page of 10,000 threats is about 1 MB of JSON. */
export const PAGE_LIMIT = 10_000;

/** Rows by score, the highest first; equals in the order of the rows. */
export function orderByScore({ score }: ThreatRows): Uint32Array {
  // One number each, so that the platform's own sort does it.
  const keys = new Float64Array(score.length);
  for (let row = 0; row < keys.length; row += 1) keys[row] = (SCORE_UNIT - score[row]!) * 2 ** 32 + row;
  keys.sort();
  return Uint32Array.from(keys, (key) => key % 2 ** 32);
}

/** The place in the order behind which a page begins; it holds though rows come and go between two pages. */
interface Place extends Prefix {
  readonly score: number;
}

/** One page. `sources`: ids by bit. A cursor that cannot be read begins at the start. */
export function pageOf(
  rows: ThreatRows,
  order: Uint32Array,
  sources: readonly string[],
  query: ThreatQuery,
): ThreatPage {
  const limit = Math.min(Math.max(Math.floor(query.limit) || 1, 1), PAGE_LIMIT);
  const lowest = Math.ceil((query.minScore ?? 0) * SCORE_UNIT - 1e-7);
  const bit = query.source === undefined ? -1 : sources.indexOf(query.source);
  const wanted = query.source === undefined ? 0xffffffff : bit < 0 ? 0 : (1 << bit) >>> 0;
  const place = query.cursor === undefined ? null : readCursor(query.cursor);
  const threats: Threat[] = [];
  let total = 0;
  let last: Place | null = null;
  let more = false;
  for (const row of order) {
    if (rows.score[row]! < lowest) break;
    if ((rows.bits[row]! & wanted) === 0) continue;
    total += 1;
    if (more || (place !== null && !isBehind(rows, row, place))) continue;
    if (threats.length === limit) more = true;
    else {
      threats.push(threatAt(rows, row, sources));
      last = rowAt(rows, row);
    }
  }
  return { threats, total, cursor: more && last !== null ? writeCursor(last) : null };
}

function threatAt(rows: ThreatRows, row: number, sources: readonly string[]): Threat {
  const { family, high, low, prefix, score, bits, since } = rowAt(rows, row);
  return {
    range: writePrefix(family, high, low, prefix),
    score: score / SCORE_UNIT,
    sources: sources.filter((_, i) => (bits & (1 << i)) !== 0),
    firstSeen: since * HOUR_MS,
  };
}

function isBehind(rows: ThreatRows, row: number, place: Place): boolean {
  const score = rows.score[row]!;
  return score < place.score || (score === place.score && comparePrefixes(rowAt(rows, row), place) > 0);
}

function writeCursor({ score, family, high, low, prefix }: Place): string {
  return `${score}_${writePrefix(family, high, low, prefix)}`;
}

function readCursor(cursor: string): Place | null {
  const [, score, range] = /^(\d{1,5})_(.{2,49})$/.exec(cursor) ?? [];
  const parsed = range === undefined ? null : parseRange(range);
  return parsed?.ok === true ? { ...parsed.range, score: Number(score) } : null;
}
