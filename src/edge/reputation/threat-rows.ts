import type { Tier } from './graduated-response.ts';
import { ByteReader, ByteWriter, readBase64, writeBase64 } from './packed-bytes.ts';
import { mask } from './range.ts';
import { flattenRanges, type ThreatIndex } from './threat-index.ts';

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

/** Base64 each. A score is a byte; a tier two bits, the first row's in the lowest of the first byte. */
interface PackedColumns {
  /** Of an address: how far it is past the one before, less one. Of a range: how far its start is past the one before, and its prefix. */
  readonly starts: string;
  readonly scores: string;
  readonly tiers: string;
}

/** Between start and prefix, ranges of IPv6 have the lower half of the start: past the one before where the upper is the same. */
interface PackedRanges extends PackedColumns {
  /** How many are of IPv4. */
  readonly ipv4: number;
}

/** Packs these rows, single IPv4 addresses apart from ranges: an address then takes under four bytes. Throws when they are not in order. */
export function packRows(
  { ipv4, high, low, prefix, score, tier }: ThreatRows,
  rows: readonly number[],
): { readonly counts: Readonly<Record<Tier, number>>; readonly singles: PackedColumns; readonly ranges: PackedRanges } {
  const singles = new ColumnWriter();
  const ranges = new ColumnWriter();
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  let ipv4Ranges = 0;
  let address = -1;
  let last = FIRST;
  for (const i of rows) {
    const isIpv6 = i >= ipv4;
    const row = { high: high[i]!, low: low[i]!, prefix: prefix[i]! };
    const isSingle = !isIpv6 && row.prefix === 32;
    const into = isSingle ? singles : ranges;
    if (isSingle) {
      if (row.high <= address) throw new Error('threats are not in order');
      singles.starts.number(row.high - address - 1);
      address = row.high;
    } else {
      if (isIpv6 && ranges.tiers.length === ipv4Ranges) last = FIRST;
      if (compare(last, row) >= 0) throw new Error('threats are not in order');
      ranges.starts.number(row.high - last.high);
      if (isIpv6) ranges.starts.number(row.high === last.high ? row.low - last.low : row.low);
      else ipv4Ranges += 1;
      ranges.starts.byte(row.prefix);
      last = row;
    }
    into.scores.byte(score[i]!);
    into.tiers.push(tier[i]!);
    counts[tier[i]! & 3]! += 1;
  }
  const [log_only, rate_limit, challenge, block] = counts;
  return {
    counts: { log_only, rate_limit, challenge, block },
    singles: singles.pack(),
    ranges: { ipv4: ipv4Ranges, ...ranges.pack() },
  };
}

class ColumnWriter {
  readonly starts = new ByteWriter(1024);
  readonly scores = new ByteWriter(1024);
  readonly tiers: number[] = [];

  pack(): PackedColumns {
    const bytes = new Uint8Array(Math.ceil(this.tiers.length / 4));
    for (const [i, tier] of this.tiers.entries()) bytes[i >>> 2]! |= (tier & 3) << ((i & 3) * 2);
    return { starts: this.starts.base64(), scores: this.scores.base64(), tiers: writeBase64(bytes) };
  }
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

/** The value, or what is wrong with it. */
type OrProblem<T> = T | string;

export function unpackSingles({ starts, scores, tiers }: PackedColumns): OrProblem<{
  readonly singles: Uint32Array;
  readonly codes: Uint16Array;
  readonly tiers: Uint8Array;
}> {
  const coded = readCodes(scores, tiers);
  const bytes = readBase64(starts);
  if (coded === null || bytes === null) return UNREADABLE;
  const reader = new ByteReader(bytes);
  const singles = new Uint32Array(coded.codes.length);
  let address = -1;
  for (let i = 0; i < singles.length && !reader.isSpoilt; i += 1) {
    address += reader.number() + 1;
    if (address > 0xffffffff) return 'an address is past the end of IPv4';
    singles[i] = address;
  }
  return reader.isDone ? { singles, ...coded } : UNREADABLE;
}

export function unpackRanges({ ipv4, starts, scores, tiers }: PackedRanges): OrProblem<{
  readonly ranges: ThreatIndex['ranges'];
  readonly tiers: Uint8Array;
}> {
  const coded = readCodes(scores, tiers);
  const bytes = readBase64(starts);
  if (coded === null || bytes === null || ipv4 > coded.codes.length) return UNREADABLE;
  const reader = new ByteReader(bytes);
  const size = coded.codes.length;
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
  if (!reader.isDone) return UNREADABLE;
  const flatten = (from: number, to: number) =>
    flattenRanges({
      high: high.subarray(from, to),
      low: low.subarray(from, to),
      prefix: prefix.subarray(from, to),
      code: coded.codes.subarray(from, to),
    });
  return { ranges: Object.freeze({ 4: flatten(0, ipv4), 6: flatten(ipv4, size) }), tiers: coded.tiers };
}

const UNREADABLE = 'is not what a release of threats has there';

function readCodes(scores: string, packedTiers: string): { codes: Uint16Array; tiers: Uint8Array } | null {
  const score = readBase64(scores);
  const packedBytes = readBase64(packedTiers);
  if (score === null || packedBytes === null || packedBytes.length !== Math.ceil(score.length / 4)) return null;
  const codes = new Uint16Array(score.length);
  const tiers = new Uint8Array(score.length);
  for (let i = 0; i < score.length; i += 1) {
    const tier = (packedBytes[i >>> 2]! >>> ((i & 3) * 2)) & 3;
    tiers[i] = tier;
    codes[i] = tier * 256 + score[i]!;
  }
  return { codes, tiers };
}
