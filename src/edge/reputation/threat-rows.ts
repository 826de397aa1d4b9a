import type { Tier } from './graduated-response.ts';
import { ByteReader, ByteWriter, countPairs, packPairs, pairAt, readBase64, writeBase64 } from './packed-bytes.ts';
import { mask } from './range.ts';
import { flattenRanges, type ThreatIndex } from './threat-index.ts';
import { type PackedSingles, SinglesWriter } from './threat-singles.ts';

/** Threats in parallel columns, in the order of a ThreatTable: IPv4 first, by start, the wider first; no range twice. */
export interface ThreatRows {
  /** How many rows are IPv4; the rest are IPv6. */
  readonly ipv4: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly prefix: Uint8Array;
  /** In 255ths. */
  readonly score: Uint8Array;
  /** Indices into TIERS. */
  readonly tier: Uint8Array;
}

/** All that is no single IPv4 address; base64 each. */
interface PackedRanges {
  /** How many are of IPv4. */
  readonly ipv4: number;
  /**
   * How far each start is past the one before; of IPv6 its lower half too, past the one before where the upper is the same; and the
   * prefix.
   */
  readonly starts: string;
  readonly scores: string;
  /** Two bits each. */
  readonly tiers: string;
}

/** Packs these rows, single IPv4 addresses apart from ranges: an address then takes under four bytes. Throws when they are not in order. */
export function packRows(
  { ipv4, high, low, prefix, score, tier }: ThreatRows,
  rows: readonly number[],
): {
  readonly counts: Readonly<Record<Tier, number>>;
  readonly singles: PackedSingles;
  readonly ranges: PackedRanges;
} {
  const singles = new SinglesWriter();
  const starts = new ByteWriter();
  const scores = new ByteWriter();
  const tiers: number[] = [];
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  let ipv4Ranges = 0;
  let last = FIRST;
  for (const i of rows) {
    const isIpv6 = i >= ipv4;
    const row = { high: high[i]!, low: low[i]!, prefix: prefix[i]! };
    counts[tier[i]! & 3]! += 1;
    if (!isIpv6 && row.prefix === 32) {
      singles.add(row.high, score[i]!, tier[i]!);
      continue;
    }
    if (isIpv6 && tiers.length === ipv4Ranges) last = FIRST;
    if (compare(last, row) >= 0) throw new Error('threats are not in order');
    starts.number(row.high - last.high);
    if (isIpv6) starts.number(row.high === last.high ? row.low - last.low : row.low);
    else ipv4Ranges += 1;
    starts.byte(row.prefix);
    scores.byte(score[i]!);
    tiers.push(tier[i]!);
    last = row;
  }
  const [log_only, rate_limit, challenge, block] = counts;
  return {
    counts: { log_only, rate_limit, challenge, block },
    singles: singles.pack(),
    ranges: {
      ipv4: ipv4Ranges,
      starts: starts.base64(),
      scores: scores.base64(),
      tiers: writeBase64(packPairs(tiers)),
    },
  };
}

interface Start {
  readonly high: number;
  readonly low: number;
  readonly prefix: number;
}

/** Before any range. */
const FIRST: Start = { high: 0, low: 0, prefix: -1 };

/** By start, the wider first. */
function compare(a: Start, b: Start): number {
  return a.high - b.high || a.low - b.low || a.prefix - b.prefix;
}

/** The ranges ready for look-ups, and how many are of each tier; or what is wrong with them. */
export function unpackRanges(
  packed: PackedRanges,
): { readonly ranges: ThreatIndex['ranges']; readonly counts: Uint32Array; readonly size: number } | string {
  const { ipv4 } = packed;
  const [bytes, scores, tiers] = [packed.starts, packed.scores, packed.tiers].map(readBase64);
  const size = scores?.length ?? 0;
  const counts = tiers ? countPairs(tiers, size) : null;
  if (!bytes || !scores || !tiers || counts === null || ipv4 > size) return UNREADABLE;
  const reader = new ByteReader(bytes);
  const high = new Uint32Array(size);
  const low = new Uint32Array(size);
  const prefix = new Uint8Array(size);
  let last = FIRST;
  for (let i = 0; i < size; i += 1) {
    if (i === ipv4) last = FIRST;
    const isIpv6 = i >= ipv4;
    const step = reader.number();
    const row = { high: last.high + step, low: 0, prefix: 0 };
    if (isIpv6) row.low = (step === 0 ? last.low : 0) + reader.number();
    row.prefix = reader.byte();
    if (reader.isSpoilt || row.high > 0xffffffff || row.low > 0xffffffff) return UNREADABLE;
    const [widest, narrowest] = isIpv6 ? [12, 64] : [8, 31];
    if (row.prefix < widest || row.prefix > narrowest) return `a prefix is not from ${widest} to ${narrowest}`;
    if (mask(row.high, row.prefix) !== row.high || mask(row.low, row.prefix - 32) !== row.low) {
      return 'a range does not begin where its prefix says';
    }
    if (compare(last, row) >= 0) return 'must ascend, the wider first';
    high[i] = row.high;
    low[i] = row.low;
    prefix[i] = row.prefix;
    last = row;
  }
  if (!reader.isAtEnd) return UNREADABLE;
  const code = Uint16Array.from(scores, (score, i) => pairAt(tiers, i) * 256 + score);
  const flatten = (from: number, to: number) =>
    flattenRanges({
      high: high.subarray(from, to),
      low: low.subarray(from, to),
      prefix: prefix.subarray(from, to),
      code: code.subarray(from, to),
    });
  return { ranges: Object.freeze({ 4: flatten(0, ipv4), 6: flatten(ipv4, size) }), counts, size };
}

const UNREADABLE = 'is not what a release of threats has there';
