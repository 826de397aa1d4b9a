/** Under the 2 MB that a row may have, with room for its key and what SQLite adds. */
const PART_BYTES = 1024 * 1024;

/** Bytes cut into what a row takes each, in order; none for no bytes. */
export function cutIntoParts(bytes: Uint8Array): readonly ArrayBuffer[] {
  const parts: ArrayBuffer[] = [];
  for (let at = 0; at < bytes.length; at += PART_BYTES) parts.push(bytes.slice(at, at + PART_BYTES).buffer);
  return parts;
}

/** The bytes again, at the beginning of a buffer of their own; null when there is no part. */
export function joinParts(parts: readonly ArrayBuffer[]): Uint8Array | null {
  if (parts.length === 0) return null;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return whole;
}
