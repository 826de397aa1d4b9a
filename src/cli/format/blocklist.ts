import type { BlockEntry } from '../../actors/contracts.ts';
import type { Shell } from '../shell.ts';
import { plain } from './plain.ts';
import { table } from './table.ts';
import { ago, span } from './when.ts';

/** What a block, or a change of one, answers. */
export interface Blocked {
  readonly entry: BlockEntry;
  readonly seq: number;
  /** As it stood until then. */
  readonly before?: BlockEntry;
}

export function describeBlocked({ entry, before, seq }: Blocked, now: number): string {
  const was = before === undefined ? '' : `, it was ${endOf(before, now)}`;
  return `${plain(entry.range)} is blocked ${endOf(entry, now)} (release ${seq})${was}`;
}

function endOf({ until }: BlockEntry, now: number): string {
  return until === undefined ? 'until it is unblocked' : `for ${span(until - now)}`;
}

export function listEntries(entries: readonly BlockEntry[], { now, paint }: Pick<Shell, 'now' | 'paint'>): string {
  return table(
    entries,
    [
      { title: 'RANGE', cell: ({ range }) => range },
      { title: 'ENDS', cell: ({ until }) => (until === undefined ? 'never' : ago(until, now)) },
      { title: 'SINCE', cell: ({ since }) => ago(since, now), narrow: 'goes' },
      { title: 'BY', cell: ({ source }) => source, narrow: 'goes' },
      { title: 'REASON', cell: ({ reason }) => reason, narrow: 'gives' },
    ],
    paint,
  );
}
