import { LazyDfa } from './lazy-dfa.ts';
import { MemorySearch } from './memory-search.ts';
import { compileProgram, type Program } from './program.ts';
import type { Pattern } from './pattern.ts';
import { readPattern } from './read-pattern.ts';
import { relaxPattern } from './relax-pattern.ts';
import { StartFinder } from './start-finder.ts';
import { ThreadSearch } from './thread-search.ts';
import type { Span } from '../transformations/locate.ts';

/** Where a pattern matched, in bytes of the text. */
export interface Match extends Span {
  /** What the whole (0) and each group matched; undefined, or not there, for one that took no part. */
  readonly groups: readonly (string | undefined)[];
}

/** A pattern ready to run, in time linear in the text. */
export interface RegexMatcher {
  /** Whether it matches anywhere. */
  test(text: string): boolean;
  /**
   * Where it matches, for people to see: as `search`, but what is longer than a KB may be cut. Fast also where a long text
   * matches late.
   */
  locate(text: string): Span | null;
  /** The match that PCRE would find: the leftmost, and of those the one that the pattern prefers. */
  search(text: string): Match | null;
  /** Whether the last text took more steps than the budget allows, so that the answer no is only a guess: of `memory` alone. */
  readonly gaveUp: boolean;
}

/**
 * Who runs a pattern. V8 backtracks, so it gets only what is proven linear; the lazy automaton is linear by construction; the
 * search with a memory runs look-around and back-references within a budget of steps.
 */
export type Engine = 'v8' | 'dfa' | 'memory';

export interface PrintedBranch {
  /** As `printPattern` prints it. */
  readonly pattern: string;
  readonly engine: Engine;
  /** The numbers that its groups have in the pattern of which it is a branch; absent when they are the same or of no use. */
  readonly groups?: readonly number[];
}

/** Makes nothing yet: engines build themselves for the first text that the prefilter lets through. */
export function makeRegexMatcher({ pattern, engine, groups }: PrintedBranch): RegexMatcher {
  switch (engine) {
    case 'v8':
      return new V8Matcher(pattern, groups);
    case 'dfa':
      return new DfaMatcher(pattern, groups);
    case 'memory':
      return new MemoryMatcher(pattern, groups);
  }
}

/** Where a match began is looked for this far back from where it ended, first. */
const WINDOW = 1024;
const LONG_WINDOW = 8192;
/** To either side of where the first match ends, for what is only shown: 200 characters of it are. */
const SHOWN_WINDOW = 256;

/** As `printPattern` prints a pattern in which case makes no difference: around the whole of it. */
const CASELESS = /^\(\?i:([^]*)\)$/;

class V8Matcher implements RegexMatcher {
  readonly gaveUp = false;
  readonly #regex: RegExp;
  readonly #groups: readonly number[] | undefined;

  constructor(pattern: string, groups: readonly number[] | undefined) {
    // V8 compiles when it first executes. What is printed without regard to case wants the flag: V8 13.6 gets choices
    // wrong where only a group has it, /(?i:\b(?:bin|i[fns]))/ does not find IN.
    const [, caseless] = CASELESS.exec(pattern) ?? [];
    this.#regex = caseless === undefined ? new RegExp(pattern) : new RegExp(caseless, 'i');
    this.#groups = groups;
  }

  test(text: string): boolean {
    return this.#regex.test(text);
  }

  search(text: string): Match | null {
    const match = this.#regex.exec(text);
    if (match === null) return null;
    const groups = renumber([...match], this.#groups);
    return { start: match.index, end: match.index + match[0].length, groups };
  }

  locate(text: string): Span | null {
    const match = this.#regex.exec(text);
    return match === null ? null : { start: match.index, end: match.index + match[0].length };
  }
}

class DfaMatcher implements RegexMatcher {
  readonly gaveUp = false;
  readonly #pattern: string;
  readonly #groups: readonly number[] | undefined;
  #program: Program | undefined;
  #dfa: LazyDfa | undefined;
  #threads: ThreadSearch | undefined;
  #starts: StartFinder | undefined;

