/** Numbers as bytes and bytes as base64: how tables travel in releases, which are JSON. */

/** Characters made of bytes in one call: an engine takes only so many arguments. */
const CHUNK = 8192;

export function writeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

/** Null when it is not base64. */
export function readBase64(text: string): Uint8Array | null {
  let decoded: string;
  try {
    decoded = atob(text);
  } catch {
    return null;
  }
  const bytes = new Uint8Array(decoded.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = decoded.charCodeAt(i);
  return bytes;
}

/** Bytes that grow. Whole numbers of 32 bits are written seven bits to a byte, the least first, the top bit saying that more follow (LEB128). */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(expected: number) {
    this.#bytes = new Uint8Array(Math.max(16, expected));
  }

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

  /** Everything was read, and nothing went wrong. */
  get isDone(): boolean {
    return !this.#spoilt && this.#at === this.#bytes.length;
  }

  get isSpoilt(): boolean {
    return this.#spoilt;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) {
      this.#spoilt = true;
      return 0;
    }
    this.#at += 1;
    return value;
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
