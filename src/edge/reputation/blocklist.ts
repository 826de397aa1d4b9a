import * as v from 'valibot';
import type { BlockEntry } from '../../actors/contracts.ts';
import { parseWith, type Parsed } from '../../parse.ts';
import type { Address } from './client-key.ts';
import { parseRange } from './range.ts';
import { compileRanges, findRange, type RangeTable } from './range-table.ts';

/** What one account's IP lists hold on plans below Enterprise; keeps a release under 3 MB and its compilation to milliseconds. */
export const BLOCKLIST_LIMIT = 10_000;
export const REASON_LIMIT = 200;

const Moment = v.pipe(v.number(), v.integer(), v.minValue(0));

const Entry = v.strictObject({
  range: v.pipe(
    v.string(),
    v.maxLength(64),
    v.check((text) => {
      const parsed = parseRange(text);
      return parsed.ok && parsed.range.text === text;
    }, 'must be a canonical address or CIDR range, no wider than /8 (IPv6: /12)'),
  ),
  reason: v.pipe(v.string(), v.maxLength(REASON_LIMIT)),
  since: Moment,
  until: v.optional(Moment),
  source: v.pipe(v.string(), v.minLength(1), v.maxLength(50)),
});

const BlocklistSchema = v.strictObject({
  entries: v.pipe(
    v.array(Entry),
    v.maxLength(BLOCKLIST_LIMIT),
    v.check((entries) => new Set(entries.map((e) => e.range)).size === entries.length, 'a range may be listed once'),
  ),
});

/** A blocklist as it is released. */
export interface BlocklistRelease {
  readonly entries: readonly BlockEntry[];
}

/** Entries made ready for look-ups. */
interface BlockTable {
  readonly entries: readonly BlockEntry[];
  readonly table: RangeTable;
}

/** A blocklist made ready for look-ups. */
export interface Blocklist extends BlockTable {
  /** Of them, those that a person set, and not reputation: all that an address on the allow-list heeds. */
  readonly deliberate: BlockTable;
}

/** The only door for blocklist data. */
export function parseBlocklist(data: unknown): Parsed<BlocklistRelease> {
  const parsed = parseWith(BlocklistSchema, data);
  if (!parsed.ok) return parsed;
  const entries = parsed.value.entries.map(({ until, ...entry }) =>
    until === undefined ? entry : { ...entry, until },
  );
  return { ok: true, value: { entries } };
}

export function compileBlocklist({ entries }: BlocklistRelease): Blocklist {
  const timed = entries.map((entry) => {
    const parsed = parseRange(entry.range);
    if (!parsed.ok) throw new Error(`blocklist entry came past its door: ${entry.range}`);
    return { entry, range: parsed.range, until: entry.until ?? Number.POSITIVE_INFINITY };
  });
  const all = { entries, table: compileRanges(timed) };
  const set = timed.filter(({ entry }) => entry.source !== 'reputation');
  const deliberate =
    set.length === timed.length ? all : { entries: set.map(({ entry }) => entry), table: compileRanges(set) };
  return Object.freeze({ ...all, deliberate });
}

/** The entry that blocks `address` at `now` (Unix milliseconds), or null. */
export function findBlock(list: BlockTable, address: Address, now: number): BlockEntry | null {
  const index = findRange(list.table, address, now);
  return index < 0 ? null : (list.entries[index] ?? null);
}
