import {
  ASSERT,
  ATOMIC,
  BEGIN,
  BYTE,
  END,
  listBegins,
  LOOK,
  MATCH,
  NEXT_IS,
  NEXT_IS_NOT,
  REFERENCE,
  SAVE,
  SPLIT,
  WORD_EDGE,
  type CompiledLook,
  type CompiledReference,
  type Program,
} from './program.ts';

/**
 * Steps that one search may take: 64 KB get two million, some 30 ms. Every pattern of CRS 3.3 stays under it; what the relaxed
 * pattern rules out costs none.
 */
const STEPS_PER_BYTE = 32;
const STEPS_AT_LEAST = 20_000;

/** Choices remembered with what groups held then: a power of two. */
const REMEMBERED = 1 << 14;

class OutOfSteps extends Error {}

/**
 * Runs what no automaton can: look-around, atomic groups and back-references. It backtracks as PCRE does, but remembers which
 * choice it has made at which place with which groups, and never makes it twice (as Davis et al. 2021 propose), and counts its steps: a
 * search that needs more than its budget ends without a match and says so.
 */
export class MemorySearch {
  readonly #program: Program;
  readonly #begins: Uint8Array;
  readonly #slots: Int32Array;
  #text = '';
  #left = 0;
  /** Choices made while no group that something refers to has begun: a bit for each instruction and place. */
  #made = new Uint32Array(0);
  /** Of the others the latest: the choice, and what the groups then held. Forgetting one costs steps, never a match. */
  readonly #madeWith = new Float64Array(2 * REMEMBERED);
  /** The groups that something refers to, and numbers for what they may hold, where they are several. */
  readonly #referred: readonly number[];
  readonly #captures = new Map<string, number>();

  constructor(program: Program) {
    this.#program = program;
    this.#begins = listBegins(program);
    this.#slots = new Int32Array(2 * (program.groups + 1));
    this.#referred = [...new Set(program.references.map(({ group }) => group))];
  }

