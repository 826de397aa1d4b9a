import { respond, type ResponseRules, type Tier, TIERS } from '../../edge/reputation/graduated-response.ts';
import type { AllowEntry, ThreatOrigin, ThreatTable } from '../contracts.ts';
import { compareRows, type RangeColumns } from './range-columns.ts';

/** All threats with the tier of each, in columns and rows as `ThreatTable` has them. */
export interface JudgedThreats {
  /** Unix milliseconds: when it was made. It stands as long as later ones come to the same. */
  readonly at: number;
  readonly origin: ThreatOrigin;
  /** Of the table that was judged; null for none of the collector's. */
  readonly etag: string | null;
  readonly ipv4: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly prefix: Uint8Array;
  readonly score: Uint8Array;
  readonly sourceBits: Uint32Array;
  /** Index into TIERS. */
  readonly tier: Uint8Array;
  /** Unix seconds from which on a row has had its tier. */
  readonly since: Uint32Array;
  readonly sources: readonly string[];
  readonly allow: readonly AllowEntry[];
}

export interface Judged {
  readonly judgement: JudgedThreats;
  /** False: nothing that the edge or the lists would notice differs from before, and `judgement` is the one from before. */
  readonly changed: boolean;
  /** Rows that are to be blocked now and were not before. */
  readonly newBlocks: Uint32Array;
}

/**
 * Scores fade a little each hour. A drift of less than this (0.05) changes no tier, and is not worth that every isolate loads
 * a new release.
 */
const SCORE_STEP = 13;
const SCORES = 256;
const BLOCK = TIERS.indexOf('block');

/**
 * The tier of each row, given what it was before: one merge of two sorted tables. A row that is gone is dropped at once,
 * whatever its dwell: the collector lets what its sources no longer list fade, so what is gone was taken out on purpose, by the
 * allow-list or with its source. `now` in Unix milliseconds.
 */
export function judgeThreats(
  table: ThreatTable,
  origin: ThreatOrigin,
  previous: JudgedThreats | null,
  rules: ResponseRules,
  now: number,
): Judged {
  const rows = table.high.length;
  const tier = new Uint8Array(rows);
  const since = new Uint32Array(rows);
  const newBlocks: number[] = [];
  const answers = tabulate(rules, now);
  const seconds = Math.floor(now / 1000);
  const dwelled = seconds - rules.dwellSeconds;
  let changed = previous === null || previous.origin !== origin || previous.high.length !== rows;
  changed ||= previous?.ipv4 !== table.ipv4 || !sameAllow(previous.allow, table.allow);
  let old = 0;
  for (let row = 0; row < rows; row += 1) {
    if (previous !== null) old = skipBefore(previous, old, table, row);
    const known = previous !== null && isSame(previous, old, table, row);
    const score = table.score[row]!;
    const was = known ? previous.tier[old]! : 0;
    // A row that was not there is one that was met mildly: nothing to hold on to.
    const dwelling = known && previous.since[old]! > dwelled;
    const is = answers[(was * 2 + (dwelling ? 1 : 0)) * SCORES + score]!;
    tier[row] = is;
    since[row] = known && was === is ? previous.since[old]! : seconds;
    if (is === BLOCK && was !== BLOCK) newBlocks.push(row);
    if (!known || was !== is || Math.abs(score - previous.score[old]!) >= SCORE_STEP) changed = true;
  }
  if (!changed && previous !== null) return { judgement: previous, changed: false, newBlocks: new Uint32Array(0) };
  const { etag, ipv4, high, low, prefix, score, sourceBits, sources, allow } = table;
  const columns = { etag, ipv4, high, low, prefix, score, sourceBits, tier, since, sources, allow };
  return { judgement: { at: now, origin, ...columns }, changed: true, newBlocks: Uint32Array.from(newBlocks) };
}

/** Rows by tier. */
export function countTiers(judgement: JudgedThreats | null): Readonly<Record<Tier, number>> {
  const counts = new Uint32Array(TIERS.length);
  for (const tier of judgement?.tier ?? []) counts[tier]! += 1;
  const [log_only = 0, rate_limit = 0, challenge = 0, block = 0] = counts;
  return { log_only, rate_limit, challenge, block };
}

/** The threats of a judgement, to be judged again: later, or under other rules. */
export function tableOf({ at, etag, ...columns }: JudgedThreats): ThreatTable {
  const { ipv4, high, low, prefix, score, sourceBits, sources, allow } = columns;
  return { etag: etag ?? '', at, ipv4, high, low, prefix, score, sourceBits, sources, allow };
}

/** Nothing to act upon: what the edge has with enforcement off. */
export function emptyJudgement(at: number): JudgedThreats {
  const none = new Uint32Array(0);
  const bytes = new Uint8Array(0);
  const columns = { high: none, low: none, prefix: bytes, score: bytes, sourceBits: none, tier: bytes, since: none };
  return { at, origin: 'none', etag: null, ipv4: 0, ...columns, sources: [], allow: [] };
}

/**
 * What `respond` answers for each score, tier before, and whether that is still dwelling: 2,048 calls in place of one with
 * an object of its own for each of a hundred thousand rows. Where an address is, a feed does not tell: conditions about
 * countries and networks are the edge's.
 */
function tabulate(rules: ResponseRules, now: number): Uint8Array {
  const answers = new Uint8Array(TIERS.length * 2 * SCORES);
  const longAgo = now - rules.dwellSeconds * 1000;
  for (const [was, tier] of TIERS.entries()) {
    for (const dwelling of [0, 1]) {
      const previous = { tier, since: dwelling === 1 ? now : longAgo };
      for (let score = 0; score < SCORES; score += 1) {
        const answer = respond(score / 255, { previous, now }, rules);
        answers[(was * 2 + dwelling) * SCORES + score] = TIERS.indexOf(answer);
      }
    }
  }
  return answers;
}

/** The first row from `from` on that does not come before row `row` of the other table. */
function skipBefore(rows: RangeColumns, from: number, other: RangeColumns, row: number): number {
  let at = from;
  while (at < rows.high.length && compareRows(rows, at, other, row) < 0) at += 1;
  return at;
}

function isSame(rows: RangeColumns, at: number, other: RangeColumns, row: number): boolean {
  return at < rows.high.length && compareRows(rows, at, other, row) === 0;
}

function sameAllow(a: readonly AllowEntry[], b: readonly AllowEntry[]): boolean {
  return a.length === b.length && a.every((entry, i) => entry.range === b[i]?.range && entry.note === b[i]?.note);
}
