import type { Range } from '../../edge/reputation/range.ts';
import { isOwn, readComment } from './comment.ts';
import type { ListItem } from './lists-api.ts';
import { type Packed, pack, remember, Unpacker } from './packed.ts';
import { compareRows, NO_RANGES, type RangeColumns, readItemRange, sortRanges } from './range-columns.ts';

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

/** Pages of one listing as one. */
export function joinListings(pages: readonly ListMirror[]): ListMirror {
  return {
    own: joinMirrors(
      pages.map((page) => page.own),
      () => true,
    ),
    foreign: joinRanges(pages.map((page) => page.foreign)),
    foreignItems: pages.reduce((sum, page) => sum + page.foreignItems, 0),
  };
}

/** The rows of all parts that are kept, in order. Parts need not be sorted. */
export function joinMirrors(parts: readonly Mirror[], keep: (part: number, row: number) => boolean): Mirror {
  const places = sortedPlaces(parts, keep);
  const ids = new Uint8Array(places.length * ID_BYTES);
  places.forEach(([part, row], i) => {
    ids.set(parts[part]!.ids.subarray(row * ID_BYTES, (row + 1) * ID_BYTES), i * ID_BYTES);
  });
  return {
    ...rangesAt(parts, places),
    score: Uint8Array.from(places, ([part, row]) => parts[part]!.score[row]!),
    since: Uint32Array.from(places, ([part, row]) => parts[part]!.since[row]!),
    ids,
  };
}

function joinRanges(parts: readonly RangeColumns[]): RangeColumns {
  return rangesAt(
    parts,
    sortedPlaces(parts, () => true),
  );
}

type Place = readonly [part: number, row: number];

function sortedPlaces(parts: readonly RangeColumns[], keep: (part: number, row: number) => boolean): readonly Place[] {
  const places: Place[] = [];
  parts.forEach((part, p) => {
    for (let row = 0; row < part.high.length; row += 1) if (keep(p, row)) places.push([p, row]);
  });
  return places.sort(([p, i], [q, j]) => compareRows(parts[p]!, i, parts[q]!, j));
}

function rangesAt(parts: readonly RangeColumns[], places: readonly Place[]): RangeColumns {
  return {
    ipv4: places.reduce((count, [part, row]) => count + (row < parts[part]!.ipv4 ? 1 : 0), 0),
    high: Uint32Array.from(places, ([part, row]) => parts[part]!.high[row]!),
    low: Uint32Array.from(places, ([part, row]) => parts[part]!.low[row]!),
    prefix: Uint8Array.from(places, ([part, row]) => parts[part]!.prefix[row]!),
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

/** Not to be changed: whoever asks again gets the same. */
export const unpackList = remember((packed: PackedList): ListMirror => {
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
});
