import type { FeedRows } from '../feed-rows.ts';
import type { FeedParser } from './feed-parser.ts';
import { Lines } from './lines.ts';

/**
 * One column of comma-separated values (RFC 4180, but for line ends inside of quotes). `column` is its number from 1, or its name in the
 * first row that is no `#` comment.
 */
export function csvParser(rows: FeedRows, column: string): FeedParser {
  let index = /^\d+$/.test(column) ? Number(column) - 1 : -1;
  const named = index < 0;
  return new Lines((line) => {
    if (line?.startsWith('#') === true) return;
    const cells = line === null ? [] : splitCells(line);
    if (named && index < 0) {
      index = cells.findIndex((cell) => cell.toLowerCase() === column.toLowerCase());
      // Without its column nothing of the list can be read.
      if (index < 0) rows.spoil();
      return;
    }
    const cell = cells[index];
    if (cell === undefined) rows.spoil();
    else rows.take(cell);
  });
}

function splitCells(line: string): readonly string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    let cell = '';
    if (line[at] === '"') {
      at += 1;
      for (let end = line.indexOf('"', at); ; end = line.indexOf('"', at)) {
        cell += line.slice(at, end < 0 ? line.length : end);
        at = end < 0 ? line.length : end + 1;
        // A quote inside of quotes is written twice.
        if (end < 0 || line[at] !== '"') break;
        cell += '"';
        at += 1;
      }
    }
    const comma = line.indexOf(',', at);
    const end = comma < 0 ? line.length : comma;
    cells.push((cell + line.slice(at, end)).trim());
    at = end + 1;
  }
  return cells;
}
