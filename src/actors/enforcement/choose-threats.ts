import type { ThreatOrigin, ThreatTable } from '../contracts.ts';
import { emergencyTable } from './emergency-list.ts';
import { type JudgedThreats, tableOf } from './judge-threats.ts';
import { compareRows } from './range-columns.ts';

/** What the collector answered: a table, that the one we have is still in force, or nothing to go by. */
export type Intelligence =
  | { readonly state: 'table'; readonly table: ThreatTable }
  | { readonly state: 'unchanged' }
  /** `partial`: what it has although no feed has given it anything, which is what the shield saw itself. */
  | { readonly state: 'down'; readonly partial: ThreatTable | null };

/** A week: by then half of what the feeds named is gone from them, and addresses have changed hands. */
export const CACHE_LIFE_MS = 7 * 86_400_000;
/** The collector's name for what the shield itself reports. */
const FIRST_HAND = 'shield';

/**
 * Whose threats are in force: the collector's; when it is down the last good ones, for a week; else the emergency list. What
 * the shield saw itself counts in any case. `liveAt`: when the collector's were last in force, Unix milliseconds.
 */
export function chooseThreats(
  answer: Intelligence,
  stored: JudgedThreats | null,
  liveAt: number,
  now: number,
): { readonly table: ThreatTable; readonly origin: ThreatOrigin } {
  const known = stored !== null && (stored.origin === 'live' || stored.origin === 'cached') ? stored : null;
  if (answer.state === 'table') return { table: answer.table, origin: 'live' };
  if (answer.state === 'unchanged' && known !== null) return { table: tableOf(known), origin: 'live' };
  const partial = answer.state === 'down' ? answer.partial : null;
  if (known !== null && known.high.length > 0 && now - liveAt <= CACHE_LIFE_MS) {
    return { table: addFirstHand(tableOf(known), partial), origin: 'cached' };
  }
  const allow = partial?.allow ?? stored?.allow ?? [];
  return { table: addFirstHand(emergencyTable(allow), partial), origin: 'emergency' };
}

/** The rows of both, in order. What `base` has by the shield's word alone is left out: it is short-lived, and `partial` has what is left of it. */
function addFirstHand(base: ThreatTable, partial: ThreatTable | null): ThreatTable {
  const fresh = partial ?? { ...base, ...NO_ROWS };
  const sources = [...new Set([...base.sources, ...fresh.sources])].slice(0, SOURCE_LIMIT);
  const shield = bitOf(base.sources.indexOf(FIRST_HAND));
  const picks = interleave(base, fresh).filter(
    ({ from, row, twin }) => from === fresh || twin >= 0 || shield === 0 || from.sourceBits[row] !== shield,
  );
  const { etag, at } = base;
  return {
    etag,
    at,
    ipv4: picks.reduce((count, { from, row }) => count + (row < from.ipv4 ? 1 : 0), 0),
    high: Uint32Array.from(picks, ({ from, row }) => from.high[row]!),
    low: Uint32Array.from(picks, ({ from, row }) => from.low[row]!),
    prefix: Uint8Array.from(picks, ({ from, row }) => from.prefix[row]!),
    // Two opinions of one address: the worse counts. Adding them up is the collector's, which knows the families.
    score: Uint8Array.from(picks, ({ from, row, twin }) => Math.max(from.score[row]!, fresh.score[twin] ?? 0)),
    sourceBits: Uint32Array.from(picks, ({ from, row, twin }) => {
      const own = translate(from.sourceBits[row]!, from.sources, sources);
      return (own | translate(fresh.sourceBits[twin] ?? 0, fresh.sources, sources)) >>> 0;
    }),
    sources,
    allow: fresh.allow,
  };
}

const NO_ROWS = {
  ipv4: 0,
  high: new Uint32Array(0),
  low: new Uint32Array(0),
  prefix: new Uint8Array(0),
  score: new Uint8Array(0),
  sourceBits: new Uint32Array(0),
};

/** A row's sources are the bits of one number. */
const SOURCE_LIMIT = 32;

/** A row of one of the two tables; `twin`: the row of the second with the same range, or -1. */
interface Pick {
  readonly from: ThreatTable;
  readonly row: number;
  readonly twin: number;
}

function interleave(base: ThreatTable, fresh: ThreatTable): readonly Pick[] {
  const picks: Pick[] = [];
  let row = 0;
  let next = 0;
  while (row < base.high.length || next < fresh.high.length) {
    const order = row >= base.high.length ? 1 : next >= fresh.high.length ? -1 : compareRows(base, row, fresh, next);
    if (order > 0) picks.push({ from: fresh, row: next, twin: -1 });
    else picks.push({ from: base, row, twin: order === 0 ? next : -1 });
    if (order >= 0) next += 1;
    if (order <= 0) row += 1;
  }
  return picks;
}

/** The bits of a row under another order of sources. */
function translate(bits: number, from: readonly string[], to: readonly string[]): number {
  let result = 0;
  for (const [i, source] of from.entries()) if (((bits >>> i) & 1) === 1) result |= bitOf(to.indexOf(source));
  return result >>> 0;
}

function bitOf(index: number): number {
  return index < 0 ? 0 : (1 << index) >>> 0;
}
