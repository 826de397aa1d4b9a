import * as v from 'valibot';
import { parseRange } from '../../edge/reputation/range.ts';
import { type Parsed, parseWith } from '../../parse.ts';
import { FeedRows } from './feed-rows.ts';
import { HOUR_MS, type IndicatorTable } from './indicator-table.ts';
import type { Prefix } from './prefix.ts';
import { writePrefix } from './prefix.ts';

/** What the shield saw of one client. */
export interface Sighting {
  /** Canonical range: an IPv4 address or an IPv6 /64. */
  readonly client: string;
  readonly at: Prefix;
  /** 0 to 1. */
  readonly confidence: number;
  /** Unix milliseconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly why: string;
}

/** As many as an account's lists hold on most plans: more could not be enforced there. */
export const SIGHTING_LIMIT = 10_000;
/** Reports in one call: a reputation actor sends one at a time. */
export const REPORT_LIMIT = 1000;

const WHY_LIMIT = 300;

const Report = v.object({
  client: v.pipe(v.string(), v.maxLength(64)),
  confidence: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  why: v.string(),
  at: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

/** The door for one report. A time in the future counts as `now`. */
export function readReport(data: unknown, now: number): Parsed<Sighting> {
  const parsed = parseWith(Report, data);
  if (!parsed.ok) return parsed;
  const { client, confidence, why, at } = parsed.value;
  const range = parseRange(client);
  if (!range.ok) return { ok: false, problems: [{ ...range.problem, path: 'client' }] };
  const { family, high, low, prefix, text } = range.range;
  if (prefix !== (family === 4 ? 32 : 64)) {
    return { ok: false, problems: [{ path: 'client', message: 'must be one client: an IPv4 address or an IPv6 /64' }] };
  }
  const seen = Math.min(at, now);
  const sighting = { client: text, at: { family, high, low, prefix }, confidence, why: why.slice(0, WHY_LIMIT) };
  return { ok: true, value: { ...sighting, firstSeen: seen, lastSeen: seen } };
}

/** The newer of two about one client says why; the higher confidence and the first day stay. */
export function joinSightings(standing: Sighting | undefined, sighting: Sighting): Sighting {
  if (standing === undefined) return sighting;
  const newer = sighting.lastSeen >= standing.lastSeen ? sighting : standing;
  return {
    ...newer,
    confidence: Math.max(standing.confidence, sighting.confidence),
    firstSeen: Math.min(standing.firstSeen, sighting.firstSeen),
  };
}

/** Who gives way when there is no room: whoever was seen longest ago, and of those the weakest. */
export function weakest(sightings: Iterable<Sighting>): Sighting | null {
  let found: Sighting | null = null;
  for (const sighting of sightings) {
    const older = found === null || sighting.lastSeen < found.lastSeen;
    if (older || (sighting.lastSeen === found?.lastSeen && sighting.confidence < found.confidence)) found = sighting;
  }
  return found;
}

/** The sightings as a source's table; none is `LISTED`, each fades from when it was seen. */
export function tableOfSightings(sightings: readonly Sighting[]): IndicatorTable {
  const rows = new FeedRows();
  const byClient = new Map<string, Sighting>();
  for (const sighting of sightings) {
    rows.take(sighting.client, sighting.confidence);
    byClient.set(sighting.client, sighting);
  }
  const copy = rows.finish();
  const firstSeen = new Uint32Array(copy.high.length);
  const lastSeen = new Uint32Array(copy.high.length);
  for (let row = 0; row < firstSeen.length; row += 1) {
    const family = row < copy.ipv4 ? 4 : 6;
    const sighting = byClient.get(writePrefix(family, copy.high[row]!, copy.low[row]!, copy.prefix[row]!));
    firstSeen[row] = Math.floor((sighting?.firstSeen ?? 0) / HOUR_MS);
    lastSeen[row] = Math.floor((sighting?.lastSeen ?? 0) / HOUR_MS);
  }
  return { ...copy, firstSeen, lastSeen };
}
