import * as v from 'valibot';
import type { ThreatOrigin } from '../../actors/contracts.ts';
import { parseWith, type Parsed } from '../../parse.ts';
import { readAllowRange } from './allow-range.ts';
import { TIERS, type Tier } from './graduated-response.ts';
import { compileRanges } from './range-table.ts';
import type { ThreatIndex } from './threat-index.ts';
import { packRows, type ThreatRows, unpackRanges } from './threat-rows.ts';
import { NO_SINGLES, unpackSingles } from './threat-singles.ts';

/** Addresses and ranges of one release: all that the public feeds name (about 125,000 in 2026) and a fifth more. The mildest are left out first. */
export const THREAT_LIMIT = 150_000;
/** The published ranges of every large crawler and host together are about 11,500. */
export const ALLOW_LIMIT = 20_000;
const NOTE_LIMIT = 200;
/** Of a packed range, at most: two numbers of up to five bytes, and the prefix. */
const RANGE_BYTES = 11;
/** Of all blocks of single addresses: for each of the 65,536 two numbers of up to three bytes. */
const BLOCK_BYTES = 65_536 * 6;

/** All of a release. */
export interface ThreatReleaseInput extends ThreatRows {
  /** Of the merge, Unix milliseconds: the same threats give the same text. */
  readonly at: number;
  readonly origin: ThreatOrigin;
  readonly allow: readonly { readonly range: string; readonly note: string }[];
}

/** For a release in which nobody is listed. */
export const NO_THREATS: ThreatReleaseInput = Object.freeze({
  at: 0,
  origin: 'none',
  ipv4: 0,
  high: new Uint32Array(0),
  low: new Uint32Array(0),
  prefix: new Uint8Array(0),
  score: new Uint8Array(0),
  tier: new Uint8Array(0),
  allow: Object.freeze([]),
});

const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(THREAT_LIMIT));
const packed = (bytes: number) => v.pipe(v.string(), v.maxLength(Math.ceil(bytes / 3) * 4));
const columns = { scores: packed(THREAT_LIMIT), tiers: packed(Math.ceil(THREAT_LIMIT / 4)) };

const ThreatsSchema = v.strictObject({
  at: v.pipe(v.number(), v.integer(), v.minValue(0)),
  origin: v.picklist(['live', 'cached', 'emergency', 'none'] satisfies ThreatOrigin[]),
  counts: v.strictObject({ log_only: Count, rate_limit: Count, challenge: Count, block: Count }),
  /** Rows past the limit, which are not in it. */
  leftOut: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Single IPv4 addresses: see `threat-singles.ts`. */
  singles: v.strictObject({ blocks: packed(BLOCK_BYTES), low: packed(THREAT_LIMIT * 2), ...columns }),
  /** Everything else: see `threat-rows.ts`. */
  ranges: v.strictObject({ ipv4: Count, starts: packed(THREAT_LIMIT * RANGE_BYTES), ...columns }),
  allow: v.pipe(
    v.array(
      v.strictObject({
        note: v.pipe(v.string(), v.maxLength(NOTE_LIMIT)),
        ranges: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(ALLOW_LIMIT)),
      }),
    ),
    v.maxLength(ALLOW_LIMIT),
    v.check((groups) => groups.reduce((sum, group) => sum + group.ranges.length, 0) <= ALLOW_LIMIT, 'too many ranges'),
  ),
});

type ThreatsData = v.InferOutput<typeof ThreatsSchema>;

/** What a release holds, as far as its head tells: for whoever compares releases and needs no address of it. */
export interface ThreatSummary {
  readonly origin: ThreatOrigin;
  readonly counts: Readonly<Record<Tier, number>>;
  readonly leftOut: number;
  readonly allowed: number;
}

