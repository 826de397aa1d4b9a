import { hasByte, listBytes, type ByteSet } from './byte-set.ts';
import { WORD } from './named-sets.ts';
import { widthOf, type Look, type Pattern } from './pattern.ts';

/** What an instruction does. `next` is where it goes on, `other` the second choice of a split. */
export const BYTE = 0;
export const SPLIT = 1;
export const SAVE = 2;
export const ASSERT = 3;
export const MATCH = 4;
/** The next byte is, or is not, of a set. */
export const NEXT_IS = 5;
export const NEXT_IS_NOT = 6;
/** What only the search with a memory runs. */
export const LOOK = 7;
export const ATOMIC = 8;
export const REFERENCE = 9;

/** What an assertion asks for; `BEGIN` and `END` are the text's. */
export const BEGIN = 0;
export const END = 1;
export const WORD_EDGE = 2;
export const NO_WORD_EDGE = 3;

/**
 * Instructions of one program. A counted repetition is copied out, so that `(a{1,100}){1,100}` would be 20,000 of them; CRS needs
 * 4,000 at most. The automaton's memory and its worst step are proportional to it.
 */
const SIZE_LIMIT = 12_000;

/** A pattern as a non-deterministic automaton (Thompson 1968), its choices in the order in which PCRE tries them. */
export interface Program {
  readonly op: Uint8Array;
  readonly next: Uint16Array;
  /** A split's second choice, the set of a byte or a look at the next, a save's slot, an assertion's kind; else an index. */
  readonly operand: Uint16Array;
  readonly start: number;
  /** Bytes that no set tells apart share a class. */
  readonly classOf: Uint8Array;
  readonly classes: number;
  /** For each set, whether it has the bytes of each class: `has[set * classes + class]`. */
  readonly has: Uint8Array;
  /** For each class, whether its bytes are of words; all the same when no assertion asks. */
  readonly isWord: Uint8Array;
  readonly asksForWords: boolean;
  /** Groups, without the whole. */
  readonly groups: number;
  readonly looks: readonly CompiledLook[];
  /** Where the bodies of atomic groups begin. */
  readonly atoms: readonly number[];
  readonly references: readonly CompiledReference[];
}

/** Its body ends with a match of its own. */
export interface CompiledLook {
  readonly start: number;
  readonly ahead: boolean;
  readonly negative: boolean;
  /** How far behind it may begin. */
  readonly min: number;
  readonly max: number;
  /** Has groups within. */
  readonly saves: boolean;
}

export interface CompiledReference {
  readonly group: number;
  readonly ignoreCase: boolean;
}

export class TooLarge extends Error {}

/** Throws `TooLarge`. */
export function compileProgram(pattern: Pattern): Program {
  return new Compiler(pattern).finish();
}

class Compiler {
  readonly #op: number[] = [];
  readonly #next: number[] = [];
  readonly #operand: number[] = [];
  readonly #sets: ByteSet[] = [];
  readonly #setIds = new Map<ByteSet, number>();
  /** Ids of the sets with the same sum of words. */
  readonly #setsBySum = new Map<number, number[]>();
  readonly #start: number;
  readonly #looks: CompiledLook[] = [];
  readonly #atoms: number[] = [];
  readonly #references: CompiledReference[] = [];
  #asksForWords = false;
  #groups = 0;

  constructor(pattern: Pattern) {
    const match = this.#emit(MATCH, 0, 0);
    this.#start = this.#compile(pattern, match);
  }

  /** Backwards: what follows is there before what leads to it. Answers where the piece begins. */
  #compile(pattern: Pattern, next: number): number {
    switch (pattern.kind) {
      case 'bytes':
        return this.#emit(BYTE, next, this.#setId(pattern.set));
      case 'sequence':
        return this.#sequence(pattern.parts, next);
      case 'choice':
        return pattern.options
          .map((option) => this.#compile(option, next))
          .reduceRight((others, first) => this.#emit(SPLIT, first, others));
      case 'repeat':
        return this.#repeat(pattern, next);
      case 'group': {
        this.#groups = Math.max(this.#groups, pattern.index);
        const end = this.#emit(SAVE, next, 2 * pattern.index + 1);
        return this.#emit(SAVE, this.#compile(pattern.body, end), 2 * pattern.index);
      }
      case 'assertion': {
        const kind = { start: BEGIN, end: END, word: WORD_EDGE, inside: NO_WORD_EDGE }[pattern.at];
        if (kind >= WORD_EDGE) this.#asksForWords = true;
        return this.#emit(ASSERT, next, kind);
      }
      case 'look':
        return this.#look(pattern, next);
      case 'atomic': {
        const body = this.#compile(pattern.body, this.#emit(MATCH, 0, 0));
        return this.#emit(ATOMIC, next, this.#atoms.push(body) - 1);
      }
      case 'reference': {
        const { index: group, ignoreCase } = pattern;
        return this.#emit(REFERENCE, next, this.#references.push({ group, ignoreCase }) - 1);
      }
    }
  }

  #look({ ahead, negative, body }: Look, next: number): number {
    if (ahead && body.kind === 'bytes')
      return this.#emit(negative ? NEXT_IS_NOT : NEXT_IS, next, this.#setId(body.set));
    const [min, max] = widthOf(body);
    const from = this.#op.length;
    const start = this.#compile(body, this.#emit(MATCH, 0, 0));
    const saves = this.#op.includes(SAVE, from);
    return this.#emit(LOOK, next, this.#looks.push({ start, ahead, negative, min, max, saves }) - 1);
  }

