import { element } from '../dom.ts';

export interface Row {
  readonly key: string;
  /** What its cells say; the first names the row. */
  readonly cells: readonly string[];
  /** For the first cell: what happens when it is chosen. */
  readonly choose?: () => void;
}

/**
 * A table whose figures change while it is read: rows keep their elements by key, so that neither focus nor selection is lost, and a cell
 * is touched only when its text changes.
 */
export class KeyedRows {
  readonly node: HTMLTableElement;
  readonly #body = element('tbody', {});
  readonly #columns: readonly string[];
  readonly #known = new Map<string, HTMLTableRowElement>();

  constructor(label: string, columns: readonly string[]) {
    this.#columns = columns;
    const head = columns.map((column) => element('th', { scope: 'col' }, column));
    this.node = element(
      'table',
      { class: 'geo-table' },
      element('caption', {}, label),
      element('thead', {}, element('tr', {}, ...head)),
      this.#body,
    );
  }

  draw(rows: readonly Row[]): void {
    const wanted = new Set(rows.map((row) => row.key));
    for (const [key, node] of this.#known) {
      if (wanted.has(key)) continue;
      node.remove();
      this.#known.delete(key);
    }
    rows.forEach((row, i) => {
      const node = this.#known.get(row.key) ?? this.#make(row);
      row.cells.forEach((text, j) => {
        const cell = node.cells[j];
        const holder = cell?.querySelector('button') ?? cell;
        if (holder !== undefined && holder.textContent !== text) holder.textContent = text;
      });
      if (this.#body.rows[i] !== node) this.#body.insertBefore(node, this.#body.rows[i] ?? null);
    });
  }

  #make({ key, cells, choose }: Row): HTMLTableRowElement {
    const [first = '', ...rest] = cells;
    const name = choose === undefined ? first : element('button', { type: 'button', class: 'geo-link' }, first);
    if (typeof name !== 'string' && choose !== undefined) name.addEventListener('click', choose);
    // A row may say less than there are columns.
    const others = this.#columns.slice(1).map((column, i) => element('td', { 'data-column': column }, rest[i] ?? ''));
    const node = element('tr', {}, element('th', { scope: 'row' }, name), ...others);
    this.#known.set(key, node);
    return node;
  }
}
