import { ISOLATE_MEMORY, type AutomatonMemory } from './automaton-memory.ts';
import {
  ASSERT,
  BEGIN,
  BYTE,
  END,
  MATCH,
  NEXT_IS,
  NEXT_IS_NOT,
  SAVE,
  SPLIT,
  WORD_EDGE,
  type Program,
} from './program.ts';

/** What a table's cell says: no one has asked yet, or the search ends here. States are positive: where their rows begin. */
const UNKNOWN = 0;
const MATCHED = -1;
const DEAD = -2;
/** For a search that goes on after matches: one was complete before this byte; added to the row, or the end. */
const MATCHED_BEFORE = 1 << 30;
const MATCHED_AND_DEAD = -3;

/** Cells of 4 bytes that one automaton may hold before it is emptied: 512 KB. CRS on ordinary traffic stays far under it. */
const CELLS_LIMIT = 1 << 17;
/** States that a table has room for at first. */
const FIRST_STATES = 16;
/** What a state costs beside its row: its place in lists and the map. */
const STATE_CELLS = 24;
/** A state that is met by fewer bytes than this, on average, costs more to keep than it saves. */
const BYTES_PER_STATE = 8;

/** What stands before a position, as far as assertions ask. */
const NO_WORD = 0;
const A_WORD = 1;
const THE_START = 2;

/**
 * Tells whether a pattern matches anywhere in a text: the program's automaton, made deterministic while it runs. Each byte
 * costs one look into a table, or, for what was never met before, as many steps as the program has instructions at most.
 * The table has a bound; texts that lead to ever new states are walked without keeping them. Linear in the text either way.
 */
export class LazyDfa {
  readonly #program: Program;
  readonly #memory: AutomatonMemory;
  #generation: number;
  readonly #closures: (Uint16Array | undefined)[];
  /** What a search that begins anew adds to every state. */
  readonly #restart: Uint16Array;
  readonly #isRestart: Uint8Array;
  readonly #restartAsks: boolean;
  /** One column for each class, and one for the end. */
  readonly #columns: number;
  #table: Int32Array;
  /** For each state its instructions, without those of the restart, and what stood before. */
  #states: Uint16Array[] = [];
  #before: number[] = [];
  /** By what `#hash` says, the state kept last; and for each state the one kept before it under the same. */
  readonly #rows = new Map<number, number>();
  #sameKey: number[] = [];
  #cells = 0;
  /** Where in the text at hand the table was last emptied; negative for bytes of earlier texts. */
  #emptiedAt = 0;
  /** Where a step led to. */
  readonly #out: Uint16Array;
  #outCount = 0;
  #outBefore = NO_WORD;
  #outAsks = false;
  readonly #queue: Uint16Array;
  #queued = 0;
  /** In which step an instruction was last put out, and queued. */
  readonly #outIn: Int32Array;
  readonly #queuedIn: Int32Array;
  #mark = 0;
  /** Where the text that last matched was known to: no match ends before the byte in front of it. */
  end = 0;
  readonly #goesOn: boolean;
  /** Whether a match was complete before the byte of the last step. */
  #matched = false;
  /** Instructions looked at so far, which is all the work that no table saved. */
  steps = 0;

