import { covers, parseRange, type Range } from '../../edge/reputation/range.ts';

/** True when `range` has an address in common with one of these; what cannot be read as a range (too wide for a list) is passed over. */
export function overlapsAny(range: Range, others: readonly { readonly range: string }[]): boolean {
  return others.some((other) => {
    const parsed = parseRange(other.range);
    return parsed.ok && (covers(parsed.range, range) || covers(range, parsed.range));
  });
}
