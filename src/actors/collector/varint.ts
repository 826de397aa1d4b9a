/** Whole numbers from 0 to 2^32 - 1 as bytes, seven bits each, the lowest first; a set eighth bit says that more follow (LEB128). */
export class VarintWriter {
  #bytes: Uint8Array;
  #length = 0;

  /** `expected`: bytes to make room for; more is made as needed. */
  constructor(expected: number) {
    this.#bytes = new Uint8Array(Math.max(expected, 64));
  }

  write(value: number): void {
    if (this.#length + 5 > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length] = (rest & 127) | 128;
      this.#length += 1;
      rest >>>= 7;
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Reads what `VarintWriter` wrote. Past the end, or where a number does not end, it reads 0 and is `broken` from then on. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #broken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get broken(): boolean {
    return this.#broken;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  read(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    this.#broken = true;
    return 0;
  }
}
