/**
 * 64 bits over columns of numbers, as 16 hex digits: two multiplicative hashes side by side (FNV-1a over whole words, with two seeds). It
 * tells versions of one table apart; nobody gains by a collision.
 */
export function fingerprint(columns: readonly ArrayLike<number>[]): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (const column of columns) {
    const { length } = column;
    a = Math.imul(a ^ length, 0x01000193);
    b = Math.imul(b ^ length, 0x85ebca6b);
    for (let i = 0; i < length; i += 1) {
      const word = column[i]!;
      a = Math.imul(a ^ word, 0x01000193);
      a ^= a >>> 15;
      b = Math.imul(b ^ word, 0x85ebca6b);
      b ^= b >>> 13;
    }
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
