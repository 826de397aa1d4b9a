import type { AllowEntry, ThreatTable } from '../../../../src/actors/contracts.ts';
import { sortRanges } from '../../../../src/actors/enforcement/range-columns.ts';
import { TIERS } from '../../../../src/edge/reputation/graduated-response.ts';
import { parseRange } from '../../../../src/edge/reputation/range.ts';

export interface Row {
  readonly range: string;
  /** 0 to 1. */
  readonly score: number;
  /** By score when absent: 0.8, 0.6, 0.4. */
  readonly tier?: (typeof TIERS)[number];
  readonly sources?: readonly string[];
}

const NOBODY: Row = { range: '', score: 0 };

/** Threats as the collector gives them, and the tier of each row. */
export function tableOf(
  rows: readonly Row[],
  allow: readonly AllowEntry[] = [],
): { table: ThreatTable; tier: Uint8Array } {
  const ranges = rows.map(({ range }) => {
    const parsed = parseRange(range);
    if (!parsed.ok) throw new Error(`${range} ${parsed.problem.message}`);
    return parsed.range;
  });
  const sources = [...new Set(rows.flatMap((row) => row.sources ?? ['ipsum']))];
  const { rows: columns, order } = sortRanges(ranges);
  const at = (i: number) => rows[i] ?? NOBODY;
  const table: ThreatTable = {
    ...columns,
    etag: 'test',
    at: 0,
    score: Uint8Array.from(order, (i) => Math.floor(at(i).score * 255 + 1e-9)),
    sourceBits: Uint32Array.from(order, (i) =>
      (at(i).sources ?? ['ipsum']).reduce((bits, id) => bits | (1 << sources.indexOf(id)), 0),
    ),
    sources,
    allow,
  };
  return { table, tier: Uint8Array.from(order, (i) => TIERS.indexOf(at(i).tier ?? tierOf(at(i).score))) };
}

function tierOf(score: number): (typeof TIERS)[number] {
  if (score >= 0.8) return 'block';
  if (score >= 0.6) return 'challenge';
  return score >= 0.4 ? 'rate_limit' : 'log_only';
}

/** The nth address of 16.0.0.0/4, spread so that neighbours in n are not neighbours as addresses. */
export function addressOf(n: number): string {
  const value = (0x10000000 + ((n * 2654435761) % 0x30000000)) >>> 0;
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}
