import { compareRows, sortRanges } from '../../../src/actors/enforcement/range-columns.ts';
import type { AllowEntry, ThreatTable } from '../../../src/actors/contracts.ts';
import { parseRange } from '../../../src/edge/reputation/range.ts';

/** A table as the collector makes it, from ranges and scores (0 to 1), all listed by `sources[0]` unless `bits` says otherwise. */
export function threatTable(
  rows: Readonly<Record<string, number>>,
  options: {
    readonly sources?: readonly string[];
    readonly bits?: Readonly<Record<string, number>>;
    readonly allow?: readonly AllowEntry[];
    readonly etag?: string;
  } = {},
): ThreatTable {
  const entries = Object.entries(rows).map(([text, score]) => {
    const parsed = parseRange(text);
    if (!parsed.ok) throw new Error(`no range: ${text}`);
    return { range: parsed.range, score, text };
  });
  const { rows: sorted, order } = sortRanges(entries.map(({ range }) => range));
  for (let i = 1; i < order.length; i += 1) if (compareRows(sorted, i - 1, sorted, i) >= 0) throw new Error('twice');
  return {
    etag: options.etag ?? JSON.stringify(rows),
    at: 0,
    ...sorted,
    score: Uint8Array.from(order, (i) => Math.floor((entries[i]?.score ?? 0) * 255 + 1e-9)),
    sourceBits: Uint32Array.from(order, (i) => options.bits?.[entries[i]?.text ?? ''] ?? 1),
    sources: options.sources ?? ['ipsum'],
    allow: options.allow ?? [],
  };
}