  #sequence(parts: readonly Pattern[], next: number): number {
    let after = next;
    for (let at = parts.length - 1; at >= 0; at--) after = this.#compile(parts[at]!, after);
    return after;
  }

  #repeat({ body, min, max, greedy }: Pattern & { kind: 'repeat' }, next: number): number {
    let at = next;
    if (max === Infinity) {
      const loop = this.#emit(SPLIT, 0, 0);
      const again = this.#compile(body, loop);
      this.#aim(loop, again, next, greedy);
      // x+ enters the body, x* the choice.
      at = min === 0 ? loop : again;
    } else {
      for (let copy = min; copy < max; copy++) {
        const choice = this.#emit(SPLIT, 0, 0);
        this.#aim(choice, this.#compile(body, at), next, greedy);
        at = choice;
      }
    }
    for (let copy = max === Infinity ? 1 : 0; copy < min; copy++) at = this.#compile(body, at);
    return at;
  }

  #aim(split: number, body: number, exit: number, greedy: boolean): void {
    this.#next[split] = greedy ? body : exit;
    this.#operand[split] = greedy ? exit : body;
  }

  #emit(op: number, next: number, operand: number): number {
    if (this.#op.length >= SIZE_LIMIT) throw new TooLarge(`needs more than ${SIZE_LIMIT} instructions`);
    this.#op.push(op);
    this.#next.push(next);
    return this.#operand.push(operand) - 1;
  }

  #setId(set: ByteSet): number {
    let id = this.#setIds.get(set);
    if (id !== undefined) return id;
    let sum = 0;
    for (let word = 0; word < 8; word++) sum = (Math.imul(sum, 31) + set[word]!) | 0;
    let alike = this.#setsBySum.get(sum);
    if (alike === undefined) this.#setsBySum.set(sum, (alike = []));
    id = alike.find((one) => isSameSet(this.#sets[one]!, set));
    if (id === undefined) alike.push((id = this.#sets.push(set) - 1));
    this.#setIds.set(set, id);
    return id;
  }

  finish(): Program {
    const { classOf, members } = partition(this.#asksForWords ? [...this.#sets, WORD] : this.#sets);
    const classes = members.length;
    const has = new Uint8Array(this.#sets.length * classes);
    for (const [id, set] of this.#sets.entries()) {
      for (let one = 0; one < classes; one++) has[id * classes + one] = hasByte(set, members[one]!) ? 1 : 0;
    }
    return {
      op: Uint8Array.from(this.#op),
      next: Uint16Array.from(this.#next),
      operand: Uint16Array.from(this.#operand),
      start: this.#start,
      classOf,
      classes,
      has,
      isWord: Uint8Array.from(members, (byte) => (hasByte(WORD, byte) ? 1 : 0)),
      asksForWords: this.#asksForWords,
      groups: this.#groups,
      looks: this.#looks,
      atoms: this.#atoms,
      references: this.#references,
    };
  }
}

function isSameSet(one: ByteSet, other: ByteSet): boolean {
  for (let word = 0; word < 8; word++) if (one[word] !== other[word]) return false;
  return true;
}

/** Refines one class of all bytes by each set. `members` has one byte of each class. */
function partition(sets: readonly ByteSet[]): { classOf: Uint8Array; members: number[] } {
  const classOf = new Uint8Array(256);
  let classes = 1;
  const counts = [256];
  for (const set of sets) {
    const inside = listBytes(set);
    // For each class that the set touches: how many of its bytes, and, where it is cut, its new part.
    const touched = new Map<number, number>();
    for (const byte of inside) touched.set(classOf[byte]!, (touched.get(classOf[byte]!) ?? 0) + 1);
    const part = new Map<number, number>();
    for (const [one, count] of touched) {
      if (count === counts[one]) continue;
      counts[one]! -= count;
      counts[classes] = count;
      part.set(one, classes++);
    }
    for (const byte of inside) classOf[byte] = part.get(classOf[byte]!) ?? classOf[byte]!;
  }
  const members: number[] = [];
  for (let byte = 255; byte >= 0; byte--) members[classOf[byte]!] = byte;
  return { classOf, members };
}

/** By class, whether a match can begin with its bytes; the last says whether one can be empty, or no one knows. */
export function listBegins({ op, next, operand, classes, has, start, atoms }: Program): Uint8Array {
  const begins = new Uint8Array(classes + 1);
  const seen = new Set<number>();
  const queue = [start];
  for (const pc of queue) {
    if (seen.has(pc)) continue;
    seen.add(pc);
    if (op[pc] === MATCH || op[pc] === REFERENCE) begins[classes] = 1;
    else if (op[pc] === BYTE)
      for (let one = 0; one < classes; one++) begins[one]! |= has[operand[pc]! * classes + one]!;
    else if (op[pc] === SPLIT) queue.push(next[pc]!, operand[pc]!);
    else queue.push(op[pc] === ATOMIC ? atoms[operand[pc]!]! : next[pc]!);
  }
  return begins;
}