  /** `goesOn`: for `findLastEnd`, and not for `test`. */
  constructor(program: Program, memory: AutomatonMemory = ISOLATE_MEMORY, goesOn = false) {
    this.#program = program;
    this.#goesOn = goesOn;
    this.#memory = memory;
    this.#generation = memory.generation;
    const size = program.op.length;
    this.#closures = Array.from<undefined>({ length: size });
    this.#columns = program.classes + 1;
    this.#table = new Int32Array(0);
    this.#out = new Uint16Array(size);
    this.#queue = new Uint16Array(size);
    this.#outIn = new Int32Array(size);
    this.#queuedIn = new Int32Array(size);
    this.#isRestart = new Uint8Array(size);
    this.#restart = this.#close(program.start).filter((pc) => !this.#isBegin(pc));
    for (const pc of this.#restart) this.#isRestart[pc] = 1;
    this.#restartAsks = this.#restart.some((pc) => this.#asks(pc));
    this.#empty();
  }

  test(text: string): boolean {
    const { classOf, classes } = this.#program;
    const { length } = text;
    if (this.#generation !== this.#memory.generation) this.#empty();
    let table = this.#table;
    let state = this.#columns;
    for (let at = 0; at < length; at++) {
      let next = table[state + classOf[text.charCodeAt(at) & 255]!]!;
      if (next <= 0) {
        if (next === UNKNOWN) {
          next = this.#make(state, classOf[text.charCodeAt(at) & 255]!, at);
          table = this.#table;
        }
        if (next <= 0) {
          this.end = at + 1;
          const found = next === MATCHED || (next === UNKNOWN && this.#walk(text, at));
          this.#emptiedAt -= at;
          return found;
        }
      }
      state = next;
    }
    this.end = length;
    let end = table[state + classes]!;
    if (end === UNKNOWN) end = this.#make(state, classes, length);
    this.#emptiedAt -= length;
    return end === MATCHED;
  }

  /**
   * Reads a text backwards, whole, and tells how many bytes from its end the last match there ends: of a reversed pattern that is
   * where the leftmost match begins. Null without a match, and when that would take more than so many steps beside the table.
   */
  findLastEnd(text: string, budget: number): number | null {
    const { classOf, classes } = this.#program;
    const { length } = text;
    const limit = this.steps + budget;
    if (this.#generation !== this.#memory.generation) this.#empty();
    let table = this.#table;
    let state = this.#columns;
    let last = -1;
    for (let at = 0; at < length; at++) {
      const one = classOf[text.charCodeAt(length - 1 - at) & 255]!;
      let next = table[state + one]!;
      if (next === UNKNOWN) {
        if (this.steps > limit) {
          this.#emptiedAt -= at;
          return null;
        }
        next = this.#make(state, one, at);
        table = this.#table;
      }
      if (next >= MATCHED_BEFORE) {
        last = at;
        next -= MATCHED_BEFORE;
      } else if (next <= 0) {
        this.#emptiedAt -= at;
        if (next === UNKNOWN) return this.#walkBackwards(text, at, this.#matched ? at : last, limit);
        return orNull(next === MATCHED_AND_DEAD ? at : last);
      }
      state = next;
    }
    let end = table[state + classes]!;
    if (end === UNKNOWN) end = this.#make(state, classes, length);
    this.#emptiedAt -= length;
    return orNull(end === MATCHED ? length : last);
  }

  /** The rest of a text for `findLastEnd`, without a table. */
  #walkBackwards(text: string, from: number, found: number, limit: number): number | null {
    const { classOf, classes } = this.#program;
    const here = new Uint16Array(this.#out.length);
    let last = found;
    for (let at = from + 1; at <= text.length; at++) {
      const count = this.#outCount;
      here.set(this.#out.subarray(0, count));
      const one = at < text.length ? classOf[text.charCodeAt(text.length - 1 - at) & 255]! : classes;
      const end = this.#step(here, count, this.#outBefore, one);
      if (this.#matched) last = at;
      if (end !== UNKNOWN) break;
      if (this.steps > limit) return null;
    }
    return orNull(last);
  }

  /** Fills the cell that says where a class leads to. Answers `UNKNOWN` where the table is full and did not pay. */
  #make(state: number, one: number, at: number): number {
    const index = state / this.#columns - 1;
    const before = this.#before[index]!;
    const from = this.#states[index]!;
    let next = this.#step(from, from.length, before, one);
    if (next === UNKNOWN) {
      const key = this.#hash();
      next = this.#find(key);
      if (next === UNKNOWN) {
        const out = this.#out.slice(0, this.#outCount);
        if (this.#cells > CELLS_LIMIT) {
          const mark = this.#matched ? MATCHED_BEFORE : 0;
          const pays = at - this.#emptiedAt >= BYTES_PER_STATE * this.#states.length;
          this.#empty();
          this.#emptiedAt = at;
          return pays ? this.#keep(key, out, this.#outBefore) + mark : UNKNOWN;
        }
        next = this.#keep(key, out, this.#outBefore);
      }
      if (this.#matched) next += MATCHED_BEFORE;
    }
    this.#table[state + one] = next;
    return next;
  }

  /** Of what is in `#out`, whatever its order. */
  #hash(): number {
    let hash = this.#outBefore;
    for (let index = 0; index < this.#outCount; index++) {
      const mixed = Math.imul(this.#out[index]! + 1, 0x9e3779b1);
      hash = (hash + Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77)) | 0;
    }
    return hash;
  }

  /** The state that is what is in `#out`, or `UNKNOWN`. */
  #find(key: number): number {
    let row = this.#rows.get(key) ?? UNKNOWN;
    while (row !== UNKNOWN && !this.#isOut(row)) row = this.#sameKey[row / this.#columns - 1]!;
    return row;
  }

  /** As many instructions, each of which the last step put out: the same. */
  #isOut(row: number): boolean {
    const index = row / this.#columns - 1;
    const instructions = this.#states[index]!;
    if (instructions.length !== this.#outCount || this.#before[index] !== this.#outBefore) return false;
    for (let at = 0; at < instructions.length; at++) {
      if (this.#outIn[instructions[at]!] !== this.#mark) return false;
    }
    return true;
  }

  #keep(key: number, instructions: Uint16Array, before: number): number {
    this.#states.push(instructions);
    const row = this.#before.push(before) * this.#columns;
    this.#sameKey.push(this.#rows.get(key) ?? UNKNOWN);
    this.#rows.set(key, row);
    const cells = this.#columns + (instructions.length >> 1) + STATE_CELLS;
    this.#cells += cells;
    this.#memory.take(cells);
    if (row + this.#columns > this.#table.length) {
      const larger = new Int32Array(2 * this.#table.length);
      larger.set(this.#table);
      this.#table = larger;
    }
    return row;
  }

  /** Leaves the state that every search begins with. */
  #empty(): void {
    this.#generation = this.#memory.generation;
    this.#table = new Int32Array(FIRST_STATES * this.#columns);
    this.#states = [];
    this.#before = [];
    this.#rows.clear();
    this.#sameKey = [];
    this.#cells = 0;
    const first = this.#close(this.#program.start).filter((pc) => this.#isRestart[pc] === 0);
    this.#keep(0, first, THE_START);
  }

  /** The rest of a text, from the state in which the table was given up, and without one. */
  #walk(text: string, at: number): boolean {
    const { classOf, classes } = this.#program;
    const here = new Uint16Array(this.#out.length);
    for (let next = at + 1; next <= text.length; next++) {
      const count = this.#outCount;
      here.set(this.#out.subarray(0, count));
      const one = next < text.length ? classOf[text.charCodeAt(next) & 255]! : classes;
      const end = this.#step(here, count, this.#outBefore, one);
      this.end = Math.min(next + 1, text.length);
      if (end !== UNKNOWN) return end === MATCHED;
    }
    return false;
  }

  /** Where a class leads to from some instructions and those of the restart: an end, or `UNKNOWN` and what is in `#out`. */
  #step(from: Uint16Array, count: number, before: number, one: number): number {
    const { isWord, classes, asksForWords } = this.#program;
    const restart = this.#restart;
    // Past 2^31 steps the numbers would repeat.
    if (this.#mark === 0x7fffffff) {
      this.#outIn.fill(0);
      this.#queuedIn.fill(0);
      this.#mark = 0;
    }
    this.#mark++;
    this.#outCount = 0;
    this.#outAsks = this.#restartAsks;
    this.#queued = 0;
    this.#matched = false;
    if (this.#advance(from, 0, count, before, one) || this.#advance(restart, 0, restart.length, before, one)) {
      return MATCHED;
    }
    // What assertions have let through, which may let through more.
    for (let done = 0; done < this.#queued;) {
      const queued = this.#queued;
      if (this.#advance(this.#queue, done, queued, before, one)) return MATCHED;
      done = queued;
    }
    this.steps += count + restart.length + this.#queued;
    if (one === classes) return this.#matched ? MATCHED : DEAD;
    if (this.#outCount === 0 && restart.length === 0) return this.#matched ? MATCHED_AND_DEAD : DEAD;
    this.#outBefore = asksForWords && this.#outAsks && isWord[one] === 1 ? A_WORD : NO_WORD;
    return UNKNOWN;
  }

  /** The part that some instructions have in a step. True when one of them completes a match. */
  #advance(instructions: Uint16Array, begin: number, end: number, before: number, one: number): boolean {
    const { op, next, operand, classes, has } = this.#program;
    const atEnd = one === classes;
    for (let index = begin; index < end; index++) {
      const pc = instructions[index]!;
      if (op[pc] === BYTE) {
        if (!atEnd && has[operand[pc]! * classes + one] === 1 && this.#arrive(next[pc]!)) return true;
      } else if (op[pc] === MATCH) {
        if (!this.#goesOn) return true;
        this.#matched = true;
      } else if (this.#holds(pc, before, one)) {
        this.#enqueue(next[pc]!);
      }
    }
    return false;
  }

  #enqueue(at: number): void {
    const reached = this.#close(at);
    for (let index = 0; index < reached.length; index++) {
      const pc = reached[index]!;
      if (this.#queuedIn[pc] === this.#mark) continue;
      this.#queuedIn[pc] = this.#mark;
      this.#queue[this.#queued++] = pc;
    }
  }

  /** True when a match is reached. */
  #arrive(at: number): boolean {
    const { op } = this.#program;
    const reached = this.#close(at);
    const outIn = this.#outIn;
    const mark = this.#mark;
    for (let index = 0; index < reached.length; index++) {
      const pc = reached[index]!;
      if (outIn[pc] === mark) continue;
      outIn[pc] = mark;
      if (op[pc] === BYTE) {
        if (this.#isRestart[pc] === 0) this.#out[this.#outCount++] = pc;
      } else if (op[pc] === MATCH && !this.#goesOn) {
        return true;
      } else if (this.#isRestart[pc] === 0 && !this.#isBegin(pc)) {
        this.#outAsks = true;
        this.#out[this.#outCount++] = pc;
      }
    }
    return false;
  }

  #holds(pc: number, before: number, one: number): boolean {
    const { op, operand, classes, has, isWord } = this.#program;
    if (op[pc] === NEXT_IS || op[pc] === NEXT_IS_NOT) {
      const isNext = one !== classes && has[operand[pc]! * classes + one] === 1;
      return isNext === (op[pc] === NEXT_IS);
    }
    const kind = operand[pc]!;
    if (kind === BEGIN) return before === THE_START;
    if (kind === END) return one === classes;
    const edge = (before === A_WORD) !== (one !== classes && isWord[one] === 1);
    return edge === (kind === WORD_EDGE);
  }

  /** Asks for the start, and so holds nowhere else. */
  #isBegin(pc: number): boolean {
    return this.#program.op[pc] === ASSERT && this.#program.operand[pc] === BEGIN;
  }

  /** Asks for something, and behind it words may be asked for. */
  #asks(pc: number): boolean {
    return this.#program.op[pc] !== BYTE && !this.#isBegin(pc);
  }

  /** What is reached from an instruction without a byte or an assertion: bytes, assertions and the match. */
  #close(at: number): Uint16Array {
    const known = this.#closures[at];
    if (known !== undefined) return known;
    const { op, next, operand } = this.#program;
    const reached: number[] = [];
    const seen = new Set<number>();
    const stack = [at];
    for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
      if (seen.has(pc)) continue;
      seen.add(pc);
      if (op[pc] === SPLIT) stack.push(operand[pc]!, next[pc]!);
      else if (op[pc] === SAVE) stack.push(next[pc]!);
      else reached.push(pc);
    }
    return (this.#closures[at] = Uint16Array.from(reached));
  }
}

function orNull(place: number): number | null {
  return place < 0 ? null : place;
}
