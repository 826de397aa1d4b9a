import { element } from '../dom.ts';

/** A cell that carries its column's name, which a narrow screen shows in place of the head. */
export function cell(column: string, ...children: readonly (Node | string)[]): HTMLElement {
  return element('td', { 'data-column': column }, ...children);
}

/** What went wrong in the row above, over the whole width: in a column of its own it would squeeze the others. */
export function troubleRow(columns: number, text: string | null): readonly HTMLElement[] {
  if (text === null) return [];
  return [element('tr', { class: 'trouble' }, element('td', { colspan: String(columns) }, text))];
}

/** The cell that tells most: on a narrow screen it stands beside the row's name. */
export function leadCell(column: string, ...children: readonly (Node | string)[]): HTMLElement {
  return element('td', { 'data-column': column, class: 'lead' }, ...children);
}

/** A table with a head, a string or node per cell; the first cell names its row, `lead` is the column that tells most. */
export function table(
  label: string,
  columns: readonly string[],
  lead: string,
  rows: readonly (readonly (Node | string)[])[],
): HTMLElement {
  const head = columns.map((column) => element('th', { scope: 'col' }, column));
  const body = rows.map(([first = '', ...rest]) => {
    const cells = rest.map((content, index) => {
      const column = columns[index + 1] ?? '';
      return column === lead ? leadCell(column, content) : cell(column, content);
    });
    return element('tr', {}, element('th', { scope: 'row' }, first), ...cells);
  });
  return element(
    'table',
    { class: 'stacking', 'aria-label': label },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...body),
  );
}
