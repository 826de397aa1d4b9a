import { TIERS, type Tier } from '../../../src/edge/reputation/graduated-response.ts';
import { parseRange, type Range } from '../../../src/edge/reputation/range.ts';
import { type ThreatReleaseInput, writeThreats } from '../../../src/edge/reputation/threat-release.ts';

/** A threat as a test writes it. */
export interface ListedThreat {
  readonly range: string;
  /** 0 to 255. */
  readonly score: number;
  readonly tier: Tier;
}

/** Threats as a release is made of, in its order. The ranges may come in any order; none twice. */
export function threatInput(
  threats: readonly ListedThreat[],
  allow: ThreatReleaseInput['allow'] = [],
): ThreatReleaseInput {
  const rows = threats
    .map(({ range, score, tier }) => ({ range: rangeOf(range), score, tier: TIERS.indexOf(tier) }))
    .toSorted((a, b) => compareRanges(a.range, b.range));
  return {
    at: 1_790_000_000_000,
    origin: 'live',
    ipv4: rows.filter(({ range }) => range.family === 4).length,
    high: Uint32Array.from(rows, ({ range }) => range.high),
    low: Uint32Array.from(rows, ({ range }) => range.low),
    prefix: Uint8Array.from(rows, ({ range }) => range.prefix),
    score: Uint8Array.from(rows, ({ score }) => score),
    tier: Uint8Array.from(rows, ({ tier }) => tier),
    allow,
  };
}

export function threatRelease(threats: readonly ListedThreat[], allow: ThreatReleaseInput['allow'] = []): string {
  return writeThreats(threatInput(threats, allow));
}

export function rangeOf(text: string): Range {
  const parsed = parseRange(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem.message}`);
  return parsed.range;
}

function compareRanges(a: Range, b: Range): number {
  return a.family - b.family || a.high - b.high || a.low - b.low || a.prefix - b.prefix;
}
