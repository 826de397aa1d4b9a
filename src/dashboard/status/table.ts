import { element } from '../dom.ts';

/** A cell that carries its column's name, which a narrow screen shows in place of the head. */
export function cell(column: string, ...children: readonly (Node | string)[]): HTMLElement {
  return element('td', { 'data-column': column }, ...children);
}

/** A table with a head, one string or node per cell; the first cell names its row. */
export function table(
  label: string,
  columns: readonly string[],
  rows: readonly (readonly (Node | string)[])[],
): HTMLElement {
  const head = columns.map((column) => element('th', { scope: 'col' }, column));
  const body = rows.map(([first = '', ...rest]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, first),
      ...rest.map((content, index) => cell(columns[index + 1] ?? '', content)),
    ),
  );
  return element(
    'table',
    { 'aria-label': label },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...body),
  );
}