  constructor(pattern: string, groups: readonly number[] | undefined) {
    this.#pattern = pattern;
    this.#groups = groups;
  }

  test(text: string): boolean {
    this.#dfa ??= new LazyDfa((this.#program ??= compileProgram(read(this.#pattern))));
    return this.#dfa.test(text);
  }

  search(text: string): Match | null {
    if (!this.test(text)) return null;
    this.#program ??= compileProgram(read(this.#pattern));
    this.#threads ??= new ThreadSearch(this.#program);
    const { end } = this.#dfa!;
    if (end <= WINDOW) return this.#match(text, this.#threads.search(text, 0, end));
    // Threads that begin where no match does are most of the work: a reversed automaton tells where the leftmost does.
    this.#starts ??= new StartFinder(read(this.#pattern));
    const start = this.#starts.find(text);
    if (start === null) return this.#searchLate(text, end);
    return this.#match(text, this.#threads.search(text, start, this.#starts.isExact ? start : end));
  }

  /** Where finding the leftmost would cost too much: a match that begins not long before the first one ends, or where that ends. */
  #searchLate(text: string, end: number): Match {
    for (const window of [WINDOW, LONG_WINDOW]) {
      const slots = this.#threads?.search(text, Math.max(0, end - window), end) ?? null;
      if (slots !== null) return toMatch(text, slots, this.#groups);
    }
    const start = Math.max(0, end - WINDOW);
    return { start, end, groups: [text.slice(start, end)] };
  }

  #match(text: string, slots: Int32Array | null): Match | null {
    return slots === null ? null : toMatch(text, slots, this.#groups);
  }

  /** Threads take a microsecond for each byte, so a match is looked for near where the first one ends. */
  locate(text: string): Span | null {
    if (!this.test(text)) return null;
    const { end } = this.#dfa!;
    const start = Math.max(0, end - SHOWN_WINDOW);
    this.#threads ??= new ThreadSearch((this.#program ??= compileProgram(read(this.#pattern))));
    const slots = this.#threads.search(text, start, end, end + SHOWN_WINDOW);
    return slots === null ? { start, end } : { start: slots[0]!, end: slots[1]! };
  }
}

class MemoryMatcher implements RegexMatcher {
  readonly #pattern: string;
  readonly #groups: readonly number[] | undefined;
  /** Says in one pass of most texts that they cannot match. */
  #possible: LazyDfa | undefined;
  #search: MemorySearch | undefined;
  gaveUp = false;

  constructor(pattern: string, groups: readonly number[] | undefined) {
    this.#pattern = pattern;
    this.#groups = groups;
  }

  test(text: string): boolean {
    return this.search(text) !== null;
  }

  search(text: string): Match | null {
    this.gaveUp = false;
    if (this.#search === undefined) {
      const pattern = read(this.#pattern);
      this.#possible = new LazyDfa(compileProgram(relaxPattern(pattern)));
      this.#search = new MemorySearch(compileProgram(pattern));
    }
    if (this.#possible?.test(text) !== true) return null;
    const slots = this.#search.search(text);
    this.gaveUp = slots === undefined;
    return slots === null || slots === undefined ? null : toMatch(text, slots, this.#groups);
  }

  locate(text: string): Span | null {
    return this.search(text);
  }
}

function toMatch(text: string, slots: Int32Array, groups: readonly number[] | undefined): Match {
  const found: (string | undefined)[] = [];
  for (let slot = 0; slot < slots.length; slot += 2) {
    found.push(slots[slot + 1]! < 0 ? undefined : text.slice(slots[slot], slots[slot + 1]));
  }
  return { start: slots[0]!, end: slots[1]!, groups: renumber(found, groups) };
}

function read(printed: string): Pattern {
  const result = readPattern(printed, false);
  if (!result.ok) throw new Error(`a prepared pattern does not read: ${result.reason}`);
  return result.pattern;
}

function renumber(found: (string | undefined)[], groups: readonly number[] | undefined): (string | undefined)[] {
  if (groups === undefined) return found;
  const renumbered = [found[0]];
  for (const [at, index] of groups.entries()) renumbered[index] = found[at + 1];
  return renumbered;
}
