import type { Paint, Style } from './paint.ts';
import { clip, plain } from './plain.ts';
import { wrap } from './wrap.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Numbers stand under one another's ends. */
  readonly right?: true;
  readonly style?: (row: Row) => Style | null;
  /** On a narrow screen: `gives`: its cells are cut; `goes`: it is left out, before anything is cut too short. */
  readonly narrow?: 'gives' | 'goes';
}

/** Columns are apart by so much. */
const GAP = '  ';
/** What a column that gives keeps at least. */
const LEAST = 20;

/** Rows as people read them; the heading is faint. Cells are made safe for a terminal here, and fit into the page where it is known. */
export function table<Row>(rows: readonly Row[], all: readonly Column<Row>[], paint: Paint): string {
  const columns = fitColumns(rows, all, paint.width);
  const line = (texts: readonly string[], style: (column: Column<Row>) => Style | null): string =>
    columns
      .map(({ column, width }, at) => {
        const text = clip(texts[at] ?? '', width);
        const last = at === columns.length - 1;
        const padded = column.right ? text.padStart(width) : last ? text : text.padEnd(width);
        const chosen = style(column);
        return chosen === null ? padded : paint(chosen, padded);
      })
      .join(GAP)
      .trimEnd();
  const head = line(
    columns.map(({ column }) => column.title),
    () => 'dim',
  );
  const body = rows.map((row) =>
    line(
      columns.map(({ column }) => plain(column.cell(row))),
      (column) => column.style?.(row) ?? null,
    ),
  );
  return [head, ...body].join('\n');
}

interface Fitted<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

/** Columns go from the right on until the rest has room with what gives at its least; what room is left, those have, from the left on. */
function fitColumns<Row>(rows: readonly Row[], all: readonly Column<Row>[], room: number): readonly Fitted<Row>[] {
  let columns = all.map((column) => {
    const width = rows.reduce((most, row) => Math.max(most, plain(column.cell(row)).length), column.title.length);
    const least = column.narrow === 'gives' ? Math.min(width, Math.max(column.title.length, LEAST)) : width;
    return { column, width, least };
  });
  const spare = () => room - columns.reduce((sum, { least }) => sum + least + GAP.length, -GAP.length);
  while (spare() < 0) {
    const last = columns.findLastIndex(({ column }) => column.narrow === 'goes');
    if (last < 0) break;
    columns = columns.toSpliced(last, 1);
  }
  let left = Math.max(0, spare());
  return columns.map(({ column, width, least }) => {
    const more = Math.min(width - least, left);
    left -= more;
    return { column, width: least + more };
  });
}

/** Facts by name, the names faint and of one width, long values on lines under their beginning. Empty facts are left out. */
export function facts(pairs: readonly (readonly [name: string, value: string])[], paint: Paint): string {
  const told = pairs.filter(([, value]) => value !== '');
  const width = Math.max(...told.map(([name]) => name.length));
  const indent = ' '.repeat(width + 4);
  return told
    .map(([name, value]) => {
      const lines = wrap(value, paint.width - indent.length).join(`\n${indent}`);
      return `  ${paint('dim', name.padEnd(width))}  ${lines}`;
    })
    .join('\n');
}
