/**
 * How much a newcomer's score must exceed that of an item in a full list to take its place, in 255ths: 0.05. One more of
 * the thirty lists that IPsum counts moves a score by less than that from the sixth list on, so the daily to and fro of
 * feeds does not write the list anew every half hour.
 */
export const MARGIN = 13;
/** Above every score with its margin: an item that must stay. */
export const PINNED = 511;

/**
 * The rows that get a place when there are `room` of them: those of the highest priority (0 to 511; 0 is no candidate).
 * Where the last places are contested at one priority, items that are listed already come first, then the order of
 * rows decides, which does not change between runs. One counting pass: 120,000 candidates are not sorted.
 */
export function chooseItems(
  priority: Uint16Array,
  room: number,
  listed: (row: number) => boolean,
): { readonly chosen: Uint8Array; readonly count: number; readonly candidates: number } {
  const chosen = new Uint8Array(priority.length);
  const counts = new Uint32Array(PINNED + 1);
  for (const level of priority) counts[level]! += 1;
  const candidates = priority.length - counts[0]!;
  let level = PINNED;
  let left = Math.max(0, room);
  for (; level > 0 && counts[level]! <= left; level -= 1) left -= counts[level]!;
  for (let row = 0; row < priority.length; row += 1) if (priority[row]! > level) chosen[row] = 1;
  if (level > 0) {
    for (const wanted of [true, false]) {
      for (let row = 0; row < priority.length && left > 0; row += 1) {
        if (priority[row] !== level || listed(row) !== wanted) continue;
        chosen[row] = 1;
        left -= 1;
      }
    }
  }
  return { chosen, count: Math.min(candidates, Math.max(0, room)), candidates };
}
