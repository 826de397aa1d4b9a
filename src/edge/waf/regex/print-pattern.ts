import { emptySet, hasByte, invert, listBytes, type ByteSet } from './byte-set.ts';
import { setOfLetter } from './named-sets.ts';
import type { Pattern } from './pattern.ts';

/** A pattern in print, and the numbers that its groups had: the first of the printed ones is `groups[0]`. */
export interface PrintedPattern {
  readonly text: string;
  readonly groups: readonly number[];
}

/**
 * The pattern, as short as it will be, in the syntax that V8 (without flags) and `readPattern` read alike; but for atomic groups, which V8 lacks. Groups
 * keep what they matched only if `capture` is on or something refers to them, and are numbered anew, from 1.
 */
export function printPattern(pattern: Pattern, capture = false): PrintedPattern {
  const refersBack = refers(pattern);
  const printer = new Printer(capture || refersBack, false);
  const text = printer.print(pattern);
  const { groups } = printer;
  if (refersBack || !isCaseless(pattern)) return { text, groups };
  const caseless = `(?i:${new Printer(capture, true).print(pattern)})`;
  return { text: caseless.length < text.length ? caseless : text, groups };
}

/** Whether no letter's case makes a difference, in ASCII and, because V8 folds those too, in Latin-1. */
function isCaseless(pattern: Pattern): boolean {
  const sets = new Set<ByteSet>();
  collectSets(pattern, sets);
  for (const set of sets) {
    for (let upper = 65; upper < 0xdf; upper++) {
      if ((upper > 90 && upper < 0xc0) || upper === 0xd7) continue;
      if (hasByte(set, upper) !== hasByte(set, upper + 32)) return false;
    }
  }
  return true;
}

function collectSets(pattern: Pattern, sets: Set<ByteSet>): void {
  switch (pattern.kind) {
    case 'bytes':
      sets.add(pattern.set);
      return;
    case 'sequence':
      for (const part of pattern.parts) collectSets(part, sets);
      return;
    case 'choice':
      for (const option of pattern.options) collectSets(option, sets);
      return;
    case 'assertion':
    case 'reference':
      return;
    case 'repeat':
    case 'group':
    case 'look':
    case 'atomic':
      collectSets(pattern.body, sets);
      return;
  }
}

function refers(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'reference':
      return true;
    case 'sequence':
      return pattern.parts.some(refers);
    case 'choice':
      return pattern.options.some(refers);
    case 'bytes':
    case 'assertion':
      return false;
    case 'repeat':
    case 'group':
    case 'look':
    case 'atomic':
      return refers(pattern.body);
  }
}

class Printer {
  readonly groups: number[] = [];
  readonly #capture: boolean;
  readonly #isCaseless: boolean;

  constructor(capture: boolean, isCaseless: boolean) {
    this.#capture = capture;
    this.#isCaseless = isCaseless;
  }

  print(pattern: Pattern): string {
    switch (pattern.kind) {
      case 'bytes':
        return printSet(pattern.set, this.#isCaseless);
      case 'sequence':
        return pattern.parts.map((part) => (part.kind === 'choice' ? this.#group(part) : this.print(part))).join('');
      case 'choice':
        return pattern.options.map((option) => this.print(option)).join('|');
      case 'repeat':
        return this.#printAtom(pattern.body) + printCount(pattern.min, pattern.max) + (pattern.greedy ? '' : '?');
      case 'assertion':
        return { start: '^', end: '$', word: '\\b', inside: '\\B' }[pattern.at];
      case 'group':
        if (!this.#capture) return this.#group(pattern.body);
        this.groups.push(pattern.index);
        return `(${this.print(pattern.body)})`;
      case 'look':
        return `(?${pattern.ahead ? '' : '<'}${pattern.negative ? '!' : '='}${this.print(pattern.body)})`;
      case 'atomic':
        return `(?>${this.print(pattern.body)})`;
      case 'reference':
        return `(?${pattern.ignoreCase ? 'i' : ''}:\\${this.groups.indexOf(pattern.index) + 1})`;
    }
  }

  #group(pattern: Pattern): string {
    return `(?:${this.print(pattern)})`;
  }

  #printAtom(pattern: Pattern): string {
    return pattern.kind === 'bytes' || pattern.kind === 'group' ? this.print(pattern) : this.#group(pattern);
  }
}

function printCount(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

/** Sets are shared by much of a ruleset; without and with `i` in force. */
const printed = [new WeakMap<ByteSet, string>(), new WeakMap<ByteSet, string>()] as const;

function printSet(set: ByteSet, isCaseless: boolean): string {
  const known = printed[isCaseless ? 1 : 0];
  let text = known.get(set);
  if (text === undefined) known.set(set, (text = printNewSet(set, isCaseless)));
  return text;
}

function printNewSet(set: ByteSet, isCaseless: boolean): string {
  const listed = isCaseless ? withoutUpperCase(set) : set;
  const bytes = listBytes(listed);
  if (bytes.length === 0) return '[^\\d\\D]';
  if (bytes.length === 1) return printByte(bytes[0]!, OUTSIDE);
  if (listBytes(set).length === 256) return '[\\d\\D]';
  const members = printMembers(listed, isCaseless);
  const others = printMembers(isCaseless ? withoutUpperCase(invert(set)) : invert(set), isCaseless);
  if (/^\\[dw]$/.test(members)) return members;
  if (/^\\[dw]$/.test(others)) return others.toUpperCase();
  return others.length < members.length ? `[^${others}]` : `[${members}]`;
}

function withoutUpperCase(set: ByteSet): ByteSet {
  const rest = set.slice();
  for (let upper = 65; upper <= 90; upper++) rest[upper >> 5]! &= ~(1 << (upper & 31));
  return rest;
}

/** What stands between the brackets: ranges, and the two letters that V8 and PCRE mean alike. */
function printMembers(set: ByteSet, isCaseless: boolean): string {
  const setOf = (letter: string) => (isCaseless ? withoutUpperCase(setOfLetter(letter)!) : setOfLetter(letter)!);
  const letter = ['w', 'd'].find((one) => setOf(one).every((word, at) => (word & ~set[at]!) === 0));
  const named = letter === undefined ? emptySet() : setOf(letter);
  let text = letter === undefined ? '' : `\\${letter}`;
  for (let from = 0; from < 256; from++) {
    if (!hasByte(set, from) || hasByte(named, from)) continue;
    let to = from;
    while (to < 255 && hasByte(set, to + 1)) to++;
    text += printByte(from, WITHIN);
    if (to > from) text += (to > from + 1 ? '-' : '') + printByte(to, WITHIN);
    from = to;
  }
  return text;
}

/** What needs a backslash outside and within a class. */
const OUTSIDE = /[\\^$.*+?()[\]{}|/]/;
const WITHIN = /[\\^\]-]/;

function printByte(byte: number, special: RegExp): string {
  if (byte < 33 || byte > 126) return `\\x${byte.toString(16).padStart(2, '0')}`;
  const char = String.fromCharCode(byte);
  return special.test(char) ? `\\${char}` : char;
}
