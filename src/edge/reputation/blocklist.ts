import * as v from 'valibot';
import type { BlockEntry } from '../../actors/contracts.ts';
import { parseWith, type Parsed } from '../../parse.ts';
import { parseBlockTarget } from './block-target.ts';
import { type Address, WORKER_CLIENT } from './client-key.ts';
import { compileRanges, findRange, type RangeTable, type TimedRange } from './range-table.ts';

/** What one account's IP lists hold on plans below Enterprise; keeps a release under 3 MB and its compilation to milliseconds. */
export const BLOCKLIST_LIMIT = 10_000;
export const REASON_LIMIT = 200;

const Moment = v.pipe(v.number(), v.integer(), v.minValue(0));

const Entry = v.strictObject({
  range: v.pipe(
    v.string(),
    v.maxLength(64),
    v.check((text) => {
      const parsed = parseBlockTarget(text);
      return parsed.ok && parsed.value.text === text;
    }, 'must be a canonical address or CIDR range, no wider than /8 (IPv6: /12), or a network as AS64500'),
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
  /** In the order in which `table` counts them. */
  readonly ranged: readonly BlockEntry[];
  readonly table: RangeTable;
  /** By their number. */
  readonly networks: ReadonlyMap<number, BlockEntry>;
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
  const all = compileTable(entries);
  const set = entries.filter(({ source }) => source !== 'reputation');
  return Object.freeze({ ...all, deliberate: set.length === entries.length ? all : compileTable(set) });
}

function compileTable(entries: readonly BlockEntry[]): BlockTable {
  const ranged: BlockEntry[] = [];
  const timed: TimedRange[] = [];
  const networks = new Map<number, BlockEntry>();
  for (const entry of entries) {
    const parsed = parseBlockTarget(entry.range);
    if (!parsed.ok) throw new Error(`blocklist entry came past its door: ${entry.range}`);
    const { range, asn } = parsed.value;
    if (asn !== undefined) {
      networks.set(asn, entry);
      continue;
    }
    ranged.push(entry);
    timed.push({ range, until: entry.until ?? Number.POSITIVE_INFINITY });
  }
  return { ranged, table: compileRanges(timed), networks };
}

/**
 * The entry that blocks `address`, or the network `asn` that it is in, at `now` (Unix milliseconds), or null. The address that
 * all Workers share is in no blocked network either.
 */
export function findBlock(list: BlockTable, address: Address, now: number, asn?: number): BlockEntry | null {
  const index = findRange(list.table, address, now);
  if (index >= 0) return list.ranged[index] ?? null;
  if (asn === undefined || list.networks.size === 0 || address.key === WORKER_CLIENT) return null;
  const entry = list.networks.get(asn);
  return entry !== undefined && (entry.until ?? Number.POSITIVE_INFINITY) > now ? entry : null;
}
