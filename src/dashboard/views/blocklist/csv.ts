import type { BlockEntry } from '../../../actors/contracts.ts';
import { parseBlockTarget } from '../../../edge/reputation/block-target.ts';

/** What a line of a list says to block. */
export interface Wanted {
  /** From 1. */
  readonly line: number;
  readonly ip: string;
  readonly reason: string | null;
  /** Unix milliseconds; null: the line does not say, `never`: without an end. */
  readonly until: number | 'never' | null;
}

export interface Unread {
  /** From 1. */
  readonly line: number;
  /** What stands there; a line is told by it. */
  readonly text: string;
  readonly problem: string;
}

export interface ReadList {
  readonly wanted: readonly Wanted[];
  readonly unread: readonly Unread[];
}

const HEAD = 'range,reason,since,until,source';

/** Of the list the lines of these numbers, with its head and its comments: what is left to be done. */
export function keepLines(text: string, lines: ReadonlySet<number>): string {
  const rows = text.split(/\r?\n/);
  const { wanted, unread } = readList(text);
  const done = new Set([...wanted, ...unread].map(({ line }) => line).filter((line) => !lines.has(line)));
  return rows.filter((_, index) => !done.has(index + 1)).join('\n');
}

/** RFC 4180, as spreadsheets read it. */
export function writeCsv(entries: readonly BlockEntry[]): string {
  const rows = entries.map(({ range, reason, since, until, source }) =>
    [range, reason, iso(since), until === undefined ? 'never' : iso(until), source].map(quote).join(','),
  );
  return [HEAD, ...rows].map((row) => `${row}\r\n`).join('');
}

/**
 * Reads what is pasted or imported: a range per line, with commas after it a reason and an end (ISO 8601, or `never`), or a CSV file
 * with a head that names its columns. Lines that begin with `#` are passed over;
 * what the shield would not take is told before it is sent.
 */
export function readList(text: string): ReadList {
  const wanted: Wanted[] = [];
  const unread: Unread[] = [];
  let columns = ['range', 'reason', 'until'];
  let first = true;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const cells = splitRow(line);
    if (first && cells.some((cell) => /^(?:range|ip|cidr|address)$/i.test(cell))) {
      columns = cells.map((cell) => cell.toLowerCase().replace(/^(?:ip|cidr|address)$/, 'range'));
      first = false;
      continue;
    }
    first = false;
    const cell = (name: string) => cells[columns.indexOf(name)]?.trim() ?? '';
    const until = readEnd(cell('until'));
    const target = parseBlockTarget(cell('range'));
    const refuse = (problem: string) => unread.push({ line: index + 1, text: cell('range') || line, problem });
    if (cell('range') === '') refuse('has no address');
    else if (!target.ok) refuse(target.problems[0]?.message ?? 'cannot be blocked');
    else if (until === undefined) refuse(`${cell('until')} is no time`);
    else wanted.push({ line: index + 1, ip: cell('range'), reason: unguard(cell('reason')) || null, until });
  }
  return { wanted, unread };
}

function readEnd(text: string): number | 'never' | null | undefined {
  if (text === '') return null;
  if (text.toLowerCase() === 'never') return 'never';
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

function splitRow(line: string): string[] {
  const cells: string[] = [];
  for (const [, quoted, plain = ''] of line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)) {
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
  }
  // The end of the line matches once more, as an empty cell.
  return cells.slice(0, -1);
}

/** A reason may come from traffic, and a spreadsheet would run a cell that begins like a formula. */
function quote(cell: string): string {
  const safe = /^[=+\-@\t]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function unguard(cell: string): string {
  return /^'[=+\-@\t]/.test(cell) ? cell.slice(1) : cell;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
