/** Upper-case ASCII letters to lower-case ones, every other byte to itself. */
export const FOLD: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 65 && byte <= 90 ? byte + 32 : byte,
);

/**
 * Distinct lower-case texts in order, as one piece of memory: which of them begin at a place of a longer text is found by
 * halving the list, byte after byte. At most the longest one's length times the logarithm of their number.
 */
export class SortedTexts {
  /** Where each text begins in `bytes`; one more for the end. */
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
  readonly count: number;

  /** Wants them sorted, each once. */
  constructor(texts: readonly string[]) {
    this.count = texts.length;
    this.offsets = new Int32Array(texts.length + 1);
    let size = 0;
    for (const text of texts) size += text.length;
    this.bytes = new Uint8Array(size);
    let at = 0;
    for (let index = 0; index < texts.length; index++) {
      const text = texts[index]!;
      this.offsets[index] = at;
      for (let place = 0; place < text.length; place++) this.bytes[at++] = text.charCodeAt(place);
    }
    this.offsets[texts.length] = at;
  }

  lengthOf(index: number): number {
    return this.offsets[index + 1]! - this.offsets[index]!;
  }

  /** The first of those from `low` on, before `high`, whose byte at `depth` is `byte` or more: all of them are longer than that. */
  seek(low: number, high: number, depth: number, byte: number): number {
    let from = low;
    let to = high;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.bytes[this.offsets[middle]! + depth]! < byte) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Whether a text stands, in whatever case, at a place of a longer one, from its byte at `depth` on. */
  standsAt(index: number, text: string, place: number, depth: number): boolean {
    const begin = this.offsets[index]!;
    const length = this.lengthOf(index);
    if (place + length > text.length) return false;
    for (let at = depth; at < length; at++) {
      if (FOLD[text.charCodeAt(place + at) & 255] !== this.bytes[begin + at]) return false;
    }
    return true;
  }
}
