/**
 * Sequences of tokens as 32-bit hashes: one, two and three literals, and two, three and four kinds, that end at a place.
 * Training and serving both come here, so that a sequence has one name.
 */
export const NGRAMS_PER_TOKEN = 6;

function join(a: number, b: number): number {
  return Math.imul(a ^ ((b + 0x7f4a7c15 + (a << 6) + (a >>> 2)) | 0), 0x85ebca6b | 0);
}

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}

/**
 * Writes the n-grams that end at `at` to `out` and answers how many. `at` counts in arrays that hold the text's whole token
 * sequence; before the first there is nothing.
 */
export function ngramsAt(literals: Int32Array, kinds: Int32Array, at: number, out: Int32Array): number {
  const l0 = literals[at]!;
  out[0] = finish(join(1, l0));
  if (at < 1) return 1;
  const l1 = literals[at - 1]!;
  const k0 = kinds[at]!;
  const k1 = kinds[at - 1]!;
  out[1] = finish(join(join(2, l1), l0));
  out[2] = finish(join(join(3, k1), k0));
  if (at < 2) return 3;
  const k2 = kinds[at - 2]!;
  out[3] = finish(join(join(join(4, literals[at - 2]!), l1), l0));
  out[4] = finish(join(join(join(5, k2), k1), k0));
  if (at < 3) return 5;
  out[5] = finish(join(join(join(join(6, kinds[at - 3]!), k2), k1), k0));
  return 6;
}
