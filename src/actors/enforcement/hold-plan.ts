import type { AllowEntry } from '../contracts.ts';
import { findOverlap, indexRanges } from './overlap-index.ts';
import { type RangeColumns, textAt } from './range-columns.ts';

/** A smaller list may well lose half of its items in half an hour. */
const SHRINK_FROM = 20;
/** Reasons told; one is enough to hold the plan. */
const HOLD_LIMIT = 10;

/** What a plan would do to one list. */
export interface ListChange {
  readonly displayName: string;
  readonly before: number;
  readonly after: number;
  readonly rows: RangeColumns;
  /** Rows that would be added. */
  readonly added: Uint32Array;
}

/** What no plan may list without a person's word. */
export interface Guarded {
  /** Client keys. */
  readonly operators: readonly string[];
  readonly cloudflare: readonly string[];
  readonly allow: readonly AllowEntry[];
}

/** Why the plan must wait for an approval; empty: it need not. */
export function holdReasons(changes: readonly ListChange[], guarded: Guarded): readonly string[] {
  const reasons: string[] = [];
  for (const { displayName, before, after } of changes) {
    if (before >= SHRINK_FROM && after < before / 2) {
      reasons.push(`${displayName} would shrink by more than half, from ${before} items to ${after}`);
    }
  }
  const entries = [
    ...guarded.operators.map((range) => ({ range, what: "an operator's address" })),
    ...guarded.cloudflare.map((range) => ({ range, what: "Cloudflare's own range" })),
    ...guarded.allow.flatMap(({ range, origin, note }) =>
      origin === 'operator' || origin === 'cloudflare' ? [{ range, what: `on the allow-list (${note})` }] : [],
    ),
  ];
  const index = indexRanges(entries.map(({ range }) => range));
  let more = 0;
  for (const { displayName, rows, added } of changes) {
    for (const row of added) {
      const found = findOverlap(index, rows, row);
      if (found === null) continue;
      const { range, what } = entries[found.index]!;
      const text = textAt(rows, row);
      const how = text === range ? `is ${what}` : found.within ? `is in ${range}, ${what}` : `holds ${range}, ${what}`;
      if (reasons.length < HOLD_LIMIT) reasons.push(`${displayName} would get ${text}: it ${how}`);
      else more += 1;
    }
  }
  return more > 0 ? [...reasons, `and ${more} more of the kind`] : reasons;
}
