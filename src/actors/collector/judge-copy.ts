/** What came from a feed, as far as it matters for whether it is believed. */
export interface ReceivedCopy {
  readonly contentType: string | null;
  /** The first characters of the text. */
  readonly beginning: string;
  readonly rows: number;
  readonly unreadable: number;
  /** Rows past the limit. */
  readonly overflow: number;
  /** The text ended where its format does. */
  readonly whole: boolean;
}

/** Copies that were less than half of what stands, one after the other. */
export interface Shrinking {
  /** Unix milliseconds of the first. */
  readonly since: number;
  readonly times: number;
  /** Rows of the last. */
  readonly rows: number;
}

export interface CopyVerdict {
  /** In plain words; null: the copy is believed. */
  readonly suspicion: string | null;
  readonly shrinking: Shrinking | null;
}

/** A list this short may halve when two addresses leave it. */
const SHORT_LIST = 20;
/** A list that shrank for good comes again and again; a fault at the publisher's lasts hours. */
const SHRUNK_TIMES = 3;
const SHRUNK_MS = 24 * 3_600_000;

/**
 * Whether a copy may take the place of one of `standing` rows. A list that has shrunk to less than half is believed when it came like that
 * three times over at least a day, never growing less than half again; or when the operator says so (`accept`). A page, a text that is
 * mostly unreadable, one that breaks off and an unexpected void are never.
 */
export function judgeCopy(
  copy: ReceivedCopy,
  standing: number,
  { emptyOk, accept, shrinking, now }: { emptyOk: boolean; accept: boolean; shrinking: Shrinking | null; now: number },
): CopyVerdict {
  const suspect = (suspicion: string): CopyVerdict => ({ suspicion, shrinking });
  if (isPage(copy)) return suspect('a web page came instead of a list');
  if (!copy.whole) return suspect('the text breaks off');
  if (copy.unreadable > copy.rows)
    return suspect(`${copy.unreadable} of ${copy.rows + copy.unreadable} rows cannot be read`);
  if (copy.overflow > 0) return suspect(`${copy.overflow} rows more than are taken of one list`);
  if (copy.rows === 0) return emptyOk ? { suspicion: null, shrinking: null } : suspect('the list is empty');
  if (accept || standing < SHORT_LIST || copy.rows * 2 >= standing) return { suspicion: null, shrinking: null };
  const goesOn = shrinking !== null && copy.rows * 2 >= shrinking.rows;
  const series = goesOn
    ? { since: shrinking.since, times: shrinking.times + 1, rows: copy.rows }
    : { since: now, times: 1, rows: copy.rows };
  if (series.times >= SHRUNK_TIMES && now - series.since >= SHRUNK_MS) return { suspicion: null, shrinking: null };
  return { suspicion: `the list shrank from ${standing} rows to ${copy.rows}`, shrinking: series };
}

/** No format begins with a `<`. */
function isPage({ contentType, beginning }: ReceivedCopy): boolean {
  return /^text\/html\b|^application\/xhtml/i.test(contentType ?? '') || beginning.trimStart().startsWith('<');
}