  /** The slots (start and end of the whole and of each group, -1 where it took no part); null without a match; undefined when out of steps. */
  search(text: string): Int32Array | null | undefined {
    const { classOf, classes, start, op } = this.#program;
    this.#text = text;
    this.#left = Math.max(STEPS_AT_LEAST, STEPS_PER_BYTE * text.length);
    this.#made = new Uint32Array((op.length * (text.length + 1) + 31) >>> 5);
    try {
      for (let at = 0; at <= text.length; at++) {
        const begins = at < text.length && this.#begins[classOf[text.charCodeAt(at) & 255]!] === 1;
        if (!begins && this.#begins[classes] === 0) continue;
        this.#slots.fill(-1);
        const end = this.#run(start, at, -1, true);
        if (end < 0) continue;
        this.#slots[0] = at;
        this.#slots[1] = end;
        return this.#slots.slice();
      }
      return null;
    } catch (error) {
      if (error instanceof OutOfSteps) return undefined;
      throw error;
    } finally {
      this.#text = '';
      this.#made = new Uint32Array(0);
      this.#madeWith.fill(0);
      this.#captures.clear();
    }
  }

  /**
   * From an instruction and a place to a match, which has to end at `until` unless that is negative. Answers where it ends, or -1.
   * A body that is run by itself, with its own end, remembers its choices by itself.
   */
  #run(first: number, from: number, until: number, isWhole: boolean): number {
    const { op, next, operand, has, classes, looks, atoms, references } = this.#program;
    const slots = this.#slots;
    /** Pairs: an instruction and a place to go on from, or the complement of a slot and what was in it. */
    const stack: number[] = [];
    let made: Set<number> | null = null;
    let pc = first;
    let at = from;
    for (;;) {
      if (--this.#left < 0) throw new OutOfSteps();
      const one = this.#classAt(at);
      let goes = true;
      switch (op[pc]!) {
        case BYTE:
          goes = one >= 0 && has[operand[pc]! * classes + one] === 1;
          if (goes) at++;
          break;
        case SPLIT:
          if (isWhole) {
            goes = this.#isNew(pc, at);
          } else {
            const choice = pc * (this.#text.length + 1) + at;
            made ??= new Set();
            goes = !made.has(choice);
            made.add(choice);
          }
          if (goes) stack.push(operand[pc]!, at);
          break;
        case SAVE: {
          const slot = operand[pc]!;
          stack.push(~slot, slots[slot]!);
          slots[slot] = at;
          break;
        }
        case ASSERT:
          goes = this.#holds(operand[pc]!, at);
          break;
        case NEXT_IS:
        case NEXT_IS_NOT:
          goes = (one >= 0 && has[operand[pc]! * classes + one] === 1) === (op[pc] === NEXT_IS);
          break;
        case LOOK: {
          const look = looks[operand[pc]!]!;
          const before = look.saves ? slots.slice() : null;
          goes = this.#looks(look, at) !== look.negative;
          if (before === null) break;
          if (goes && !look.negative) this.#pushChanges(before, stack);
          else slots.set(before);
          break;
        }
        case ATOMIC: {
          const before = slots.slice();
          const end = this.#run(atoms[operand[pc]!]!, at, -1, false);
          goes = end >= 0;
          if (goes) at = end;
          if (goes) this.#pushChanges(before, stack);
          break;
        }
        case REFERENCE: {
          const length = this.#lengthOf(references[operand[pc]!]!, at);
          goes = length >= 0;
          if (goes) at += length;
          break;
        }
        case MATCH:
          if (until < 0 || at === until) return at;
          goes = false;
          break;
      }
      if (goes) {
        pc = next[pc]!;
        continue;
      }
      for (;;) {
        const value = stack.pop();
        const target = stack.pop();
        if (value === undefined || target === undefined) return -1;
        if (target < 0) {
          slots[~target] = value;
          continue;
        }
        pc = target;
        at = value;
        break;
      }
    }
  }

  #looks({ start, ahead, min, max }: CompiledLook, at: number): boolean {
    if (ahead) return this.#run(start, at, -1, false) >= 0;
    for (let width = min; width <= max && width <= at; width++) {
      if (this.#run(start, at - width, at, false) >= 0) return true;
    }
    return false;
  }

  /** So that going back undoes what a body captured. */
  #pushChanges(before: Int32Array, stack: number[]): void {
    for (const [slot, value] of before.entries()) if (this.#slots[slot] !== value) stack.push(~slot, value);
  }

  /** Whether a choice has not been made before; from now on it has. */
  #isNew(pc: number, at: number): boolean {
    const choice = pc * (this.#text.length + 1) + at;
    const captured = this.#captured();
    if (captured === 0) {
      const bit = 1 << (choice & 31);
      const isNew = (this.#made[choice >>> 5]! & bit) === 0;
      this.#made[choice >>> 5]! |= bit;
      return isNew;
    }
    const memory = this.#madeWith;
    const place = 2 * ((choice ^ (choice >>> 16) ^ (pc * 0x9e37)) & (REMEMBERED - 1));
    if (memory[place] === choice + 1 && memory[place + 1] === captured) return false;
    memory[place] = choice + 1;
    memory[place + 1] = captured;
    return true;
  }

  /** A number for what the groups that something refers to hold, also those that have only begun; 0 for nothing. */
  #captured(): number {
    const slots = this.#slots;
    const [first, second] = this.#referred;
    if (first === undefined) return 0;
    if (second === undefined) {
      return slots[2 * first]! < 0 ? 0 : slots[2 * first]! * (this.#text.length + 2) + slots[2 * first + 1]! + 2;
    }
    let key = '';
    for (const group of this.#referred) {
      if (slots[2 * group]! >= 0) key += `${group}:${slots[2 * group]!}-${slots[2 * group + 1]!} `;
    }
    if (key === '') return 0;
    let id = this.#captures.get(key);
    if (id === undefined) this.#captures.set(key, (id = this.#captures.size + 1));
    return id;
  }

  /** How many bytes a reference takes here; -1 when it does not match, as for a group that has matched nothing. */
  #lengthOf({ group, ignoreCase }: CompiledReference, at: number): number {
    const start = this.#slots[2 * group]!;
    const end = this.#slots[2 * group + 1]!;
    if (end < 0) return -1;
    const length = end - start;
    this.#left -= length;
    for (let index = 0; index < length; index++) {
      const theirs = this.#text.charCodeAt(start + index);
      const ours = this.#text.charCodeAt(at + index);
      if (theirs !== ours && !(ignoreCase && (theirs | 32) === (ours | 32) && isLetter(theirs))) return -1;
    }
    return length;
  }

  #holds(kind: number, at: number): boolean {
    if (kind === BEGIN) return at === 0;
    if (kind === END) return at === this.#text.length;
    const { isWord } = this.#program;
    const before = this.#classAt(at - 1);
    const after = this.#classAt(at);
    const edge = (before >= 0 && isWord[before] === 1) !== (after >= 0 && isWord[after] === 1);
    return edge === (kind === WORD_EDGE);
  }

  #classAt(at: number): number {
    return at >= 0 && at < this.#text.length ? this.#program.classOf[this.#text.charCodeAt(at) & 255]! : -1;
  }
}

function isLetter(code: number): boolean {
  return (code | 32) >= 97 && (code | 32) <= 122;
}
