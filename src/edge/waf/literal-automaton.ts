import { FOLD, SortedTexts } from './sorted-texts.ts';

/**
 * How many bytes of a literal the automaton knows; the rest is compared where these were found. With the word lists of CRS, whole
 * literals would need 80,000 states and 20 MB, which no cache holds; their beginnings need a tenth of that.
 */
const DEPTH = 4;
/** Signs that share a word with the column, and all that have bits. */
const FIRST_SIGNS = 24;
const SIGNS_LIMIT = FIRST_SIGNS + 32;

/**
 * Finds in one pass which of many literals a text holds, ASCII case-insensitively, and which bytes: the beginnings of the literals by
 * one automaton (Aho and Corasick 1975), the rest by comparing. Bytes that begin no literal share one column of its table.
 */
export class LiteralAutomaton {
  /** For each byte its column (8 bits), and, above, the bits of the signs that it is; more signs in the second table. */
  readonly #codes: Uint32Array;
  readonly #signs: Uint32Array;
  /** A row of a power of two cells for each state. A state is named by where its row begins, or by the complement of that where literals do. */
  readonly #next: Int32Array;
  readonly #shift: number;
  /** For each state the literals that begin with its bytes, and its longest suffix that has such, or 0. */
  readonly #low: Int32Array;
  readonly #high: Int32Array;
  readonly #suffix: Int32Array;
  readonly #depth: Uint8Array;
  /** States at which there is nothing to compare: what they say is said once in a scan. */
  readonly #isExact: Uint8Array;
  readonly #metIn: Int32Array;
  readonly #texts: SortedTexts;
  /** The ids that a text sets: those from `#idsAt[text]` to `#idsAt[text + 1]` of `#ids`. Signs come after the texts. */
  readonly #ids: Int32Array;
  readonly #idsAt: Int32Array;
  /** For each text and id the number of the last scan that found it: nothing to clear between scans. */
  readonly #textIn: Int32Array;
  readonly #foundIn: Int32Array;
  readonly #foundIds: Int32Array;
  #scan = 0;
  /** How many ids the last scan found. */
  foundCount = 0;

