import { hexDigit } from '../../bytes.ts';
import { Kind } from './token-kind.ts';
import { hashNext, WordTable } from './word-table.ts';
import { WORDS } from './words.ts';

const TABLE = new WordTable(WORDS);

/** Characters that end a word, besides blanks: `.` and backquotes are judged where they stand. */
const IS_WORD = new Uint8Array(256).fill(1);
for (let code = 0; code <= 32; code++) IS_WORD[code] = 0;
for (const char of '[]{}<>:\\?=@!#~+-*/&|^%(),\';"') IS_WORD[char.charCodeAt(0)] = 0;

const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const BACKQUOTE = 96;
const BACKSLASH = 92;
const NBSP = 0xa0;

/** Words after which `.` and a backquote begin a new token: `SELECT.1` selects. In other words they are part of a name. */
const ENDS_AT_DOT = new Set<number>([
  Kind.Select,
  Kind.Union,
  Kind.Quantifier,
  Kind.From,
  Kind.Where,
  Kind.As,
  Kind.Into,
  Kind.By,
  Kind.Having,
  Kind.Limit,
  Kind.Logic,
  Kind.Not,
  Kind.In,
  Kind.Compare,
  Kind.Arithmetic,
  Kind.Constant,
  Kind.Case,
  Kind.When,
]);

/**
 * Takes SQL apart, one token at a call, in any dialect at once: what some database reads as a token is one. Every byte is looked
 * at a small constant number of times, nothing is allocated, and no text is an error. The token just read stands in the fields.
 */
export class SqlTokenizer {
  text = '';
  kind: number = Kind.End;
  start = 0;
  end = 0;
  /** Comments as MySQL reads them: `--` needs a blank after it, `#` begins one, and the inside of a versioned one is SQL. */
  isMySql = false;
  /** Whether MySQL would have read something otherwise than the standard does, or the other way round. */
  isAmbiguous = false;
  #inVersioned = false;

  /** Begins at `at`; `quote` is the quote inside which the text begins, or 0. Then the first token is the rest of that string. */
  begin(text: string, quote: number, isMySql: boolean): void {
    this.text = text;
    this.isMySql = isMySql;
    this.isAmbiguous = false;
    this.#inVersioned = false;
    this.start = 0;
    this.end = 0;
    this.kind = Kind.End;
    if (quote !== 0) this.#readString(0, quote);
  }

  /** The token's first character and its second. */
  get first(): number {
    return this.text.charCodeAt(this.start);
  }

  get second(): number {
    return this.text.charCodeAt(this.start + 1);
  }

