/**
 * What the lazy automata of an isolate may hold together, in cells of 4 bytes. When it is spent all of them begin anew, each
 * when it is next used: there is nothing to be told to anyone, and one that is used no more is no more counted.
 */
export class AutomatonMemory {
  readonly #cells: number;
  #left: number;
  /** Raised when all begin anew. */
  generation = 0;

  constructor(cells: number) {
    this.#cells = cells;
    this.#left = cells;
  }

  take(cells: number): void {
    this.#left -= cells;
    if (this.#left >= 0) return;
    this.#left = this.#cells;
    this.generation++;
  }
}

/** 6 MB for all patterns of an isolate: ten that are under attack at once, or all of CRS on ordinary traffic several times over. */
export const ISOLATE_MEMORY = new AutomatonMemory(1_500_000);
