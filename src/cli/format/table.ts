import type { Paint, Style } from './paint.ts';
import { clip, plain } from './plain.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Numbers stand under one another's ends. */
  readonly right?: true;
  readonly style?: (row: Row) => Style | null;
  /** Characters of a cell that are shown; absent: all. */
  readonly most?: number;
}

/** Rows as people read them, apart by two spaces; the heading is faint. Cells are made safe for a terminal here. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], paint: Paint): string {
  const cells = rows.map((row) =>
    columns.map(({ cell, most }) => clip(plain(cell(row)), most ?? Number.POSITIVE_INFINITY)),
  );
  const widths = columns.map(({ title }, at) =>
    cells.reduce((width, row) => Math.max(width, row[at]?.length ?? 0), title.length),
  );
  const line = (texts: readonly string[], style: (at: number) => Style | null): string =>
    texts
      .map((text, at) => {
        const width = widths[at] ?? 0;
        const padded = columns[at]?.right ? text.padStart(width) : at === texts.length - 1 ? text : text.padEnd(width);
        const chosen = style(at);
        return chosen === null ? padded : paint(chosen, padded);
      })
      .join('  ')
      .trimEnd();
  const head = line(
    columns.map(({ title }) => title),
    () => 'dim',
  );
  const body = rows.map((row, at) => line(cells[at] ?? [], (column) => columns[column]?.style?.(row) ?? null));
  return [head, ...body].join('\n');
}

/** Facts by name, the names faint and of one width. Empty facts are left out. */
export function facts(pairs: readonly (readonly [name: string, value: string])[], paint: Paint): string {
  const told = pairs.filter(([, value]) => value !== '');
  const width = Math.max(...told.map(([name]) => name.length));
  return told.map(([name, value]) => `  ${paint('dim', name.padEnd(width))}  ${value}`).join('\n');
}
