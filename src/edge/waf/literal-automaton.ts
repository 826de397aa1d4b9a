/**
 * Finds in one pass which of many literals a text holds (Aho and Corasick 1975), ASCII case-insensitively. Bytes that stand in
 * no literal share one column of the table, so it stays small.
 */
export class LiteralAutomaton {
  /** Column of each byte. */
  readonly #columns = new Uint8Array(256);
  /** A row for each state. A state is named by where its row begins, or, where literals end, by the complement of its ending. */
  readonly #next: Int32Array;
  /** States in which literals end: where their rows begin, the ids of the literals and of their suffixes, and when it was last met. */
  readonly #endings: Endings;
  readonly #metIn: Int32Array;
  /** For each id the number of the last scan that found it: nothing to clear between scans. */
  readonly #foundIn: Int32Array;
  readonly #foundIds: Int32Array;
  #scan = 0;
  /** How many ids the last scan found. */
  foundCount = 0;

  /** `literals[i]` are the texts, lower-case bytes, any of which sets id `i`. Isolates wait for this: no maps, few objects. */
  constructor(literals: readonly (readonly string[])[]) {
    const width = this.#assignColumns(literals);
    const { next, endings } = link(new Trie(literals, this.#columns, width), width);
    this.#next = next;
    this.#endings = endings;
    this.#metIn = new Int32Array(endings.rows.length);
    this.#foundIn = new Int32Array(literals.length);
    this.#foundIds = new Int32Array(literals.length);
  }

  /** Looks through a text; `found`, `foundCount` and `foundId` then speak of it, until the next scan. */
  scan(text: string): void {
    // Past 2^31 scans the numbers would repeat.
    if (this.#scan === 0x7fffffff) {
      this.#foundIn.fill(0);
      this.#metIn.fill(0);
      this.#scan = 0;
    }
    const scan = ++this.#scan;
    this.foundCount = 0;
    const columns = this.#columns;
    const next = this.#next;
    const metIn = this.#metIn;
    const { rows } = this.#endings;
    let row = 0;
    for (let at = 0; at < text.length; at++) {
      row = next[row + columns[text.charCodeAt(at) & 255]!]!;
      if (row >= 0) continue;
      const ending = ~row;
      row = rows[ending]!;
      if (metIn[ending] === scan) continue;
      metIn[ending] = scan;
      this.#note(ending);
    }
  }

  /** Where the first of a set of literals that the text holds ends, or -1. Scans the text anew: for matches, not for the hot path. */
  locate(text: string, id: number): number {
    const columns = this.#columns;
    const next = this.#next;
    const { rows, ids } = this.#endings;
    let row = 0;
    for (let at = 0; at < text.length; at++) {
      row = next[row + columns[text.charCodeAt(at) & 255]!]!;
      if (row >= 0) continue;
      if (ids[~row]!.includes(id)) return at + 1;
      row = rows[~row]!;
    }
    return -1;
  }

  found(id: number): boolean {
    return this.#foundIn[id] === this.#scan;
  }

  /** The ids found, in the order in which they were. */
  foundId(at: number): number {
    return this.#foundIds[at]!;
  }

  #note(ending: number): void {
    for (const id of this.#endings.ids[ending]!) {
      if (this.#foundIn[id] === this.#scan) continue;
      this.#foundIn[id] = this.#scan;
      this.#foundIds[this.foundCount++] = id;
    }
  }

  #assignColumns(literals: readonly (readonly string[])[]): number {
    let width = 1;
    for (const texts of literals) {
      for (const text of texts) {
        for (let at = 0; at < text.length; at++) {
          const byte = text.charCodeAt(at) & 255;
          if (this.#columns[byte] !== 0) continue;
          this.#columns[byte] = width;
          if (byte >= 97 && byte <= 122) this.#columns[byte - 32] = width;
          width++;
        }
      }
    }
    return width;
  }
}

/** The literals as a tree, in the automaton's own table; children also as lists, so that linking need not look at empty cells. */
class Trie {
  readonly next: Int32Array;
  readonly outputs: (number[] | undefined)[] = [undefined];
  readonly firstChild: Int32Array;
  readonly sibling: Int32Array;
  /** The column that leads to a state. */
  readonly column: Uint8Array;
  states = 1;

  constructor(literals: readonly (readonly string[])[], columns: Uint8Array, width: number) {
    const bound = 1 + literals.reduce((sum, texts) => sum + texts.reduce((bytes, text) => bytes + text.length, 0), 0);
    this.next = new Int32Array(bound * width);
    this.firstChild = new Int32Array(bound);
    this.sibling = new Int32Array(bound);
    this.column = new Uint8Array(bound);
    for (let id = 0; id < literals.length; id++) {
      for (const text of literals[id]!) {
        let state = 0;
        for (let at = 0; at < text.length; at++) {
          state = this.#step(state, columns[text.charCodeAt(at) & 255]!, width);
        }
        const ids = this.outputs[state];
        if (ids === undefined) this.outputs[state] = [id];
        else if (!ids.includes(id)) ids.push(id);
      }
    }
  }

  #step(state: number, column: number, width: number): number {
    const known = this.next[state * width + column]!;
    if (known !== 0) return known;
    const target = this.states++;
    this.next[state * width + column] = target;
    this.sibling[target] = this.firstChild[state]!;
    this.firstChild[state] = target;
    this.column[target] = column;
    this.outputs.push(undefined);
    return target;
  }
}

interface Endings {
  readonly rows: readonly number[];
  readonly ids: readonly (readonly number[])[];
}

/** Breadth first: a state's failure state is done before it, so its row can be completed from there. */
function link({ next: cells, outputs, firstChild, sibling, column, states }: Trie, width: number) {
  const next = cells.slice(0, states * width);
  next.fill(0, 0, width);
  const endings = { rows: [] as number[], ids: [] as (readonly number[])[] } satisfies Endings;
  const failure = new Int32Array(states);
  const queue = new Int32Array(states);
  let end = 1;
  for (let at = 0; at < end; at++) {
    const state = queue[at]!;
    const row = state * width;
    const fail = failure[state]! * width;
    if (state !== 0) next.copyWithin(row, fail, fail + width);
    for (let child = firstChild[state]!; child !== 0; child = sibling[child]!) {
      const cell = row + column[child]!;
      // Still what the failure state does with this byte.
      const inherited = state === 0 ? 0 : next[cell]!;
      const own = outputs[child];
      const suffixes = inherited < 0 ? endings.ids[~inherited]! : [];
      failure[child] = (inherited < 0 ? endings.rows[~inherited]! : inherited) / width;
      queue[end++] = child;
      if (own === undefined && suffixes.length === 0) {
        next[cell] = child * width;
      } else {
        next[cell] = ~(endings.rows.push(child * width) - 1);
        endings.ids.push(own === undefined ? suffixes : [...own, ...suffixes]);
      }
    }
  }
  return { next, endings };
}
