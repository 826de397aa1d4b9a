import { readAllowRange } from '../../edge/reputation/allow-range.ts';
import { covers, type Range } from '../../edge/reputation/range.ts';

/** True when `range` has an address in common with one of these entries of an allow-list; what is no range is passed over. */
export function overlapsAny(range: Range, allow: readonly { readonly range: string }[]): boolean {
  return allow.some((entry) => {
    const other = readAllowRange(entry.range);
    return other !== null && (covers(other, range) || covers(range, other));
  });
}
