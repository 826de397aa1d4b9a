/** How much a value says: a column's name stands in any prose, a literal compared with a literal in none. */
export const Strength = { Name: 1, Call: 2, Literal: 3 } as const;

/** What a text must show when it breaks out of a string or follows a number: there, prose leaves the grammar at once. */
export const NEEDED = 2;

/** What it must show when it begins as prose might, with a name or a word. */
export const NEEDED_MORE = 3;

/** More than any text can show. */
export const UNREACHABLE = 1000;

/** Shows an injection by itself. */
export const PROOF = 3;

/** Bytes after a comment's mark that may still be a random word of an attack tool; prose goes on for longer. */
const TAIL_LIMIT = 20;

const HASH = 35;
const SLASH = 47;
const PIPE = 124;

/** What a reading has seen that speaks for an injection, and what speaks against. The grammar fills it, the end of the text weighs it. */
export class Evidence {
  text = '';
  /** The quote inside which the text begins, or 0. */
  quote = 0;
  score = 0;
  /** The score at which the text is an injection; 0 until the first value is read. */
  needed = 0;
  /** Operators read, and the character of the first. */
  operators = 0;
  firstOperator = 0;
  /** Values that are no strings. */
  solid = 0;
  /** Parentheses closed that the text did not open. */
  closed = 0;
  /** The quote of the string read last. */
  lastQuote = 0;
  hasComment = false;
  /** Whether a comment was read that databases read in two ways. */
  hasOddComment = false;
  /** Whether literals are compared outside a condition, as in `1=1`. */
  hasTopCompare = false;
  hasKnownCall = false;
  hasName = false;
  hasMinus = false;
  hasComma = false;
  hasString = false;
  hasVariable = false;
  /** Whether the text begins with a parenthesis. */
  isWrapped = false;
  /** Whether the text begins as the continuation of a query, with `OR` or `UNION`. */
  isContinuation = false;
  /** Whether the last `AND` or `OR` stands apart from quotes. */
  isSpaced = false;

  begin(text: string, quote: number): void {
    this.text = text;
    this.quote = quote;
    this.score = 0;
    this.needed = quote === 0 ? 0 : NEEDED;
    this.operators = 0;
    this.firstOperator = 0;
    this.solid = 0;
    this.closed = 0;
    this.lastQuote = 0;
    this.hasComment = false;
    this.hasOddComment = false;
    this.hasTopCompare = false;
    this.hasKnownCall = false;
    this.hasName = false;
    this.hasMinus = false;
    this.hasComma = false;
    this.hasString = false;
    this.hasVariable = false;
    this.isWrapped = false;
    this.isContinuation = false;
    this.isSpaced = false;
  }

  raise(score: number): void {
    if (score > this.score) this.score = score;
  }

  /** Says how much this text must show; the first word on it counts. */
  need(needed: number): void {
    if (this.needed === 0) this.needed = needed;
  }

  /** Whether the text stands where prose does not: after a quote, a number, a parenthesis. */
  get isExposed(): boolean {
    return this.needed === NEEDED;
  }

  /** Two values are compared in a condition; `isSigned` when `&&` or `||` brought it, which other languages have. */
  compared(left: number, right: number, isSigned: boolean): void {
    const sum = left + right;
    if (left === Strength.Literal && right === Strength.Literal) this.raise(PROOF);
    else if (isSigned && this.quote === 0) this.raise(sum - 3);
    else if (sum >= 5) this.raise(this.isContinuation && this.hasName ? 2 : PROOF);
    else this.raise(sum === 2 ? 1 : 2);
  }

  /** Whether the text is an injection by what has been seen of it. */
  get isEnough(): boolean {
    return this.needed !== 0 && this.score >= this.needed;
  }

  /** Whether it is one even though the grammar has been left: what came before was proof. */
  get isProven(): boolean {
    return (this.isExposed || this.isContinuation) && this.score >= PROOF;
  }