/** The release body: JSON text. Throws where the rows are not in order, or more is to be allowed than a release takes: the caller's bug. */
export function writeThreats(input: ThreatReleaseInput): string {
  const rows = keepWorst(input);
  const { counts, singles, ranges } = packRows(input, rows);
  const { at, origin } = input;
  const leftOut = input.high.length - rows.length;
  const data: ThreatsData = { at, origin, counts, leftOut, singles, ranges, allow: groupByNote(input.allow) };
  return JSON.stringify(data);
}

/** What the head of a release tells, without looking at its rows. */
export function readThreatSummary(data: unknown): Parsed<ThreatSummary> {
  const parsed = parseWith(ThreatsSchema, data);
  if (!parsed.ok) return parsed;
  const { origin, counts, leftOut, allow } = parsed.value;
  const allowed = allow.reduce((sum, { ranges }) => sum + ranges.length, 0);
  return { ok: true, value: { origin, counts, leftOut, allowed } };
}

/** The only door for threat data: reads and makes ready in one. */
export function parseThreats(data: unknown): Parsed<ThreatIndex> {
  const parsed = parseWith(ThreatsSchema, data);
  if (!parsed.ok) return parsed;
  const { at, origin, counts, singles, ranges, allow } = parsed.value;
  const allowed = allow.flatMap((group) => group.ranges.map(readAllowRange));
  const readable = allowed.filter((range) => range !== null);
  if (readable.length !== allowed.length) return refuse('allow', 'must be IPv4 or IPv6 addresses or CIDR ranges');
  const addresses = unpackSingles(singles);
  if (addresses === null) return refuse('singles', 'are not what a release of threats has there');
  const others = unpackRanges(ranges);
  if (typeof others === 'string') return refuse('ranges', others);
  const size = addresses.singles.low.length + others.size;
  if (size > THREAT_LIMIT) return refuse('', `may have ${THREAT_LIMIT} addresses and ranges`);
  if (TIERS.some((tier, i) => counts[tier] !== (addresses.counts[i] ?? 0) + (others.counts[i] ?? 0))) {
    return refuse('counts', 'are not those of the rows');
  }
  return {
    ok: true,
    value: Object.freeze({
      at,
      origin,
      counts: Object.freeze(counts),
      // Whoever lists nobody does without the 256 KB of empty blocks.
      singles: addresses.singles.low.length === 0 ? NO_SINGLES : addresses.singles,
      ranges: others.ranges,
      allow: compileRanges(readable.map((range) => ({ range, until: Number.POSITIVE_INFINITY }))),
    }),
  };
}

/** The rows that a release takes, in their order: past the limit the mildest tiers and lowest scores go first. */
function keepWorst({ high, score, tier }: ThreatReleaseInput): readonly number[] {
  const rows = Array.from(high.keys());
  if (rows.length <= THREAT_LIMIT) return rows;
  const code = (i: number) => tier[i]! * 256 + score[i]!;
  const howMany = new Uint32Array(TIERS.length * 256);
  for (const i of rows) howMany[code(i)]! += 1;
  let least = howMany.length;
  let room = THREAT_LIMIT;
  while (least > 0 && howMany[least - 1]! <= room) {
    least -= 1;
    room -= howMany[least]!;
  }
  // Of the code that fits in part, the first so many.
  return rows.filter((i) => code(i) >= least || (code(i) === least - 1 && room-- > 0));
}

function groupByNote(allow: ThreatReleaseInput['allow']): ThreatsData['allow'] {
  if (allow.length > ALLOW_LIMIT) throw new Error(`a release of threats may allow ${ALLOW_LIMIT} ranges`);
  const groups = new Map<string, string[]>();
  for (const { range, note } of allow) {
    if (readAllowRange(range) === null) throw new Error(`no range to allow: ${range}`);
    const short = note.slice(0, NOTE_LIMIT);
    const group = groups.get(short);
    if (group === undefined) groups.set(short, [range]);
    else group.push(range);
  }
  return [...groups].map(([note, ranges]) => ({ note, ranges }));
}

function refuse(path: string, message: string): Parsed<never> {
  return { ok: false, problems: [{ path, message }] };
}
