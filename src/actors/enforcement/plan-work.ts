import type { ListTier } from '../contracts.ts';
import { ID_BYTES } from './mirror.ts';
import { type Packed, pack, remember, Unpacker } from './packed.ts';
import type { RangeColumns } from './range-columns.ts';

/** What a plan would have written into one list. IPv4 first; within a family in the order in which it is sent. */
export interface Additions extends RangeColumns {
  /** Score in 255ths. */
  readonly score: Uint8Array;
  /** Bit i set: the work's `sources[i]` lists it. */
  readonly sourceBits: Uint32Array;
}

/** What it would have taken out. */
export interface Removals extends RangeColumns {
  /** As in a Mirror: all zero when not known. */
  readonly ids: Uint8Array;
}

export interface ListWork {
  readonly tier: ListTier;
  readonly additions: Packed;
  readonly removals: Packed;
}

/** All that is needed to apply a plan: plain JSON, to be kept while the plan waits for an approval. */
export interface PlanWork {
  /** Everything of ours goes out of every list, also what was not known when the plan was made. */
  readonly empty: boolean;
  readonly sources: readonly string[];
  readonly lists: readonly ListWork[];
}

export function packAdditions(rows: Additions): Packed {
  return pack(rows.high.length, rows.ipv4, [rows.high, rows.low, rows.sourceBits, rows.prefix, rows.score]);
}

/** Not to be changed, nor those below: whoever asks again gets the same. */
export const unpackAdditions = remember((packed: Packed): Additions => {
  const columns = new Unpacker(packed);
  return {
    ipv4: packed.ipv4,
    high: columns.words(),
    low: columns.words(),
    sourceBits: columns.words(),
    prefix: columns.bytes(),
    score: columns.bytes(),
  };
});

export function packRemovals(rows: Removals): Packed {
  return pack(rows.high.length, rows.ipv4, [rows.high, rows.low, rows.ids, rows.prefix]);
}

export const unpackRemovals = remember((packed: Packed): Removals => {
  const columns = new Unpacker(packed);
  return {
    ipv4: packed.ipv4,
    high: columns.words(),
    low: columns.words(),
    ids: columns.bytes(ID_BYTES),
    prefix: columns.bytes(),
  };
});

/** The ids of the sources that list the addition in `row`. */
export function sourcesAt(bits: number, sources: readonly string[]): readonly string[] {
  return sources.filter((_, i) => (bits & (1 << i)) !== 0);
}
