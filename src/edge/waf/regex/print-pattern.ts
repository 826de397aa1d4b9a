import { emptySet, hasByte, invert, listBytes, type ByteSet } from './byte-set.ts';
import { setOfLetter } from './named-sets.ts';
import type { Pattern } from './pattern.ts';

/** A pattern in print, and the numbers that its groups had: the first of the printed ones is `groups[0]`. */
export interface PrintedPattern {
  readonly text: string;
  readonly groups: readonly number[];
}

/**
 * The pattern in the syntax that V8 (without flags) and `readPattern` read alike; but for atomic groups, which V8 lacks. Groups
 * keep what they matched only if `capture` is on or something refers to them, and are numbered anew, from 1.
 */
export function printPattern(pattern: Pattern, capture = false): PrintedPattern {
  const printer = new Printer(capture || refers(pattern));
  return { text: printer.print(pattern), groups: printer.groups };
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

  constructor(capture: boolean) {
    this.#capture = capture;
  }

  print(pattern: Pattern): string {
    switch (pattern.kind) {
      case 'bytes':
        return printSet(pattern.set);
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

/** Sets are shared by much of a ruleset. */
const printed = new WeakMap<ByteSet, string>();

function printSet(set: ByteSet): string {
  let text = printed.get(set);
  if (text === undefined) printed.set(set, (text = printNewSet(set)));
  return text;
}

function printNewSet(set: ByteSet): string {
  const bytes = listBytes(set);
  if (bytes.length === 0) return '[^\\d\\D]';
  if (bytes.length === 1) return printByte(bytes[0]!, OUTSIDE);
  if (bytes.length === 256) return '[\\d\\D]';
  const members = printMembers(set);
  const others = printMembers(invert(set));
  return others.length < members.length ? `[^${others}]` : `[${members}]`;
}

/** What stands between the brackets: ranges, and the two letters that V8 and PCRE mean alike. */
function printMembers(set: ByteSet): string {
  const letter = ['w', 'd'].find((one) => setOfLetter(one)!.every((word, at) => (word & ~set[at]!) === 0));
  const named = letter === undefined ? emptySet() : setOfLetter(letter)!;
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