  /** Reads the next token; at the end its kind is `End`. */
  next(): number {
    const { text } = this;
    let at = this.end;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code <= 32 || code === NBSP || (code === 0xc2 && text.charCodeAt(at + 1) === NBSP)) {
        at++;
        continue;
      }
      const mark = this.isMySql ? this.#versionMark(at, code) : 0;
      if (mark === 0) break;
      at += mark;
    }
    this.start = at;
    this.end = at;
    if (at >= text.length) return (this.kind = Kind.End);
    return this.#read(at, text.charCodeAt(at));
  }

  /** The length of a mark around SQL that MySQL runs from some version on, `/*!50000` or the closing one, here; 0 when there is none. */
  #versionMark(at: number, code: number): number {
    const { text } = this;
    if (code === 42 && this.#inVersioned && text.charCodeAt(at + 1) === 47) {
      this.#inVersioned = false;
      return 2;
    }
    if (code !== 47 || text.charCodeAt(at + 1) !== 42 || text.charCodeAt(at + 2) !== 33) return 0;
    this.#inVersioned = true;
    this.isAmbiguous = true;
    let length = 3;
    while (length < 9 && isDigit(text.charCodeAt(at + length))) length++;
    return length;
  }

  /** Whether nothing but blanks is left. */
  isRestBlank(): boolean {
    for (let at = this.end; at < this.text.length; at++) if (this.text.charCodeAt(at) > 32) return false;
    return true;
  }

  /** Whether the next token is an opening parenthesis. */
  isCall(): boolean {
    let at = this.end;
    while (at < this.text.length && this.text.charCodeAt(at) <= 32) at++;
    return this.text.charCodeAt(at) === 40;
  }

  #read(at: number, code: number): number {
    switch (code) {
      case QUOTE:
      case DOUBLE_QUOTE:
        return this.#readString(at + 1, code);
      case BACKQUOTE:
        return this.#readBackquoted(at);
      case 45: // -
        return this.#readMinus(at);
      case 47: // /
        return this.text.charCodeAt(at + 1) === 42 ? this.#readComment(at) : this.#take(Kind.Arithmetic, 1);
      case 35: // #
        this.isAmbiguous = true;
        return this.isMySql ? this.#readLine(at) : this.#take(Kind.Arithmetic, 1);
      case 36: // $
        return this.#readDollar(at);
      case 40:
        return this.#take(Kind.Open, 1);
      case 41:
        return this.#take(Kind.Close, 1);
      case 42:
        return this.#take(Kind.Star, 1);
      case 43:
        return this.#take(Kind.Sign, 1);
      case 44:
        return this.#take(Kind.Comma, 1);
      case 46: // .
        return isDigit(this.text.charCodeAt(at + 1)) ? this.#readNumber(at) : this.#take(Kind.Dot, 1);
      case 58: // :
        return this.#readColon(at);
      case 59:
        return this.#take(Kind.Semicolon, 1);
      case 63:
      case 93:
        return this.#take(Kind.Unknown, 1);
      case 64: // @
        return this.#readVariable(at);
      case 91: // [
        return this.#upTo(']', at + 1, Kind.Name);
      case BACKSLASH:
        return this.text.charCodeAt(at + 1) === 78 ? this.#take(Kind.Number, 2) : this.#take(Kind.Backslash, 1);
      case 123:
        return this.#take(Kind.OpenBrace, 1);
      case 125:
        return this.#take(Kind.CloseBrace, 1);
      default:
        if (isDigit(code)) return this.#readNumber(at);
        return IS_WORD[code & 255] === 1 ? this.#readWord(at, code) : this.#readOperator(at, code);
    }
  }

  #take(kind: Kind, length: number): number {
    this.end = this.start + length;
    return (this.kind = kind);
  }

  #finish(kind: number, end: number): number {
    this.end = end;
    return (this.kind = kind);
  }

  /** Up to and with `closing`, or up to the end of the text. */
  #upTo(closing: string, from: number, kind: Kind): number {
    const end = this.text.indexOf(closing, from);
    return this.#finish(kind, end < 0 ? this.text.length : end + closing.length);
  }

  /** A string whose content begins at `from`. Backslashes escape and doubled quotes stand for one, as in MySQL. */
  #readString(from: number, quote: number): number {
    const { text } = this;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) {
        at++;
      } else if (code === quote) {
        if (text.charCodeAt(at + 1) !== quote) return this.#finish(Kind.String, at + 1);
        at++;
      }
    }
    return this.#finish(Kind.OpenString, text.length);
  }

  /** A quoted name; a function's name stays one in backquotes. */
  #readBackquoted(at: number): number {
    const { text } = this;
    const close = text.indexOf('`', at + 1);
    if (close < 0) return this.#finish(Kind.Name, text.length);
    const length = close - at - 1;
    let hash = 0;
    if (length <= TABLE.longest) for (let i = at + 1; i < close; i++) hash = hashNext(hash, text.charCodeAt(i));
    const kind = length <= TABLE.longest ? TABLE.find(text, at + 1, close, hash) : 0;
    return this.#finish(kind === Kind.Function || kind === Kind.ProbeFunction ? kind : Kind.Name, close + 1);
  }

  #readMinus(at: number): number {
    if (this.text.charCodeAt(at + 1) !== 45) return this.#take(Kind.Sign, 1);
    if (isBlankOrEnd(this.text.charCodeAt(at + 2))) return this.#readLine(at);
    this.isAmbiguous = true;
    return this.isMySql ? this.#take(Kind.Sign, 1) : this.#readLine(at);
  }

  /** A comment to the end of the line. */
  #readLine(at: number): number {
    const end = this.text.indexOf('\n', at);
    return this.#finish(Kind.Comment, end < 0 ? this.text.length : end);
  }

  #readComment(at: number): number {
    const { text } = this;
    let isOdd = text.charCodeAt(at + 2) === 33;
    if (isOdd) this.isAmbiguous = true;
    for (let end = at + 2; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === 42 && text.charCodeAt(end + 1) === 47)
        return this.#finish(isOdd ? Kind.OddComment : Kind.Comment, end + 2);
      // PostgreSQL nests comments, others do not: two readings of one text.
      if (code === 47 && text.charCodeAt(end + 1) === 42) isOdd = true;
    }
    return this.#finish(isOdd ? Kind.OddComment : Kind.Comment, text.length);
  }

  #readColon(at: number): number {
    const next = this.text.charCodeAt(at + 1);
    if (next === 61) return this.#take(Kind.Assign, 2);
    return next === 58 ? this.#take(Kind.Cast, 2) : this.#take(Kind.Colon, 1);
  }

  #readVariable(at: number): number {
    const { text } = this;
    let from = at + 1;
    if (text.charCodeAt(from) === 64) from++;
    const code = text.charCodeAt(from);
    if (code === BACKQUOTE || code === QUOTE || code === DOUBLE_QUOTE) {
      this.#readString(from + 1, code);
    } else {
      while (from < text.length && isWordAt(text, from) && text.charCodeAt(from) !== BACKQUOTE) from++;
      this.end = from;
    }
    return (this.kind = Kind.Variable);
  }

  /** PostgreSQL's dollar quoting, SQL Server's money, or a name. */
  #readDollar(at: number): number {
    const { text } = this;
    let from = at + 1;
    while (isMoney(text.charCodeAt(from))) from++;
    if (from > at + 1 && !(from === at + 2 && text.charCodeAt(at + 1) === 46)) return this.#finish(Kind.Number, from);
    if (from > at + 1) return this.#readWord(at, 36);
    while (from < text.length && isTag(text.charCodeAt(from))) from++;
    if (text.charCodeAt(from) !== 36) return this.#take(Kind.Name, 1);
    const tag = text.slice(at, from + 1);
    return this.#upTo(tag, from + 1, Kind.String);
  }

  /** A number in any dialect's notation. `1E` without its digits is a name. */
  #readNumber(at: number): number {
    const { text } = this;
    let end = at;
    if (text.charCodeAt(at) === 48) {
      const base = text.charCodeAt(at + 1) | 32;
      if (base === 120 || base === 98) {
        const limit = base === 120 ? 16 : 2;
        end = at + 2;
        while (isDigitOf(text.charCodeAt(end), limit)) end++;
        return this.#finish(end === at + 2 ? Kind.Name : Kind.Number, end);
      }
    }
    while (isDigit(text.charCodeAt(end))) end++;
    if (text.charCodeAt(end) === 46) {
      end++;
      while (isDigit(text.charCodeAt(end))) end++;
    }
    if ((text.charCodeAt(end) | 32) === 101) {
      end++;
      const sign = text.charCodeAt(end);
      if (sign === 43 || sign === 45) end++;
      const digits = end;
      while (isDigit(text.charCodeAt(end))) end++;
      if (end === digits) return this.#finish(Kind.Name, end);
    }
    const suffix = text.charCodeAt(end) | 32;
    // Oracle's float and double; MySQL, too, lets a word begin right after a number.
    if (suffix === 102 || suffix === 100) {
      const after = text.charCodeAt(end + 1);
      if (isBlankOrEnd(after) || after === 59 || (after | 32) === 117) end++;
    }
    return this.#finish(Kind.Number, end);
  }

  #readWord(at: number, code: number): number {
    const { text } = this;
    if (text.charCodeAt(at + 1) === QUOTE || text.charCodeAt(at + 2) === QUOTE) {
      const kind = this.#readPrefixed(at, code | 32);
      if (kind !== Kind.End) return kind;
    }
    let hash = 0;
    let end = at;
    for (; end < text.length && isWordAt(text, end); end++) {
      const next = text.charCodeAt(end);
      if ((next === 46 || next === BACKQUOTE) && end > at) {
        const kind = TABLE.find(text, at, end, hash);
        if (ENDS_AT_DOT.has(kind) || (next === BACKQUOTE && kind !== 0)) break;
      }
      hash = hashNext(hash, next);
    }
    const kind = end - at <= TABLE.longest ? TABLE.find(text, at, end, hash) : 0;
    return this.#finish(kind === 0 ? Kind.Name : kind, end);
  }

  /** Strings with a letter before them: `x'1f'`, `b'01'`, `N'..'`, `E'..'`, `U&'..'`, Oracle's `q'[..]'` and `nq'[..]'`. */
  #readPrefixed(at: number, letter: number): number {
    const { text } = this;
    if (text.charCodeAt(at + 1) === QUOTE) {
      if (letter === 120 || letter === 98) {
        let end = at + 2;
        while (isDigitOf(text.charCodeAt(end), letter === 120 ? 16 : 2)) end++;
        return text.charCodeAt(end) === QUOTE ? this.#finish(Kind.Number, end + 1) : Kind.End;
      }
      if (at + 2 >= text.length) return Kind.End;
      if (letter === 110 || letter === 101) return this.#readString(at + 2, QUOTE);
      return letter === 113 ? this.#readOracle(at + 2) : Kind.End;
    }
    if (letter === 117 && text.charCodeAt(at + 1) === 38) return this.#readString(at + 3, QUOTE);
    if (letter !== 110 || (text.charCodeAt(at + 1) | 32) !== 113 || at + 3 >= text.length) return Kind.End;
    return this.#readOracle(at + 3);
  }

  /** `at` is where the delimiter stands, which some brackets close by their counterpart. */
  #readOracle(at: number): number {
    const { text } = this;
    const opening = text.charCodeAt(at);
    if (opening <= 32) return Kind.End;
    const bracket = '([{<'.indexOf(text.charAt(at));
    return this.#upTo(`${bracket < 0 ? text.charAt(at) : ')]}>'.charAt(bracket)}'`, at + 1, Kind.String);
  }

  #readOperator(at: number, code: number): number {
    const next = this.text.charCodeAt(at + 1);
    switch (code) {
      case 38: // &
        return next === 38 ? this.#take(Kind.LogicSign, 2) : this.#take(Kind.Arithmetic, 1);
      case 124: // |
        return next === 124 ? this.#take(Kind.LogicSign, 2) : this.#take(Kind.Arithmetic, 1);
      case 60: // <
        if (next === 61) return this.#take(Kind.Compare, this.text.charCodeAt(at + 2) === 62 ? 3 : 2);
        if (next === 62) return this.#take(Kind.Compare, 2);
        return next === 60 ? this.#take(Kind.Arithmetic, 2) : this.#take(Kind.Compare, 1);
      case 61: // =
        return this.#take(Kind.Compare, next === 61 ? 2 : 1);
      case 62: // >
        if (next === 62) return this.#take(Kind.Arithmetic, 2);
        return this.#take(Kind.Compare, next === 61 ? 2 : 1);
      case 33: // !
        return next === 61 || next === 60 || next === 62 ? this.#take(Kind.Compare, 2) : this.#take(Kind.Not, 1);
      case 94: // ^
      case 126: // ~
        if (next === 61) return this.#take(Kind.Compare, 2);
        return this.#take(code === 126 ? Kind.Not : Kind.Arithmetic, 1);
      default: // %
        return this.#take(Kind.Arithmetic, 1);
    }
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isDigitOf(code: number, base: number): boolean {
  const digit = hexDigit(code);
  return digit >= 0 && digit < base;
}

function isMoney(code: number): boolean {
  return isDigit(code) || code === 44 || code === 46;
}

/** ASCII letters: what PostgreSQL's dollar tags are made of, in practice. */
function isTag(code: number): boolean {
  const letter = code | 32;
  return letter >= 97 && letter <= 122;
}

/** `NaN`, past the end, is neither below nor above. */
function isBlankOrEnd(code: number): boolean {
  return !(code > 32 && code !== NBSP);
}

/** A no-break space is one byte or two; as the second byte of another letter it belongs to that. */
function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return IS_WORD[code] === 1;
  if (code === NBSP) return text.charCodeAt(at - 1) > 0xc2;
  return !(code === 0xc2 && text.charCodeAt(at + 1) === NBSP);
}
