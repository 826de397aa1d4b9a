/** Typed columns as text, for what must be plain JSON: one row a column costs as many bytes as a row an address costs rows. */
export interface Packed {
  /** Rows. */
  readonly n: number;
  /** How many of them, from the first, are IPv4. */
  readonly ipv4: number;
  /** The columns one after the other, little-endian, as base64. */
  readonly data: string;
}

/** Characters are made of so many bytes at once: a multiple of three, so that the pieces join, and few enough to be arguments. */
const PIECE = 3 * 8192;

type Column = Uint8Array | Uint32Array;

/** Columns of four bytes a row must come first: a view of them must begin on a multiple of four. */
export function pack(n: number, ipv4: number, columns: readonly Column[]): Packed {
  const pieces: string[] = [];
  const bytes = new Uint8Array(columns.reduce((sum, column) => sum + column.byteLength, 0));
  let at = 0;
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += column.byteLength;
  }
  for (let i = 0; i < bytes.length; i += PIECE) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(i, i + PIECE))));
  }
  return { n, ipv4, data: pieces.join('') };
}

/** Hands the columns out in the order in which they were packed. */
export class Unpacker {
  readonly #bytes: Uint8Array;
  readonly #n: number;
  #at = 0;

  constructor({ n, data }: Packed) {
    const text = atob(data);
    this.#bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i += 1) this.#bytes[i] = text.charCodeAt(i);
    this.#n = n;
  }

  words(): Uint32Array {
    const column = new Uint32Array(this.#bytes.buffer, this.#at, this.#n);
    this.#at += column.byteLength;
    return column;
  }

  /** `each` bytes a row. */
  bytes(each = 1): Uint8Array {
    const column = this.#bytes.subarray(this.#at, this.#at + this.#n * each);
    this.#at += column.length;
    return column;
  }
}

/** Reads a packed thing once for as long as somebody holds it: a list of ten thousand is asked for at each step. */
export function remember<Key extends object, Value>(read: (packed: Key) => Value): (packed: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (packed) => {
    const before = known.get(packed);
    if (before !== undefined) return before;
    const value = read(packed);
    known.set(packed, value);
    return value;
  };
}
