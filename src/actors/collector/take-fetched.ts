import { HOUR_MS, type IndicatorTable, mergeCopy } from './indicator-table.ts';
import { judgeCopy } from './judge-copy.ts';
import type { Fetched } from './read-feed.ts';
import { healthOf, noteSuccess, noteTrouble, type Source, type SourceRecord } from './source-record.ts';

/** Rows of all sources together: twice what the built-in ones have, all of them on; 9 MB of memory. */
const TOTAL_ROWS = 500_000;
/** Of those that spare: each row is an entry of the allow-list, which goes with every release. The crawlers' lists have 4,000 together. */
const TOTAL_ALLOWED = 20_000;

export interface Taken {
  readonly record: SourceRecord;
  /** The table that is to stand from now on; null: the one before stays. */
  readonly table: IndicatorTable | null;
  /** What an operator wants to hear: that it cannot be had, and that it can again. `trouble`: it could be had before. */
  readonly event: { readonly message: string; readonly trouble: boolean } | null;
}

/** What a fetch makes of a source. `standing`: its table; `otherRows`: how many rows the others of its kind have; `accept`: an operator vouches for it. */
export function takeFetched(
  source: Source,
  fetched: Fetched,
  context: {
    readonly now: number;
    readonly accept: boolean;
    readonly standing: IndicatorTable;
    readonly otherRows: number;
  },
): Taken {
  const taken = take(source, fetched, context);
  const before = healthOf(source);
  const after = healthOf({ ...source, record: taken.record });
  const { problem } = taken.record;
  if (problem !== null && (after !== before || problem !== source.record.problem))
    return { ...taken, event: { message: `${after}: ${problem}`, trouble: source.record.lastSuccess !== null } };
  const recovered = after === 'ok' && (before === 'failing' || before === 'suspect');
  return { ...taken, event: recovered ? { message: `well again, ${taken.record.rows} rows`, trouble: false } : null };
}

function take(
  { settings, record }: Source,
  fetched: Fetched,
  { now, accept, standing, otherRows }: Parameters<typeof takeFetched>[2],
): Omit<Taken, 'event'> {
  if (fetched.kind === 'failed') return { record: noteTrouble(record, now, fetched.problem, null), table: null };
  if (fetched.kind === 'unchanged') return { record: noteSuccess(record, now, null), table: null };
  const { copy, received } = fetched.feed;
  const { emptyOk } = settings;
  const { suspicion, shrinking } = judgeCopy(received, record.rows, {
    emptyOk,
    accept,
    shrinking: record.shrinking,
    now,
  });
  if (suspicion !== null) return { record: noteTrouble(record, now, suspicion, { shrinking }), table: null };
  const hour = Math.floor(now / HOUR_MS);
  const table = mergeCopy(standing, copy, {
    now: hour,
    heard: Math.floor((record.lastSuccess ?? now) / HOUR_MS),
    lifetime: settings.lifetimeSeconds / 3600,
  });
  if (table.high.length + otherRows > (settings.role === 'allow' ? TOTAL_ALLOWED : TOTAL_ROWS)) {
    const problem = `${table.high.length} rows do not fit beside the other sources' ${otherRows}`;
    return { record: noteTrouble(record, now, problem, { shrinking: null }), table: null };
  }
  const { etag, lastModified } = fetched;
  const { unreadable } = received;
  return { record: noteSuccess(record, now, { rows: received.rows, unreadable, etag, lastModified }), table };
}