  /**
   * The text ends in a comment that begins at `start`. `isBare`: only a value and parentheses stand before it; `isLiteral`: a
   * condition that is a literal; `isBalanced`: no parenthesis is open.
   */
  weighComment(start: number, isBare: boolean, isLiteral: boolean, isBalanced: boolean): void {
    const { text } = this;
    const isLine = text.charCodeAt(start) !== SLASH;
    if (isBare) {
      if (this.#isBareTail(start, isLine)) this.raise(PROOF);
    } else if (this.isExposed || this.isContinuation) {
      if (this.score > 0) this.score++;
      else if (this.quote !== 0 && this.hasTopCompare) this.raise(2);
      else if (isLine && this.#isSum(start)) this.raise(2);
      if (isLiteral) this.raise(2);
    }
    if (isLine && this.isWrapped && isBalanced && this.#isShortTail(start + 2)) {
      if (this.hasKnownCall || this.hasString || this.hasVariable || this.score > 0) this.raise(PROOF);
    }
  }

  /** The text ends inside a string that the query's own quote will close. `isCondition`: that string is a condition by itself. */
  weighReopened(isCondition: boolean): void {
    const hasPipe = this.firstOperator === PIPE;
    if (this.hasKnownCall) this.raise(2);
    else if (this.solid > 0 && (hasPipe || this.hasTopCompare)) this.raise(2);
    else if (hasPipe && this.operators > 1) this.raise(2);
    else if (this.#endsInDigits() && (this.hasTopCompare || (this.solid > 0 && this.operators > 1))) this.raise(2);
    else if (isCondition && this.quote === 39 && this.isSpaced) this.raise(2);
  }

  /** `admin'--`, `1)/*`: the comment swallows the rest of the query. */
  #isBareTail(start: number, isLine: boolean): boolean {
    const { text } = this;
    if (!isLine) {
      // Nothing between value and comment, as in no prose; `image/*` is a media range.
      const isTight = start > 0 && text.charCodeAt(start - 1) > 32 && text.charCodeAt(start + 2) !== this.quote;
      return isTight && (this.isExposed || text.endsWith('*/'));
    }
    if (!this.isExposed) return false;
    if (text.charCodeAt(start) !== HASH) return this.#isLogin(start) || this.#isShortTail(start + 2);
    // `Size 5 '#` is prose; a name of one word, a quote and a number sign is not.
    if (this.closed === 0 && (this.quote === 0 || text.lastIndexOf(' ', start - 2) >= 0)) return false;
    return this.#isShortTail(start + 1);
  }

  /** `admin'-- ` and whatever follows: one word, a quote and two dashes with no blank between. `'--flag'` is a program's argument. */
  #isLogin(start: number): boolean {
    const { text } = this;
    if (this.quote !== 39 || text.charCodeAt(start + 2) > 32) return false;
    return /^\w+'$/.test(text.slice(0, start));
  }

  /** Numbers and operators before a comment. Hyphens are what order numbers are made of. */
  #isSum(start: number): boolean {
    if (this.quote !== 0 || this.hasName || this.hasMinus || this.hasComma) return false;
    if (this.closed > 0) return this.text.charCodeAt(start) !== HASH || this.text.charCodeAt(start - 1) > 32;
    return this.#isShortTail(start + 2);
  }

  /** A comment of no more than a word. SQL Server kept statements that end in `sp_password` out of its logs. */
  #isShortTail(from: number): boolean {
    const { text } = this;
    if (text.endsWith('sp_password')) return true;
    const first = text.charCodeAt(from);
    if (first > 32 && (this.quote === 0 || (first !== 45 && first !== 43))) return false;
    if (text.length > from + TAIL_LIMIT) return false;
    const tail = text.slice(from).trim();
    return !tail.includes(' ') && !tail.includes("'") && !tail.includes('"');
  }

  #endsInDigits(): boolean {
    const { text } = this;
    const from = text.lastIndexOf(this.quote === 39 ? "'" : '"') + 1;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== 32 && (code < 48 || code > 57)) return false;
    }
    return from < text.length;
  }
}
