/**
 * When what the machine gathers (watched clients, blocks) is next made into a release. Quick after a quiet time; the
 * more releases follow one another, and the larger they are, the longer the wait, since every isolate loads each.
 */
export interface Pace {
  /** The shortest time between two releases. */
  readonly leastMs: number;
  /** The longest: how late an isolate may learn of an entry. */
  readonly mostMs: number;
  /** Bytes per second that one isolate may be made to load. */
  readonly bytesPerSecond: number;
}

/** Unix milliseconds of the next release, given when the last was, how many came in a row, and the bytes of the last. */
export function nextRelease(pace: Pace, last: { at: number; inARow: number; bytes: number }, now: number): number {
  const crowded = pace.leastMs * 2 ** Math.min(last.inARow, 10);
  const heavy = (last.bytes / pace.bytesPerSecond) * 1000;
  const wait = Math.min(pace.mostMs, Math.max(pace.leastMs, crowded, heavy));
  return Math.max(now + pace.leastMs, last.at + wait);
}
