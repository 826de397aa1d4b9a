import { ByteWriter, countPairs, packPairs, pairAt, readBase64, writeBase64 } from './packed-bytes.ts';

/**
 * Single IPv4 addresses, nearly all that feeds list, by blocks of /16: what is left of an address is 16 bits, and a look-up searches
 * one block alone. Kept as it travels: an isolate that has just begun runs loops slowly, and reads these with hardly any.
 */
export interface Singles {
  /** Where each of the 65,536 blocks begins in the columns, and the end of the last. */
  readonly starts: Uint32Array;
  /** The lower halves, ascending within a block. */
  readonly low: Uint16Array;
  readonly scores: Uint8Array;
  /** Two bits each. */
  readonly tiers: Uint8Array;
}

/** In a release; base64 each. */
export interface PackedSingles {
  /** For each block that has any: how many blocks are between it and the one before, and how many addresses it has, less one. */
  readonly blocks: string;
  /** Little-endian. */
  readonly low: string;
  readonly scores: string;
  readonly tiers: string;
}

const BLOCKS = 65_536;

/** The address's code, see `threat-index.ts`; -1 when it is not listed. */
export function findSingle({ starts, low, scores, tiers }: Singles, address: number): number {
  const block = address >>> 16;
  const wanted = address & 0xffff;
  const end = starts[block + 1]!;
  let first = starts[block]!;
  let last = end;
  while (first < last) {
    const middle = (first + last) >>> 1;
    if (low[middle]! < wanted) first = middle + 1;
    else last = middle;
  }
  return first < end && low[first] === wanted ? pairAt(tiers, first) * 256 + scores[first]! : -1;
}

export class SinglesWriter {
  readonly #blocks = new ByteWriter();
  readonly #low = new ByteWriter();
  readonly #scores = new ByteWriter();
  readonly #tiers: number[] = [];
  /** The one that is being filled, how many it has, and the one before it. */
  #block = -1;
  #inBlock = 0;
  #before = -1;
  #address = -1;

  /** Throws when the address is not past the one before. */
  add(address: number, score: number, tier: number): void {
    if (address <= this.#address) throw new Error('threats are not in order');
    this.#address = address;
    if (address >>> 16 !== this.#block) {
      this.#endBlock();
      this.#block = address >>> 16;
    }
    this.#inBlock += 1;
    this.#low.byte(address & 255);
    this.#low.byte((address >>> 8) & 255);
    this.#scores.byte(score);
    this.#tiers.push(tier);
  }

  pack(): PackedSingles {
    this.#endBlock();
    return {
      blocks: this.#blocks.base64(),
      low: this.#low.base64(),
      scores: this.#scores.base64(),
      tiers: writeBase64(packPairs(this.#tiers)),
    };
  }

  #endBlock(): void {
    if (this.#inBlock === 0) return;
    this.#blocks.number(this.#block - this.#before - 1);
    this.#blocks.number(this.#inBlock - 1);
    this.#before = this.#block;
    this.#inBlock = 0;
  }
}

/** The singles and how many are of each tier; null where they are not what a release has there. */
export function unpackSingles(
  packed: PackedSingles,
): { readonly singles: Singles; readonly counts: Uint32Array } | null {
  const [blocks, halves, scores, tiers] = [packed.blocks, packed.low, packed.scores, packed.tiers].map(readBase64);
  if (!blocks || !halves || !scores || !tiers || halves.length !== scores.length * 2) return null;
  const counts = countPairs(tiers, scores.length);
  // A copy begins at an even byte. Every machine that runs workerd or Node is little-endian.
  const low = new Uint16Array(halves.slice().buffer);
  const starts = readBlocks(blocks, low);
  return counts === null || starts === null ? null : { singles: { starts, low, scores, tiers }, counts };
}

/** In one loop, without a reader: what is called in a loop is slow in an isolate that has just begun. */
function readBlocks(bytes: Uint8Array, low: Uint16Array): Uint32Array | null {
  const starts = new Uint32Array(BLOCKS + 1);
  let next = 0;
  let at = 0;
  let isCount = false;
  let value = 0;
  let shift = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i]!;
    value |= (byte & 127) << shift;
    if (byte > 127) {
      shift += 7;
      // Three bytes hold any number of blocks or addresses.
      if (shift > 14) return null;
      continue;
    }
    if (isCount) {
      const end = at + value + 1;
      if (end > low.length) return null;
      for (at += 1; at < end; at += 1) if (low[at]! <= low[at - 1]!) return null;
    } else {
      const block = next + value;
      if (block >= BLOCKS) return null;
      while (next <= block) {
        starts[next] = at;
        next += 1;
      }
    }
    isCount = !isCount;
    value = 0;
    shift = 0;
  }
  starts.fill(at, next);
  return at === low.length && !isCount && shift === 0 ? starts : null;
}

export const NO_SINGLES: Singles = Object.freeze({
  starts: new Uint32Array(BLOCKS + 1),
  low: new Uint16Array(0),
  scores: new Uint8Array(0),
  tiers: new Uint8Array(0),
});
