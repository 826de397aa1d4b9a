/** Where counts go whose key had to make room. */
const OTHER = 'other';
/** More requests than one isolate serves between two reports; a broken publisher cannot spoil the figures for good. */
const COUNT_LIMIT = 1_000_000;

/** Adds to a key; at capacity the smallest key makes room and its count goes to `other`, so sums stay true. */
export function count(map: Map<string, number>, key: string, n: number, capacity: number): void {
  const add = readCount(n);
  if (add === 0) return;
  const name = key.slice(0, 64);
  if (!map.has(name) && map.size >= capacity) {
    let least: string | undefined;
    for (const [candidate, value] of map) {
      if (candidate !== OTHER && (least === undefined || value < (map.get(least) ?? 0))) least = candidate;
    }
    if (least !== undefined) {
      const moved = map.get(least) ?? 0;
      map.delete(least);
      // `other` takes the place of the first that left; from then on each newcomer finds room.
      map.set(OTHER, (map.get(OTHER) ?? 0) + moved);
    }
    if (map.size >= capacity) {
      map.set(OTHER, (map.get(OTHER) ?? 0) + add);
      return;
    }
  }
  map.set(name, (map.get(name) ?? 0) + add);
}

/** A count as an isolate told it; of nonsense nothing. */
export function readCount(n: number | undefined): number {
  return n !== undefined && Number.isInteger(n) && n > 0 ? Math.min(n, COUNT_LIMIT) : 0;
}