  /** `literals[i]` are the texts, lower-case bytes, any of which sets id `i`. Isolates wait for this: few maps, few objects. */
  constructor(literals: readonly (readonly string[])[]) {
    const { texts, signs, ids, idsAt } = indexTexts(literals);
    this.#texts = new SortedTexts(texts);
    this.#ids = ids;
    this.#idsAt = idsAt;
    const beginnings = new Beginnings(this.#texts);
    this.#codes = Uint32Array.from(beginnings.columns);
    this.#signs = new Uint32Array(256);
    for (const [sign, bytes] of signs.entries()) {
      const table = sign < FIRST_SIGNS ? this.#codes : this.#signs;
      const bit = 1 << (sign < FIRST_SIGNS ? 8 + sign : sign - FIRST_SIGNS);
      for (const byte of bytes) table[byte]! |= bit;
    }
    this.#shift = beginnings.shift;
    this.#next = beginnings.next;
    this.#low = beginnings.low;
    this.#high = beginnings.high;
    this.#depth = beginnings.depth;
    this.#suffix = beginnings.suffix;
    this.#isExact = beginnings.isExact;
    this.#metIn = new Int32Array(beginnings.states);
    this.#textIn = new Int32Array(texts.length);
    this.#foundIn = new Int32Array(literals.length);
    this.#foundIds = new Int32Array(literals.length);
  }

  /** Looks through a text; `found`, `foundCount` and `foundId` then speak of it, until the next scan. */
  scan(text: string): void {
    // Past 2^31 scans the numbers would repeat.
    if (this.#scan === 0x7fffffff) {
      this.#foundIn.fill(0);
      this.#textIn.fill(0);
      this.#metIn.fill(0);
      this.#scan = 0;
    }
    const scan = ++this.#scan;
    this.foundCount = 0;
    const codes = this.#codes;
    const signs = this.#signs;
    const next = this.#next;
    const metIn = this.#metIn;
    const shift = this.#shift;
    let row = 0;
    let first = 0;
    let second = 0;
    for (let at = 0; at < text.length; at++) {
      const byte = text.charCodeAt(at) & 255;
      const code = codes[byte]!;
      first |= code;
      second |= signs[byte]!;
      row = next[row + (code & 255)]!;
      if (row >= 0) continue;
      row = ~row;
      if (metIn[row >>> shift] !== scan) this.#compare(row >>> shift, text, at);
    }
    const signsAt = this.#texts.count;
    for (let bits = first >>> 8; bits !== 0; bits &= bits - 1) this.#note(signsAt + 31 - Math.clz32(bits & -bits));
    for (let bits = second; bits !== 0; bits &= bits - 1) {
      this.#note(signsAt + FIRST_SIGNS + 31 - Math.clz32(bits & -bits));
    }
  }

  found(id: number): boolean {
    return this.#foundIn[id] === this.#scan;
  }

  /** The ids found, in the order in which they were. */
  foundId(at: number): number {
    return this.#foundIds[at]!;
  }

  #note(text: number): void {
    const end = this.#idsAt[text + 1]!;
    for (let at = this.#idsAt[text]!; at < end; at++) {
      const id = this.#ids[at]!;
      if (this.#foundIn[id] === this.#scan) continue;
      this.#foundIn[id] = this.#scan;
      this.#foundIds[this.foundCount++] = id;
    }
  }

  /** At the last byte of what a state stands for: notes the literals that begin there, for it and its suffixes. */
  #compare(met: number, text: string, at: number): void {
    if (this.#isExact[met] === 1) this.#metIn[met] = this.#scan;
    for (let state = met; state !== 0; state = this.#suffix[state]!) {
      const depth = this.#depth[state]!;
      this.#descend(this.#low[state]!, this.#high[state]!, text, at + 1 - depth, depth);
    }
  }

  /** Notes those of a range of literals, which agree with the text up to a depth, that agree to their ends. */
  #descend(from: number, to: number, text: string, place: number, agreed: number): void {
    const texts = this.#texts;
    let low = from;
    let high = to;
    for (let depth = agreed; low < high; depth++) {
      // The shortest comes first.
      if (texts.lengthOf(low) === depth) this.#noteText(low++);
      if (high - low === 1) {
        if (this.#textIn[low] !== this.#scan && texts.standsAt(low, text, place, depth)) this.#noteText(low);
        return;
      }
      if (place + depth >= text.length) return;
      const byte = FOLD[text.charCodeAt(place + depth) & 255]!;
      low = texts.seek(low, high, depth, byte);
      high = texts.seek(low, high, depth, byte + 1);
    }
  }

  #noteText(text: number): void {
    if (this.#textIn[text] === this.#scan) return;
    this.#textIn[text] = this.#scan;
    this.#note(text);
  }
}

/**
 * Splits single bytes from longer texts: bytes that set the same ids are one sign, and what signs there are no bits for stay
 * texts. Answers the texts sorted, each once, the bytes of each sign, and the ids that each text and then each sign sets.
 */
function indexTexts(literals: readonly (readonly string[])[]) {
  const idsOf = new Map<string, number[]>();
  for (let id = 0; id < literals.length; id++) {
    for (const text of literals[id]!) {
      const ids = idsOf.get(text);
      if (ids === undefined) idsOf.set(text, [id]);
      else if (ids.at(-1) !== id) ids.push(id);
    }
  }
  const signs = new Map<string, { ids: number[]; bytes: number[] }>();
  for (let byte = 0; byte < 256; byte++) {
    const char = String.fromCharCode(FOLD[byte]!);
    const ids = idsOf.get(char);
    if (ids === undefined) continue;
    const sign = signs.get(ids.join());
    if (sign !== undefined) sign.bytes.push(byte);
    else if (signs.size < SIGNS_LIMIT) signs.set(ids.join(), { ids, bytes: [byte] });
  }
  const list = [...signs.values()];
  for (const { bytes } of list) for (const byte of bytes) idsOf.delete(String.fromCharCode(byte));
  const texts = [...idsOf.keys()].filter((text) => text !== '').sort();
  const lists = [...texts.map((text) => idsOf.get(text)!), ...list.map(({ ids }) => ids)];
  const idsAt = new Int32Array(lists.length + 1);
  for (let index = 0; index < lists.length; index++) idsAt[index + 1] = idsAt[index]! + lists[index]!.length;
  return { texts, signs: list.map(({ bytes }) => bytes), ids: Int32Array.from(lists.flat()), idsAt };
}

/** The automaton of the first bytes of sorted texts. */
class Beginnings {
  readonly columns = new Uint8Array(256);
  /** Of the rows' width, as a power of two. */
  readonly shift: number;
  readonly states: number;
  readonly next: Int32Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly suffix: Int32Array;
  readonly depth: Uint8Array;
  readonly isExact: Uint8Array;

