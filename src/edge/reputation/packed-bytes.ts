/** Numbers as bytes and bytes as base64: how tables travel in releases, which are JSON. */

/** Characters made of bytes in one call: an engine takes only so many arguments. */
const CHUNK = 8192;

export function writeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

/** ECMAScript 2026; workerd has it, Node from 25 on. A loop in its place takes milliseconds in an isolate that has just begun. */
const native: ((text: string) => Uint8Array) | undefined = Reflect.get(Uint8Array, 'fromBase64')?.bind(Uint8Array);

/** The bytes, or null when it is not base64. */
export function readBase64(text: string): Uint8Array | null {
  try {
    if (native !== undefined) return native(text);
    const decoded = atob(text);
    const bytes = new Uint8Array(decoded.length);
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = decoded.charCodeAt(i);
    return bytes;
  } catch {
    return null;
  }
}

/** Two bits for each value, the first in the lowest of the first byte. */
export function packPairs(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 4));
  for (const [i, value] of values.entries()) bytes[i >>> 2]! |= (value & 3) << ((i & 3) * 2);
  return bytes;
}

/** Value `i` of what packPairs made. */
export function pairAt(bytes: Uint8Array, i: number): number {
  return (bytes[i >>> 2]! >>> ((i & 3) * 2)) & 3;
}

/** How often each of the four values occurs among the first `size`; null where the bytes are not for so many. */
export function countPairs(bytes: Uint8Array, size: number): Uint32Array | null {
  if (bytes.length !== Math.ceil(size / 4)) return null;
  const perByte = new Uint32Array(256);
  for (let i = 0; i < bytes.length; i += 1) perByte[bytes[i]!]! += 1;
  const counts = new Uint32Array(4);
  for (let byte = 0; byte < 256; byte += 1) {
    for (let i = 0; i < 4; i += 1) counts[(byte >>> (i * 2)) & 3]! += perByte[byte]!;
  }
  for (let i = size; i < bytes.length * 4; i += 1) {
    if (pairAt(bytes, i) !== 0) return null;
    counts[0]! -= 1;
  }
  return counts;
}

/** Bytes that grow. Whole numbers of 32 bits are written seven bits to a byte, the least first, the top bit saying that more follow (LEB128). */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const wider = new Uint8Array(this.#bytes.length * 2);
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** `value`: 0 to 2^32 - 1. */
  number(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  base64(): string {
    return writeBase64(this.#bytes.subarray(0, this.#length));
  }
}

/** Reads what ByteWriter wrote, from bytes that anybody may have made: past the end, or where no number of 32 bits stands, it is spoilt for good. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #spoilt = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  get isSpoilt(): boolean {
    return this.#spoilt;
  }

  byte(): number {
    if (this.isAtEnd) {
      this.#spoilt = true;
      return 0;
    }
    this.#at += 1;
    return this.#bytes[this.#at - 1]!;
  }

  number(): number {
    let value = 0;
    // By multiplication: the fifth byte of a shift would land on the sign.
    for (let scale = 1; scale <= 0x10000000; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (value > 0xffffffff) this.#spoilt = true;
        return value;
      }
    }
    this.#spoilt = true;
    return 0;
  }
}
