import { addRange, addSet, emptySet, foldCase, invert, type ByteSet } from './byte-set.ts';
import { ANY, setOfLetter, setOfPosixName } from './named-sets.ts';
import { widthOf, type Pattern } from './pattern.ts';

export type PatternResult =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly reason: string };

/** Deeper nesting than any real rule's; it keeps every walk over the pattern off the end of the stack. */
const DEPTH_LIMIT = 100;
/** Counts on one atom (`a{2}{3}`), each of which nests. */
const COUNTS_LIMIT = 8;
/** PCRE2's own bound on look-behind. */
const BEHIND_LIMIT = 255;
/** PCRE's own bound on a count. */
const COUNT_LIMIT = 65_535;

/** Most of a pattern is single bytes: shared, they cost nothing. Sets are never changed once they are in a pattern. */
const SINGLE: readonly Pattern[] = Array.from({ length: 256 }, (_, byte) => bytes(addRange(emptySet(), byte, byte)));
const FOLDED: readonly Pattern[] = Array.from({ length: 256 }, (_, byte) =>
  bytes(foldCase(addRange(emptySet(), byte, byte))),
);
const ANY_BYTE = bytes(ANY);
const NOT_NEWLINE = bytes(invert(addRange(emptySet(), 10, 10)));

function bytes(set: ByteSet): Pattern {
  return { kind: 'bytes', set };
}

/** Letters after a backslash that stand for one byte. */
const CONTROLS: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

class Refusal extends Error {}

/**
 * Reads PCRE syntax as ModSecurity compiles it: bytes, not code points; `.` is any byte; `$` is the very end and `^` the very
 * start, as ModSecurity 2 has it (DOTALL, DOLLAR_ENDONLY), the engine that CRS is written for: version 3 adds MULTILINE, which
 * changes what rules like `^[\w]+$` mean. `i` folds ASCII alone. Never throws.
 */
export function readPattern(source: string, ignoreCase: boolean): PatternResult {
  try {
    return { ok: true, pattern: new Reader(source, ignoreCase).read() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.message };
    throw error;
  }
}

