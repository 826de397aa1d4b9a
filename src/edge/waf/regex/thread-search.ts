import {
  ASSERT,
  BEGIN,
  BYTE,
  END,
  listBegins,
  MATCH,
  NEXT_IS,
  NEXT_IS_NOT,
  SAVE,
  SPLIT,
  WORD_EDGE,
  type Program,
} from './program.ts';

/** Instructions, each at most once, with the slots of the thread that came there: in order of preference. */
class Threads {
  readonly list: Uint16Array;
  readonly #index: Uint16Array;
  readonly slots: Int32Array;
  count = 0;

  constructor(size: number, slots: number) {
    this.list = new Uint16Array(size);
    this.#index = new Uint16Array(size);
    this.slots = new Int32Array(size * slots);
  }

  has(pc: number): boolean {
    const index = this.#index[pc]!;
    return index < this.count && this.list[index] === pc;
  }

  add(pc: number): number {
    this.#index[pc] = this.count;
    this.list[this.count] = pc;
    return this.count++;
  }
}

/**
 * Finds where a pattern matches and what its groups hold, as PCRE would: the leftmost match, and of those the one it prefers.
 * All threads walk the text together (Pike 1987, as in plan 9's sam), one at each instruction at most, so the time is at
 * most the program's size times the text's length. Slower than the automaton, which only tells whether: for texts that match.
 */
export class ThreadSearch {
  readonly #program: Program;
  readonly #width: number;
  /** Bytes' classes with which a match can begin; where no thread is alive, others are skipped. */
  readonly #begins: Uint8Array;
  #now: Threads;
  #then: Threads;
  readonly #work: Int32Array;
  readonly #stack: number[] = [];

  constructor(program: Program) {
    const size = program.op.length;
    this.#program = program;
    this.#width = 2 * (program.groups + 1);
    this.#now = new Threads(size, this.#width);
    this.#then = new Threads(size, this.#width);
    this.#work = new Int32Array(this.#width);
    this.#begins = listBegins(program);
  }

  /**
   * The slots (start and end of the whole and of each group, -1 where it took no part) of the first match that begins from
   * `from` to `to`, or null. Past `until` what was found by then is all.
   */
  search(text: string, from = 0, to = text.length, until = text.length): Int32Array | null {
    const { op, next, operand, classOf, classes, has, start } = this.#program;
    const width = this.#width;
    const work = this.#work;
    let found: Int32Array | null = null;
    this.#now.count = 0;
    let previous = from === 0 ? -1 : classOf[text.charCodeAt(from - 1) & 255]!;
    for (let at = from; at <= text.length; at++) {
      const one = at < text.length ? classOf[text.charCodeAt(at) & 255]! : -1;
      const now = this.#now;
      if (found === null && at <= to && (one < 0 || this.#begins[one] === 1 || this.#begins[classes] === 1)) {
        work.fill(-1);
        work[0] = at;
        this.#follow(now, start, at, previous, one);
      }
      if (at > until || (now.count === 0 && (found !== null || at > to))) break;
      const then = this.#then;
      then.count = 0;
      for (let index = 0; index < now.count; index++) {
        const pc = now.list[index]!;
        const from = index * width;
        if (op[pc] === MATCH) {
          found ??= new Int32Array(width);
          for (let slot = 0; slot < width; slot++) found[slot] = now.slots[from + slot]!;
          found[1] = at;
          // Threads after this one are less preferred.
          break;
        }
        if (op[pc] !== BYTE || one < 0 || has[operand[pc]! * classes + one] === 0) continue;
        for (let slot = 0; slot < width; slot++) work[slot] = now.slots[from + slot]!;
        const after = at + 1 < text.length ? classOf[text.charCodeAt(at + 1) & 255]! : -1;
        this.#follow(then, next[pc]!, at + 1, one, after);
      }
      this.#now = then;
      this.#then = now;
      previous = one;
    }
    return found;
  }

  /** Adds the instructions that can be reached without a byte, with the working slots. Classes are -1 outside the text. */
  #follow(threads: Threads, first: number, at: number, previous: number, one: number): void {
    const { op, next, operand, isWord, has, classes } = this.#program;
    const work = this.#work;
    const stack = this.#stack;
    stack.push(first);
    while (stack.length > 0) {
      const pc = stack.pop()!;
      if (pc < 0) {
        // What was in a slot before.
        work[~pc] = stack.pop()!;
        continue;
      }
      if (threads.has(pc)) continue;
      const index = threads.add(pc);
      switch (op[pc]!) {
        case SPLIT:
          stack.push(operand[pc]!, next[pc]!);
          break;
        case SAVE: {
          const slot = operand[pc]!;
          stack.push(work[slot]!, ~slot, next[pc]!);
          work[slot] = at;
          break;
        }
        case ASSERT: {
          const kind = operand[pc]!;
          const edge = (previous >= 0 && isWord[previous] === 1) !== (one >= 0 && isWord[one] === 1);
          const holds = kind === BEGIN ? previous < 0 : kind === END ? one < 0 : edge === (kind === WORD_EDGE);
          if (holds) stack.push(next[pc]!);
          break;
        }
        case NEXT_IS:
        case NEXT_IS_NOT: {
          const isNext = one >= 0 && has[operand[pc]! * classes + one] === 1;
          if (isNext === (op[pc] === NEXT_IS)) stack.push(next[pc]!);
          break;
        }
        default:
          threads.slots.set(work, index * this.#width);
      }
    }
  }
}
