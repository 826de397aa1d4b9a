import { mask } from '../../edge/reputation/range.ts';
import { familyAt, type RangeColumns } from './range-columns.ts';

/**
 * For each candidate (tier above 0) that lies within a range of the same tier which is a candidate too, the row of the
 * outermost such range; -1 for all others. Rows come with the wider first, so one pass with a stack is enough.
 */
export function findEnclosing(rows: RangeColumns, tier: Uint8Array): Int32Array {
  const enclosing = new Int32Array(tier.length).fill(-1);
  const open: number[] = [];
  for (let row = 0; row < tier.length; row += 1) {
    while (open.length > 0 && !encloses(rows, open.at(-1)!, row)) open.pop();
    if (tier[row] === 0) continue;
    for (const outer of open) {
      if (tier[outer] !== tier[row]) continue;
      enclosing[row] = outer;
      break;
    }
    if (rows.prefix[row]! < (familyAt(rows, row) === 4 ? 32 : 64)) open.push(row);
  }
  return enclosing;
}

function encloses(rows: RangeColumns, outer: number, inner: number): boolean {
  const prefix = rows.prefix[outer]!;
  return (
    familyAt(rows, outer) === familyAt(rows, inner) &&
    prefix <= rows.prefix[inner]! &&
    mask(rows.high[inner]!, prefix) === rows.high[outer] &&
    mask(rows.low[inner]!, prefix - 32) === rows.low[outer]
  );
}