class Reader {
  readonly #source: string;
  readonly #names = new Map<string, number>();
  readonly #classes = new Map<string, Pattern>();
  #at = 0;
  #depth = 0;
  #groups = 0;
  /** Flags in force, which hold until the end of the group that they are set in. */
  #ignoreCase: boolean;
  #dotAll = true;
  #extended = false;
  #quoting = false;

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source;
    this.#ignoreCase = ignoreCase;
  }

  read(): Pattern {
    const pattern = this.#readChoice();
    if (this.#at < this.#source.length) throw this.#refuse('a closing parenthesis has no opening one');
    return pattern;
  }

  #readChoice(): Pattern {
    if (++this.#depth > DEPTH_LIMIT) throw new Refusal(`groups nest deeper than ${DEPTH_LIMIT}`);
    const options: Pattern[] = [];
    do options.push(this.#readSequence());
    while (this.#skip('|'));
    this.#depth--;
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #readSequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.#at < this.#source.length) {
      const next = this.#source[this.#at]!;
      if (!this.#quoting && (next === '|' || next === ')')) break;
      const atom = this.#readAtom();
      if (atom === null) continue;
      parts.push(atom.kind === 'assertion' ? atom : this.#readRepeats(atom));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  /** Null where there was nothing to match: flags, a comment, an end of quoting. */
  #readAtom(): Pattern | null {
    const char = this.#source[this.#at++]!;
    if (this.#quoting) {
      if (char !== '\\' || this.#source[this.#at] !== 'E') return this.#byte(char);
      this.#at++;
      this.#quoting = false;
      return null;
    }
    switch (char) {
      case '(':
        return this.#readGroup();
      case '[':
        return this.#readClass();
      case '\\':
        return this.#readEscape();
      case '.':
        return this.#dotAll ? ANY_BYTE : NOT_NEWLINE;
      case '^':
        return { kind: 'assertion', at: 'start' };
      case '$':
        return { kind: 'assertion', at: 'end' };
      case '*':
      case '+':
      case '?':
        throw this.#refuse('there is nothing to repeat');
    }
    if (this.#extended) {
      if (/\s/.test(char)) return null;
      if (char === '#') {
        const end = this.#source.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#source.length : end + 1;
        return null;
      }
    }
    return this.#byte(char);
  }

  #readRepeats(atom: Pattern): Pattern {
    let pattern = atom;
    for (let counts = 0; ; counts++) {
      const count = this.#readCount();
      if (count === null) return pattern;
      if (counts === COUNTS_LIMIT) throw this.#refuse(`more than ${COUNTS_LIMIT} counts follow one another`);
      const greedy = !this.#skip('?');
      const possessive = greedy && this.#skip('+');
      const body = pattern;
      pattern = { kind: 'repeat', body, min: count[0], max: count[1], greedy };
      if (possessive) pattern = possess(pattern, body, count[1]);
    }
  }

  #readCount(): readonly [number, number] | null {
    if (this.#quoting) return null;
    if (this.#skip('*')) return [0, Infinity];
    if (this.#skip('+')) return [1, Infinity];
    if (this.#skip('?')) return [0, 1];
    if (this.#source[this.#at] !== '{') return null;
    // What is no count is a brace, as in `{,3}` and `{{`.
    const count = this.#match(/\{(\d{1,9})(?:(,)(\d{0,9}))?\}/y);
    if (count === null) return null;
    const min = Number(count[1]);
    const max = count[2] === undefined ? min : count[3] === '' ? Infinity : Number(count[3]);
    if (min > COUNT_LIMIT || (max !== Infinity && max > COUNT_LIMIT)) throw this.#refuse('a count is too large');
    if (max < min) throw this.#refuse('a count has its numbers in the wrong order');
    return [min, max];
  }

  #readGroup(): Pattern | null {
    const flags = [this.#ignoreCase, this.#dotAll, this.#extended] as const;
    const restore = () => ([this.#ignoreCase, this.#dotAll, this.#extended] = flags);
    if (this.#skip('*')) throw this.#refuse('verbs are not supported');
    if (!this.#skip('?')) return this.#readCapture(restore);
    if (this.#skip('#')) {
      const end = this.#source.indexOf(')', this.#at);
      if (end < 0) throw this.#refuse('a comment has no end');
      this.#at = end + 1;
      return null;
    }
    const look = this.#match(/<?[=!]/y)?.[0];
    if (look !== undefined) return this.#readLook(look.length === 1, look.endsWith('!'), restore);
    if (this.#skip('>')) return { kind: 'atomic', body: this.#readBody(restore) };
    const name = this.#match(/P?<([A-Za-z_]\w{0,31})>|'([A-Za-z_]\w{0,31})'/y);
    if (name !== null) {
      this.#names.set(name[1] ?? name[2] ?? '', this.#groups + 1);
      return this.#readCapture(restore);
    }
    const reference = this.#match(/P=(\w+)\)/y);
    if (reference !== null) return this.#reference(this.#names.get(reference[1]!) ?? -1);
    const inline = this.#match(/([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/y);
    if (inline === null) throw this.#refuse('this kind of group is not supported');
    for (const flag of inline[1]!) this.#setFlag(flag, true);
    for (const flag of inline[2] ?? '') this.#setFlag(flag, false);
    return inline[3] === ')' ? null : this.#readBody(restore);
  }

  #readLook(ahead: boolean, negative: boolean, restore: () => void): Pattern {
    const body = this.#readBody(restore);
    if (!ahead && widthOf(body)[1] > BEHIND_LIMIT) throw this.#refuse(`looks more than ${BEHIND_LIMIT} bytes behind`);
    return { kind: 'look', ahead, negative, body };
  }

  #readCapture(restore: () => void): Pattern {
    const index = ++this.#groups;
    return { kind: 'group', index, body: this.#readBody(restore) };
  }

  #readBody(restore: () => void): Pattern {
    const body = this.#readChoice();
    restore();
    if (!this.#skip(')')) throw this.#refuse('a group has no end');
    return body;
  }

  #setFlag(flag: string, on: boolean): void {
    if (flag === 'i') this.#ignoreCase = on;
    else if (flag === 's') this.#dotAll = on;
    else if (flag === 'x') this.#extended = on;
    else if (flag === 'm' && on) throw this.#refuse('multiline matching is not supported');
    else if (flag !== 'm') throw this.#refuse(`flag ${flag} is not supported`);
  }

  #readEscape(): Pattern | null {
    const letter = this.#source[this.#at];
    if (letter === undefined) throw this.#refuse('a backslash ends the expression');
    if (/[1-9gk]/.test(letter)) {
      const number = this.#match(/(?:g\{?-?|(?=[1-9]))(\d{1,5})\}?/y);
      if (number !== null) return this.#readNumber(number[0], Number(number[1]));
      const name = this.#match(/[gk](?:\{(\w+)\}|<(\w+)>|'(\w+)')/y);
      if (name !== null) return this.#reference(this.#names.get(name[1] ?? name[2] ?? name[3] ?? '') ?? -1);
    }
    switch (letter) {
      case 'b':
      case 'B':
        this.#at++;
        return { kind: 'assertion', at: letter === 'b' ? 'word' : 'inside' };
      case 'A':
      case 'z':
        this.#at++;
        return { kind: 'assertion', at: letter === 'A' ? 'start' : 'end' };
      case 'Z': {
        this.#at++;
        const newline: Pattern = {
          kind: 'repeat',
          body: SINGLE[10]!,
          min: 0,
          max: 1,
          greedy: true,
        };
        const body: Pattern = { kind: 'sequence', parts: [newline, { kind: 'assertion', at: 'end' }] };
        return { kind: 'look', ahead: true, negative: false, body };
      }
      case 'R': {
        this.#at++;
        const crlf: Pattern = { kind: 'sequence', parts: [this.#byte('\r'), this.#byte('\n')] };
        return {
          kind: 'atomic',
          body: { kind: 'choice', options: [crlf, bytes(setOfLetter('v')!)] },
        };
      }
      case 'Q':
        this.#at++;
        this.#quoting = true;
        return null;
      case 'E':
        this.#at++;
        return null;
    }
    const set = setOfLetter(letter);
    if (set === undefined) return this.#byte(this.#readEscapedByte());
    this.#at++;
    return bytes(set);
  }

  /** A number up to 9, or of a group that there is by now, refers to it; any other is octal. */
  #readNumber(text: string, value: number): Pattern {
    if (text.startsWith('g')) return this.#reference(text.includes('-') ? this.#groups + 1 - value : value);
    if (value < 10 || value <= this.#groups) return this.#reference(value);
    this.#at -= text.length;
    return this.#byte(this.#readEscapedByte());
  }

  #reference(index: number): Pattern {
    // A group that only comes later has matched nothing yet, so PCRE fails there; no rule wants that.
    if (index < 1 || index > this.#groups) throw this.#refuse('a back-reference has no group before it');
    return { kind: 'reference', index, ignoreCase: this.#ignoreCase };
  }

  /** What stands after a backslash, where it is one byte. */
  #readEscapedByte(): string {
    const next = this.#source.charCodeAt(this.#at);
    // Punctuation, which most escapes are of.
    if (next < 48 || (next > 57 && next < 65)) return this.#source[this.#at++]!;
    const hex = this.#match(/x(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{0,2}))/y);
    if (hex !== null) return this.#char(parseInt(hex[1] ?? (hex[2] === '' ? '0' : hex[2]!), 16));
    const octal = this.#match(/[0-7]{1,3}|o\{([0-7]{1,8})\}/y);
    if (octal !== null) return this.#char(parseInt(octal[1] ?? octal[0], 8));
    const control = this.#match(/c([ -~])/y);
    if (control !== null) return this.#char(control[1]!.toUpperCase().charCodeAt(0) ^ 64);
    const letter = this.#source[this.#at++]!;
    if (Object.hasOwn(CONTROLS, letter)) return String.fromCharCode(CONTROLS[letter]!);
    if (/[0-9A-Za-z]/.test(letter)) throw this.#refuse(`\\${letter} is not supported`);
    return letter;
  }

  /** After the opening bracket, up to and with the closing one. Many patterns have the same class hundreds of times. */
  #readClass(): Pattern {
    const begin = this.#at;
    const key = (this.#ignoreCase ? 'i' : '') + this.#source.slice(begin, this.#source.indexOf(']', begin) + 1);
    const known = this.#classes.get(key);
    if (known !== undefined) {
      this.#at += key.length - (this.#ignoreCase ? 1 : 0);
      return known;
    }
    const read = bytes(this.#readNewClass());
    // Only what ends at the first bracket is told by that text alone.
    if (this.#at - begin === key.length - (this.#ignoreCase ? 1 : 0)) this.#classes.set(key, read);
    return read;
  }

  #readNewClass(): ByteSet {
    const set = emptySet();
    const negated = this.#skip('^');
    const begin = this.#at;
    while (this.#at === begin || this.#source[this.#at] !== ']') {
      if (this.#at >= this.#source.length) throw this.#refuse('a class has no end');
      const from = this.#readMember();
      if (typeof from !== 'number') {
        addSet(set, from);
        continue;
      }
      const rest = this.#at;
      const isRange = this.#source[rest] === '-' && this.#source[rest + 1] !== ']';
      if (isRange) this.#at++;
      const to = isRange && this.#at < this.#source.length ? this.#readMember() : from;
      if (typeof to === 'number') {
        if (to < from) throw this.#refuse('a range has its ends in the wrong order');
        addRange(set, from, to);
      } else {
        // `[a-\d]`: the dash is one.
        addSet(addRange(addRange(set, from, from), 45, 45), to);
      }
    }
    this.#at++;
    const folded = this.#ignoreCase ? foldCase(set) : set;
    return negated ? invert(folded) : folded;
  }

  /** A byte, or a class within the class; an empty one for what only switches quoting. */
  #readMember(): number | ByteSet {
    const posix = this.#source.startsWith('[:', this.#at) ? this.#match(/\[:(\^?)([a-z]+):\]/y) : null;
    if (posix !== null) {
      const set = setOfPosixName(posix[2]!);
      if (set === undefined) throw this.#refuse(`there is no class ${posix[2]!}`);
      return posix[1] === '' ? set : invert(set);
    }
    const char = this.#source[this.#at++]!;
    if (char !== '\\') return this.#char(char.charCodeAt(0)).charCodeAt(0);
    const letter = this.#source[this.#at];
    if (letter === undefined) throw this.#refuse('a class has no end');
    if (letter === 'Q' || letter === 'E') throw this.#refuse('quoting within a class is not supported');
    if (letter === 'b') {
      this.#at++;
      return 8;
    }
    const set = letter === 'N' ? undefined : setOfLetter(letter);
    if (set === undefined) return this.#readEscapedByte().charCodeAt(0);
    this.#at++;
    return set;
  }

  #byte(char: string): Pattern {
    const code = this.#char(char.charCodeAt(0)).charCodeAt(0);
    return (this.#ignoreCase ? FOLDED : SINGLE)[code]!;
  }

  #char(code: number): string {
    if (code > 255) throw this.#refuse(`U+${code.toString(16)} is not a byte; write its UTF-8 bytes`);
    return String.fromCharCode(code);
  }

  #skip(char: string): boolean {
    if (this.#source[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  /** What a sticky expression finds here, which is then passed. */
  #match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#source);
    if (match !== null) this.#at = expression.lastIndex;
    return match;
  }

  #refuse(message: string): Refusal {
    return new Refusal(`at ${this.#at}: ${message}`);
  }
}

/** A repetition that gives nothing back. Of a byte set without a bound it is one that no such byte follows: that is regular. */
function possess(repeat: Pattern, body: Pattern, max: number): Pattern {
  if (body.kind !== 'bytes' || max !== Infinity) return { kind: 'atomic', body: repeat };
  return { kind: 'sequence', parts: [repeat, { kind: 'look', ahead: true, negative: true, body }] };
}
