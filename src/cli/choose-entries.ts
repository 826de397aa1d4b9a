import type { BlockEntry } from '../actors/contracts.ts';
import { parseBlockTarget, type BlockTarget } from '../edge/reputation/block-target.ts';
import { covers } from '../edge/reputation/range.ts';
import { EXIT } from './exit-codes.ts';
import { fail, type Answer } from './outcome.ts';

/** What `list` shows: an entry must fit every filter that is set, by any one of its values. */
export interface EntryFilter {
  /** Addresses, ranges, networks: entries that hold one, or lie in it. */
  readonly about?: readonly string[];
  readonly by?: readonly string[];
  readonly reason?: readonly string[];
  /** Seconds. */
  readonly endsIn?: number;
}

export function chooseEntries(
  entries: readonly BlockEntry[],
  { about = [], by, reason, endsIn }: EntryFilter,
  now: number,
): Answer<readonly BlockEntry[]> {
  const targets: BlockTarget[] = [];
  for (const text of about) {
    const parsed = parseBlockTarget(text);
    if (!parsed.ok) return fail(EXIT.usage, 'no-range', `"${text}": ${parsed.problems[0]?.message ?? 'no range'}`);
    targets.push(parsed.value);
  }
  const end = endsIn === undefined ? null : now + endsIn * 1000;
  const value = entries.filter(
    (entry) =>
      (targets.length === 0 || targets.some((target) => touches(entry, target))) &&
      (by === undefined || by.includes(entry.source)) &&
      (reason === undefined || reason.some((text) => entry.reason.toLowerCase().includes(text.toLowerCase()))) &&
      (end === null || (entry.until !== undefined && entry.until <= end)),
  );
  return { ok: true, value };
}

/** The entries in which one of `ranges` lies. */
export function coveringEntries(entries: readonly BlockEntry[], ranges: readonly string[]): readonly BlockEntry[] {
  const targets = ranges.map(parseBlockTarget).flatMap((parsed) => (parsed.ok ? [parsed.value] : []));
  return entries.filter((entry) => targets.some((target) => relate(entry, target) === 'holds'));
}

function touches(entry: BlockEntry, target: BlockTarget): boolean {
  return relate(entry, target) !== null;
}

function relate({ range }: BlockEntry, target: BlockTarget): 'holds' | 'lies in' | null {
  const parsed = parseBlockTarget(range);
  if (!parsed.ok) return null;
  if (parsed.value.range === undefined || target.range === undefined) {
    return parsed.value.text === target.text ? 'holds' : null;
  }
  if (covers(parsed.value.range, target.range)) return 'holds';
  return covers(target.range, parsed.value.range) ? 'lies in' : null;
}
