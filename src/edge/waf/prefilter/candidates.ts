import type { ChainTexts } from '../transformation-chains.ts';
import type { Selected } from '../variables/select-values.ts';

/** A value in which some rule may match. */
export interface Candidate extends Selected {
  /** What those transformations that change it made of it; null where none does. */
  readonly texts: ChainTexts | null;
}

const START_SIZE = 256;

/** For each rule the values in which it may match, and through which branch of its operator; in the order in which they were found. */
export class Candidates {
  readonly values: Candidate[] = [];
  /** By rule: its first and last entry, counted from 1; 0 for none. */
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #rules: Int32Array;
  #ruleCount = 0;
  /** By entry. */
  #value = new Int32Array(START_SIZE);
  #branch = new Int32Array(START_SIZE);
  #next = new Int32Array(START_SIZE);
  #count = 0;

  constructor(rules: number) {
    this.#first = new Int32Array(rules);
    this.#last = new Int32Array(rules);
    this.#rules = new Int32Array(rules);
  }

  clear(): void {
    for (let at = 0; at < this.#ruleCount; at++) this.#first[this.#rules[at]!] = 0;
    this.#ruleCount = 0;
    this.#count = 0;
    this.values.length = 0;
  }

  /** `value`: its place in `values`. */
  add(rule: number, branch: number, value: number): void {
    if (this.#count + 1 >= this.#value.length) this.#grow();
    const entry = ++this.#count;
    this.#value[entry] = value;
    this.#branch[entry] = branch;
    this.#next[entry] = 0;
    if (this.#first[rule] === 0) {
      this.#first[rule] = entry;
      this.#rules[this.#ruleCount++] = rule;
    } else {
      this.#next[this.#last[rule]!] = entry;
    }
    this.#last[rule] = entry;
  }

  /** A rule's first entry; 0 where it has none. */
  first(rule: number): number {
    return this.#first[rule]!;
  }

  /** The entry after; 0 after the last. Entries of one value follow one another. */
  next(entry: number): number {
    return this.#next[entry]!;
  }

  value(entry: number): number {
    return this.#value[entry]!;
  }

  branch(entry: number): number {
    return this.#branch[entry]!;
  }

  #grow(): void {
    this.#value = double(this.#value);
    this.#branch = double(this.#branch);
    this.#next = double(this.#next);
  }
}

function double(column: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2);
  larger.set(column);
  return larger;
}
