import type { Range } from '../../edge/reputation/range.ts';
import { isOwn, readComment } from './comment.ts';
import type { ListItem } from './lists-api.ts';
import { type Packed, pack, Unpacker } from './packed.ts';
import { NO_RANGES, type RangeColumns, readItemRange, sortRanges } from './range-columns.ts';

/** Bytes of an item's id. */
export const ID_BYTES = 16;

/** Our items of one list, as they were last seen or written. */
export interface Mirror extends RangeColumns {
  /** Score in 255ths when it was listed. */
  readonly score: Uint8Array;
  /** Unix seconds when it was listed. */
  readonly since: Uint32Array;
  /** Sixteen bytes a row; all zero: not known yet, since adding an item does not tell its id. */
  readonly ids: Uint8Array;
}

/** A list as it was last seen. */
export interface ListMirror {
  readonly own: Mirror;
  /** Others' ranges in it: never written over. */
  readonly foreign: RangeColumns;
  /** All items of others, also those that name no range of ours. */
  readonly foreignItems: number;
}

export const NO_ITEMS: Mirror = Object.freeze({
  ...NO_RANGES,
  score: new Uint8Array(),
  since: new Uint32Array(),
  ids: new Uint8Array(),
});

export const EMPTY_LIST: ListMirror = Object.freeze({ own: NO_ITEMS, foreign: NO_RANGES, foreignItems: 0 });

/** Sorts a full listing into ours and others'. An item that says it is ours but that we cannot have written is left alone, as others' are. */
export function readListing(items: readonly ListItem[]): ListMirror {
  const own: { range: Range; item: ListItem }[] = [];
  const foreign: Range[] = [];
  for (const item of items) {
    const range = readItemRange(item.ip);
    if (range === null) continue;
    if (isOwn(item.comment) && ID_SHAPE.test(item.id)) own.push({ range, item });
    else foreign.push(range);
  }
  const { rows, order } = sortRanges(own.map(({ range }) => range));
  const notes = Array.from(order, (i) => readComment(own[i]!.item.comment));
  const ids = new Uint8Array(order.length * ID_BYTES);
  order.forEach((i, row) => writeId(ids, row, own[i]!.item.id));
  return {
    own: {
      ...rows,
      score: Uint8Array.from(notes, (note) => Math.round((note?.score ?? 0) * 255)),
      since: Uint32Array.from(notes, (note) => Math.floor((note?.since ?? 0) / 1000)),
      ids,
    },
    foreign: sortRanges(foreign).rows,
    foreignItems: items.length - own.length,
  };
}

const ID_SHAPE = /^[0-9a-f]{32}$/;

/** The id of the item in `row`, or null when it is not known. */
export function idAt(ids: Uint8Array, row: number): string | null {
  let text = '';
  let known = 0;
  for (let i = row * ID_BYTES; i < (row + 1) * ID_BYTES; i += 1) {
    known |= ids[i]!;
    text += ids[i]!.toString(16).padStart(2, '0');
  }
  return known === 0 ? null : text;
}

export function knowsId(ids: Uint8Array, row: number): boolean {
  for (let i = row * ID_BYTES; i < (row + 1) * ID_BYTES; i += 1) if (ids[i] !== 0) return true;
  return false;
}

export function writeId(ids: Uint8Array, row: number, id: string): void {
  for (let i = 0; i < ID_BYTES; i += 1) ids[row * ID_BYTES + i] = Number.parseInt(id.slice(2 * i, 2 * i + 2), 16);
}

export interface PackedList {
  readonly own: Packed;
  readonly foreign: Packed;
  readonly foreignItems: number;
}

export function packList({ own, foreign, foreignItems }: ListMirror): PackedList {
  return {
    own: pack(own.high.length, own.ipv4, [own.high, own.low, own.since, own.ids, own.prefix, own.score]),
    foreign: pack(foreign.high.length, foreign.ipv4, [foreign.high, foreign.low, foreign.prefix]),
    foreignItems,
  };
}

export function unpackList(packed: PackedList): ListMirror {
  const own = new Unpacker(packed.own);
  const foreign = new Unpacker(packed.foreign);
  return {
    own: {
      ipv4: packed.own.ipv4,
      high: own.words(),
      low: own.words(),
      since: own.words(),
      ids: own.bytes(ID_BYTES),
      prefix: own.bytes(),
      score: own.bytes(),
    },
    foreign: { ipv4: packed.foreign.ipv4, high: foreign.words(), low: foreign.words(), prefix: foreign.bytes() },
    foreignItems: packed.foreignItems,
  };
}
