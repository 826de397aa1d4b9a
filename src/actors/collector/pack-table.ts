import { ROW_LIMIT } from './feed-rows.ts';
import type { IndicatorTable } from './indicator-table.ts';
import { VarintReader, VarintWriter } from './varint.ts';

/** Counts up with each change of the form; a table packed in another form is fetched anew. */
const FORM = 1;

/**
 * A table as bytes, column by column: starts as the step from the row before, since rows are sorted, and everything else as runs, since
 * neighbours are mostly alike. IPsum's 120,000 rows take half a megabyte.
 */
export function packTable(table: IndicatorTable): Uint8Array {
  const rows = table.high.length;
  const out = new VarintWriter(rows * 5 + 64);
  out.write(FORM);
  out.write(rows);
  out.write(table.ipv4);
  let before = 0;
  for (let row = 0; row < rows; row += 1) {
    // IPv6 begins anew.
    if (row === table.ipv4) before = 0;
    out.write(table.high[row]! - before);
    before = table.high[row]!;
  }
  for (let row = table.ipv4; row < rows; row += 1) out.write(table.low[row]!);
  for (const column of [table.prefix, table.confidence, table.firstSeen, table.lastSeen]) writeRuns(out, column);
  return out.finish();
}

/** The table, or null when the bytes are of another form or damaged. */
export function unpackTable(bytes: Uint8Array): IndicatorTable | null {
  const from = new VarintReader(bytes);
  if (from.read() !== FORM) return null;
  const rows = from.read();
  const ipv4 = from.read();
  if (rows > ROW_LIMIT || ipv4 > rows) return null;
  const high = new Uint32Array(rows);
  for (let row = 0; row < rows; row += 1) high[row] = from.read() + (row === 0 || row === ipv4 ? 0 : high[row - 1]!);
  const low = new Uint32Array(rows);
  for (let row = ipv4; row < rows; row += 1) low[row] = from.read();
  const table = {
    ipv4,
    high,
    low,
    prefix: readRuns(from, new Uint8Array(rows)),
    confidence: readRuns(from, new Uint8Array(rows)),
    firstSeen: readRuns(from, new Uint32Array(rows)),
    lastSeen: readRuns(from, new Uint32Array(rows)),
  };
  return from.broken || !from.done ? null : table;
}

function writeRuns(out: VarintWriter, column: Uint8Array | Uint32Array): void {
  for (let row = 0; row < column.length;) {
    let end = row + 1;
    while (end < column.length && column[end] === column[row]) end += 1;
    out.write(end - row);
    out.write(column[row]!);
    row = end;
  }
}

function readRuns<Column extends Uint8Array | Uint32Array>(from: VarintReader, column: Column): Column {
  for (let row = 0; row < column.length && !from.broken;) {
    const end = row + from.read();
    column.fill(from.read(), row, end);
    if (end <= row) break;
    row = end;
  }
  return column;
}