  constructor(texts: SortedTexts) {
    let columns = 1;
    let bound = 1;
    for (let text = 0; text < texts.count; text++) {
      const begin = texts.offsets[text]!;
      const known = Math.min(DEPTH, texts.lengthOf(text));
      bound += known;
      for (let at = 0; at < known; at++) {
        const byte = texts.bytes[begin + at]!;
        if (this.columns[byte] === 0) this.columns[byte] = columns++;
      }
    }
    for (let upper = 65; upper <= 90; upper++) this.columns[upper] = this.columns[upper + 32]!;
    this.shift = 32 - Math.clz32(columns - 1);
    this.low = new Int32Array(bound);
    this.high = new Int32Array(bound);
    this.suffix = new Int32Array(bound);
    this.depth = new Uint8Array(bound);
    const parent = new Int32Array(bound);
    const column = new Uint8Array(bound);
    this.states = this.#plant(texts, parent, column);
    this.isExact = new Uint8Array(this.states);
    this.next = new Int32Array(this.states << this.shift);
    this.#link(texts, parent, column);
  }

  /** As the texts are sorted, those that begin alike stand together: each new state differs from the path of the one before. */
  #plant(texts: SortedTexts, parent: Int32Array, column: Uint8Array): number {
    const { bytes, offsets } = texts;
    const path = new Int32Array(DEPTH + 1);
    let states = 1;
    for (let text = 0; text < texts.count; text++) {
      const begin = offsets[text]!;
      const known = Math.min(DEPTH, texts.lengthOf(text));
      const before = text === 0 ? 0 : Math.min(known, texts.lengthOf(text - 1));
      let shared = 0;
      while (shared < before && bytes[begin + shared] === bytes[offsets[text - 1]! + shared]) shared++;
      for (let at = shared; at < known; at++) {
        parent[states] = path[at]!;
        column[states] = this.columns[bytes[begin + at]!]!;
        this.depth[states] = at + 1;
        path[at + 1] = states++;
      }
      // A short text stands alone; of longer ones the range grows.
      const state = path[known]!;
      if (this.high[state] === 0) this.low[state] = text;
      this.high[state] = text + 1;
    }
    return states;
  }

  /** By depth: the state to fall back to is done before, so that a row can be completed from there. */
  #link(texts: SortedTexts, parent: Int32Array, column: Uint8Array): void {
    const { next, shift, states } = this;
    const fallback = new Int32Array(states);
    this.isExact[0] = 1;
    for (let depth = 1; depth <= DEPTH; depth++) {
      for (let state = 1; state < states; state++) {
        if (this.depth[state] !== depth) continue;
        const cell = (parent[state]! << shift) + column[state]!;
        // Still what the parent's fallback does with this byte.
        const inherited = depth === 1 ? 0 : next[cell]!;
        const fall = (inherited < 0 ? ~inherited : inherited) >>> shift;
        fallback[state] = fall;
        this.suffix[state] = this.high[fall] !== 0 ? fall : this.suffix[fall]!;
        const ends = this.high[state] === this.low[state]! + 1 && texts.lengthOf(this.low[state]!) === depth;
        this.isExact[state] = this.isExact[fall] === 1 && (this.high[state] === 0 || ends) ? 1 : 0;
        const row = state << shift;
        const speaks = this.high[state] !== 0 || this.suffix[state] !== 0;
        next[cell] = speaks ? ~row : row;
      }
      // Children's cells are written over what is copied here when their depth comes.
      for (let state = 1; state < states; state++) {
        if (this.depth[state] !== depth) continue;
        const from = fallback[state]! << shift;
        next.copyWithin(state << shift, from, from + (1 << shift));
      }
    }
  }
}
