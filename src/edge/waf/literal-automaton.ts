/**
 * Finds in one pass which of many literals a text holds (Aho and Corasick 1975), ASCII case-insensitively. Bytes that stand in
 * no literal share one column of the table, so it stays small.
 */
export class LiteralAutomaton {
  /** Column of each byte. */
  readonly #columns = new Uint8Array(256);
  readonly #width: number;
  readonly #next: Int32Array;
  /** Ids of the literals that end in a state, those of its suffixes included. */
  readonly #outputs: readonly (Int32Array | undefined)[];
  readonly #hasOutput: Uint8Array;
  /** For each id the number of the last scan that found it: nothing to clear between scans. */
  readonly #foundIn: Int32Array;
  readonly #foundIds: Int32Array;
  #scan = 0;
  /** How many ids the last scan found. */
  foundCount = 0;

  /** `literals[i]` are the texts, lower-case bytes, any of which sets id `i`. */
  constructor(literals: readonly (readonly string[])[]) {
    this.#width = this.#assignColumns(literals);
    const edges: Map<number, number>[] = [new Map()];
    const outputs: (number[] | undefined)[] = [undefined];
    for (const [id, texts] of literals.entries()) {
      for (const text of texts) {
        let state = 0;
        for (let at = 0; at < text.length; at++) {
          const column = this.#columns[text.charCodeAt(at) & 255]!;
          let target = edges[state]!.get(column);
          if (target === undefined) {
            target = edges.push(new Map()) - 1;
            outputs.push(undefined);
            edges[state]!.set(column, target);
          }
          state = target;
        }
        (outputs[state] ??= []).push(id);
      }
    }
    this.#next = new Int32Array(edges.length * this.#width);
    this.#link(edges, outputs);
    this.#outputs = outputs.map((ids) => (ids === undefined ? undefined : Int32Array.from(new Set(ids))));
    this.#hasOutput = Uint8Array.from(outputs, (ids) => (ids === undefined ? 0 : 1));
    this.#foundIn = new Int32Array(literals.length);
    this.#foundIds = new Int32Array(literals.length);
  }

  /** Looks through a text; `found`, `foundCount` and `foundId` then speak of it, until the next scan. */
  scan(text: string): void {
    // Past 2^31 scans the numbers would repeat.
    if (this.#scan === 0x7fffffff) this.#foundIn.fill((this.#scan = 0));
    const scan = ++this.#scan;
    const columns = this.#columns;
    const next = this.#next;
    const width = this.#width;
    const hasOutput = this.#hasOutput;
    let count = 0;
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      state = next[state * width + columns[text.charCodeAt(at) & 255]!]!;
      if (hasOutput[state] === 0) continue;
      for (const id of this.#outputs[state]!) {
        if (this.#foundIn[id] === scan) continue;
        this.#foundIn[id] = scan;
        this.#foundIds[count++] = id;
      }
    }
    this.foundCount = count;
  }

  found(id: number): boolean {
    return this.#foundIn[id] === this.#scan;
  }

  /** The ids found, in the order in which they were. */
  foundId(at: number): number {
    return this.#foundIds[at]!;
  }

  #assignColumns(literals: readonly (readonly string[])[]): number {
    let width = 1;
    for (const text of literals.flat()) {
      for (let at = 0; at < text.length; at++) {
        const byte = text.charCodeAt(at) & 255;
        if (this.#columns[byte] !== 0) continue;
        this.#columns[byte] = width;
        if (byte >= 97 && byte <= 122) this.#columns[byte - 32] = width;
        width++;
      }
    }
    return width;
  }

  /** Breadth first: a state's failure state is done before it, so its row can be completed from there. */
  #link(edges: readonly Map<number, number>[], outputs: (number[] | undefined)[]): void {
    const failure = new Int32Array(edges.length);
    const queue = [0];
    for (const state of queue) {
      const fail = failure[state]!;
      if (state !== 0) this.#next.copyWithin(state * this.#width, fail * this.#width, (fail + 1) * this.#width);
      for (const [column, target] of edges[state]!) {
        const inherited = state === 0 ? 0 : this.#next[fail * this.#width + column]!;
        failure[target] = inherited;
        const more = outputs[inherited];
        if (more !== undefined) (outputs[target] ??= []).push(...more);
        this.#next[state * this.#width + column] = target;
        queue.push(target);
      }
    }
  }
}
