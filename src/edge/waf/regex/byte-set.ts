/** A set of bytes, as eight 32-bit words. */
export type ByteSet = Uint32Array;

export function emptySet(): ByteSet {
  return new Uint32Array(8);
}

export function addRange(set: ByteSet, from: number, to: number): ByteSet {
  for (let byte = from; byte <= to; byte++) set[byte >> 5]! |= 1 << (byte & 31);
  return set;
}

export function hasByte(set: ByteSet, byte: number): boolean {
  return (set[byte >> 5]! & (1 << (byte & 31))) !== 0;
}

export function addSet(set: ByteSet, other: ByteSet): ByteSet {
  for (let word = 0; word < 8; word++) set[word]! |= other[word]!;
  return set;
}

export function invert(set: ByteSet): ByteSet {
  return set.map((word) => ~word);
}

/** The set with both cases of every ASCII letter in it. */
export function foldCase(set: ByteSet): ByteSet {
  const folded = set.slice();
  for (let upper = 65; upper <= 90; upper++) {
    const lower = upper + 32;
    if (hasByte(set, upper)) addRange(folded, lower, lower);
    if (hasByte(set, lower)) addRange(folded, upper, upper);
  }
  return folded;
}

/** Its bytes in order. */
export function listBytes(set: ByteSet): number[] {
  const bytes: number[] = [];
  for (let word = 0; word < 8; word++) {
    for (let rest = set[word]!; rest !== 0; rest &= rest - 1) bytes.push(word * 32 + 31 - Math.clz32(rest & -rest));
  }
  return bytes;
}
