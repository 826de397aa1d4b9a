import type { AllowEntry, ThreatTable } from '../contracts.ts';
import { type AllowedRange, type AllowSet, compileAllowed } from './allow-set.ts';
import { type Carved, carve } from './carve.ts';
import { fingerprint } from './fingerprint.ts';
import type { NamedSource } from './lookup.ts';
import { mergeTables } from './merge-tables.ts';
import { SCORE_UNIT } from './noisy-or.ts';
import type { ThreatRows } from './threat-rows.ts';

/** All sources, as one. */
export interface MergedThreats {
  /** Unix milliseconds: scores fade, so they are of a moment. */
  readonly at: number;
  readonly rows: ThreatRows;
  /** Ids, by bit. */
  readonly sources: readonly string[];
  readonly allow: AllowSet;
  /** What the allow-list did. */
  readonly carved: Pick<Carved, 'dropped' | 'cut' | 'leftOut'>;
  /** Changes when rows, scores, sources or the allow-list do. */
  readonly etag: string;
}

/** Merges and carves. `sources`: threats and labels; `allowed`: the whole allow-list. */
export function mergeThreats(
  sources: readonly NamedSource[],
  allowed: readonly AllowedRange[],
  now: number,
): MergedThreats {
  const allow = compileAllowed(allowed);
  const { rows, dropped, cut, leftOut } = carve(mergeTables(sources, now), allow);
  const ids = sources.map(({ id }) => id);
  const carved = { dropped, cut, leftOut };
  return { at: now, rows, sources: ids, allow, carved, etag: etagOf(rows, ids, allow) };
}

/** As the enforcement engine takes it. */
export function toThreatTable({ at, rows, sources, allow, etag }: MergedThreats): ThreatTable {
  const { ipv4, high, low, prefix, bits } = rows;
  const score = Uint8Array.from(rows.score, (units) => Math.floor((units * 255) / SCORE_UNIT));
  return { etag, at, ipv4, high, low, prefix, score, sourceBits: bits, sources, allow: allow.ranges.map(entryOf) };
}

function etagOf({ ipv4, high, low, prefix, score, bits }: ThreatRows, ids: readonly string[], allow: AllowSet): string {
  const words = new TextEncoder().encode(JSON.stringify([ids, allow.ranges.map(entryOf)]));
  return fingerprint([[ipv4], high, low, prefix, score, bits, words]);
}

function entryOf({ entry }: AllowedRange): AllowEntry {
  return entry;
}
