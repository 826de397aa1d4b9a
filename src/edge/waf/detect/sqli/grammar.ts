import { Head, isName, isVerb, StatementHead } from './statement-head.ts';
import { Kind, LETTER_OF } from './token-kind.ts';
import { SqlTokenizer } from './tokenizer.ts';
import { sameLetters } from './word-table.ts';

/** How much a value says: a column's name stands in any prose, a literal compared with a literal in none. */
const NAME = 1;
const CALL = 2;
const LITERAL = 3;

/** What is known of the expression being read: one number, so that a parenthesis can put it aside. Its two low bits: the value on the left. */
const LEFT = 3;
const COMPARING = 4;
const COMPUTING = 8;
const CONDITION = 16;
/** The condition came by `&&` or `||`, which other languages have. */
const SIGNED = 32;
/** The condition has had its comparison. */
const COMPARED = 64;
const IN_SELECT = 128;
const IN_FROM = 256;
const IN_CALL = 512;
const IN_KNOWN_CALL = 1024;
const IN_BRACE = 2048;
const IN_CASE = 4096;
const IN_SORT = 8192;
/** Of what a group inherits. */
const GROUP_MASK = CONDITION | SIGNED;

/** What may come next. */
const Mode = {
  Operand: 0,
  Operator: 1,
  Statement: 2,
  Head: 3,
  Union: 4,
  By: 5,
  Outfile: 6,
  Analyse: 7,
  Alias: 8,
} as const;

/**
 * Parentheses whose outside is remembered. Deeper ones are counted only, so that nesting hides nothing: what is lost is how a
 * comparison outside the 64th went on.
 */
const DEPTH_LIMIT = 64;

/** Tokens that a fingerprint shows: enough to tell attacks apart in a log. */
const FINGERPRINT_LIMIT = 16;

/** What a text must show to be taken for an injection when it breaks out of a string or follows a number, and otherwise. */
const NEEDED = 2;
const NEEDED_MORE = 3;

/**
 * Reads a text as the rest of a SQL sentence that another began, and weighs what only an attacker's rest would hold. Prose, code
 * and names leave the grammar after a few tokens, most at the second. One pass, one bounded stack, no allocation but the answer.
 */
export class SqlGrammar {
  readonly tokens = new SqlTokenizer();
  readonly #head = new StatementHead();
  readonly #stack = new Int32Array(DEPTH_LIMIT);
  readonly #letters = new Uint8Array(FINGERPRINT_LIMIT);
  #letterCount = 0;
  #state = 0;
  #depth = 0;
  #mode: number = Mode.Operand;
  /** The evidence so far, and how much is needed; 0 until the first value is read. */
  #score = 0;
  #needed = 0;
  #previous: number = Kind.End;
  #quote = 0;
  /** The quote of the string read last. */
  #lastQuote = 0;
  #operators = 0;
  /** Values that are no strings. */
  #solid = 0;
  /** The character of the first operator. */
  #firstOperator = 0;
  /** Parentheses closed that the text did not open. */
  #closed = 0;
  #hasComment = false;
  #hasTopCompare = false;
  #hasCall = false;
  #isAliased = false;
  /** Whether the last `AND` or `OR` stands apart from quotes. */
  #isSpaced = false;
  #verb: number = Kind.End;
  #isFirstVerb = false;
  /** Whether a name stands for a value, and whether the first value is one. */
  #hasName = false;
  #hasMinus = false;
  #hasString = false;
  #hasVariable = false;
  /** Whether the text begins with a parenthesis. */
  #isWrapped = false;
  #hasComma = false;
  /** Whether the text begins as the continuation of a query, with `OR` or `UNION`. */
  #isContinuation = false;
  /** Whether the SELECT being read can be no prose, by where it stands. */
  #isSureSelect = false;

  /** The fingerprint of the injection that the text is, when it begins inside `quote` (0: in no string), or null. */
  judge(text: string, quote: number, isMySql: boolean): string | null {
    this.tokens.begin(text, quote, isMySql);
    this.#letterCount = 0;
    this.#state = 0;
    this.#depth = 0;
    this.#mode = Mode.Operand;
    this.#score = 0;
    this.#needed = 0;
    this.#previous = Kind.End;
    this.#quote = quote;
    this.#operators = 0;
    this.#solid = 0;
    this.#firstOperator = 0;
    this.#closed = 0;
    this.#hasComment = false;
    this.#hasTopCompare = false;
    this.#hasCall = false;
    this.#isAliased = false;
    this.#isSpaced = false;
    this.#hasName = false;
    this.#hasMinus = false;
    this.#hasString = false;
    this.#hasVariable = false;
    this.#isWrapped = false;
    this.#hasComma = false;
    this.#isContinuation = false;
    this.#isSureSelect = false;
    if (quote !== 0) {
      if (this.tokens.kind !== Kind.String) return null;
      this.#needed = NEEDED;
      this.#note(Kind.String);
      this.#previous = Kind.String;
      this.#state = LITERAL;
      this.#mode = Mode.Operator;
    }
    return this.#run() ? String.fromCharCode(...this.#letters.subarray(0, this.#letterCount)) : null;
  }

  #run(): boolean {
    const { tokens } = this;
    for (;;) {
      const kind = tokens.next();
      if (kind === Kind.End) return this.#atEnd();
      this.#note(kind);
      if (kind === Kind.Comment || kind === Kind.OddComment) {
        if (this.#isRestBlank()) return this.#atComment(kind);
        this.#hasComment = true;
        if (kind === Kind.OddComment && this.#needed === NEEDED) this.#raise(3);
        continue;
      }
      if (!this.#take(kind)) return (this.#needed === NEEDED || this.#isContinuation) && this.#score >= 3;
      this.#previous = tokens.kind;
    }
  }

  #note(kind: number): void {
    if (this.#letterCount < FINGERPRINT_LIMIT) this.#letters[this.#letterCount++] = LETTER_OF.charCodeAt(kind);
  }

  #raise(score: number): void {
    if (score > this.#score) this.#score = score;
  }

  /** False when the token has no place here. */
  #take(kind: number): boolean {
    switch (this.#mode) {
      case Mode.Operand:
        return this.#operand(kind);
      case Mode.Operator:
        return this.#operator(kind);
      case Mode.Statement:
        return this.#statement(kind);
      case Mode.Head:
        return this.#inHead(kind);
      case Mode.Union:
        return this.#afterUnion(kind);
      case Mode.By:
        this.#mode = Mode.Operand;
        return kind === Kind.By;
      case Mode.Outfile:
        if (kind === Kind.Outfile) this.#raise(3);
        this.#mode = Mode.Operand;
        return kind === Kind.Outfile;
      case Mode.Analyse:
        this.#mode = Mode.Operator;
        if (kind === Kind.Analyse) this.#raise(3);
        return kind === Kind.Analyse;
      default:
        this.#mode = Mode.Operator;
        return isName(kind) || kind === Kind.String;
    }
  }

  // Where a value is expected

  #operand(kind: number): boolean {
    const isFirst = this.#previous === Kind.End;
    switch (kind) {
      case Kind.Number:
      case Kind.Variable:
      case Kind.Constant:
        this.#need(
          kind === Kind.Variable && this.tokens.text.charCodeAt(this.tokens.start + 1) !== 64 ? NEEDED_MORE : NEEDED,
        );
        if ((this.#state & IN_SORT) !== 0) this.#raise(2);
        if (kind === Kind.Variable) this.#hasVariable = true;
        this.#solid++;
        return this.#value(LITERAL);
      case Kind.String:
      case Kind.OpenString:
        this.#need(NEEDED_MORE);
        this.#hasString = true;
        this.#lastQuote = this.tokens.text.charCodeAt(this.tokens.start);
        return this.#value(LITERAL);
      case Kind.Star:
        if (this.#previous !== Kind.Open && (this.#state & IN_SELECT) === 0) return false;
        return this.#value(LITERAL);
      case Kind.Open:
        if (isFirst) this.#isWrapped = true;
        return this.#push(this.#state & GROUP_MASK);
      case Kind.Close:
        return this.#closeEarly();
      case Kind.Select:
        if (!isFirst && this.#previous !== Kind.Open && (this.#needed !== NEEDED || this.#previous !== Kind.Logic))
          return false;
        return this.#select(isFirst ? false : this.#needed === NEEDED || (this.#state & CONDITION) !== 0);
      case Kind.Sign:
      case Kind.Not:
      case Kind.Quantifier:
      case Kind.Prefix:
        return true;
      case Kind.Case:
        this.#state |= IN_CASE;
        return true;
      case Kind.When:
        this.#state |= CONDITION;
        return (this.#state & IN_CASE) !== 0;
      case Kind.OpenBrace:
        return this.#push(IN_BRACE);
      case Kind.Compare: // LIKE(..), SOUNDS LIKE
        if (this.tokens.isCall()) return this.#word(kind, isFirst);
        return this.#previous === Kind.Compare && this.tokens.text.charCodeAt(this.tokens.start) > 64;
      case Kind.Dot:
        return this.#previous === Kind.Name || (this.#state & (IN_SELECT | IN_BRACE)) !== 0;
      case Kind.Backslash:
        this.#solid++;
        return this.#quote !== 0 && this.#value(LITERAL);
      case Kind.Semicolon:
        this.#mode = Mode.Statement;
        this.#need(NEEDED);
        return isFirst;
      default:
        return this.#word(kind, isFirst);
    }
  }

  #word(kind: number, isFirst: boolean): boolean {
    if (this.tokens.isCall() && isCallable(kind)) return this.#call(kind);
    if (isFirst && isVerb(kind)) return this.#begin(kind);
    if (isFirst && kind === Kind.If) return this.#if();
    if (isFirst && kind === Kind.EndCase) {
      this.#need(NEEDED_MORE);
      return this.#value(NAME);
    }
    if (isFirst && isContinuation(kind)) {
      this.#need(NEEDED_MORE);
      this.#isContinuation = true;
      return this.#operator(kind);
    }
    if (!isName(kind) && kind !== Kind.ProbeFunction && !(kind >= Kind.Keyword && kind !== Kind.If)) return false;
    this.#need(NEEDED_MORE);
    this.#solid++;
    this.#hasName = true;
    if ((this.#state & IN_FROM) !== 0 && isCatalog(this.tokens.text, this.tokens.start))
      this.#score = Math.max(3, this.#score);
    return this.#value(NAME);
  }

  #call(kind: number): boolean {
    this.#need(NEEDED_MORE);
    this.#solid++;
    const isKnown = kind !== Kind.Name;
    if (isKnown) this.#hasCall = true;
    if (kind === Kind.ProbeFunction) this.#raise(3);
    if ((this.#state & (IN_SELECT | IN_FROM)) === IN_SELECT && (isKnown || this.#isSureSelect)) {
      this.#raise(3);
      if (kind === Kind.ProbeFunction) this.#needed = NEEDED;
    }
    if (isKnown && (this.#state & IN_SORT) !== 0) this.#raise(2);
    this.tokens.next();
    this.#note(Kind.Open);
    return this.#push(isKnown ? IN_CALL | IN_KNOWN_CALL | CONDITION : IN_CALL);
  }

  #need(needed: number): void {
    if (this.#needed === 0) this.#needed = needed;
  }

  #push(state: number): boolean {
    this.#stack[Math.min(this.#depth++, DEPTH_LIMIT - 1)] = this.#state;
    this.#state = state;
    this.#mode = Mode.Operand;
    return true;
  }

  #pop(): void {
    const inner = this.#state;
    this.#depth--;
    this.#state = this.#depth < DEPTH_LIMIT ? this.#stack[this.#depth]! : 0;
    if ((inner & (IN_SELECT | IN_KNOWN_CALL)) !== 0) this.#value(CALL);
    else if ((inner & (IN_CALL | IN_BRACE)) !== 0) this.#value(NAME);
    else this.#value(inner & LEFT || NAME);
  }

  /** `)` where a value should be: right in `f()`, and where a text begins by closing what the query opened. */
  #closeEarly(): boolean {
    if (this.#previous === Kind.Open && this.#depth > 0) {
      this.#pop();
      return true;
    }
    if (this.#solid > 0 || this.#depth > 0) return false;
    this.#need(NEEDED);
    this.#closed++;
    this.#mode = Mode.Operator;
    return true;
  }

  #value(strength: number): boolean {
    this.#mode = Mode.Operator;
    this.#isAliased = false;
    let state = this.#state;
    const left = state & LEFT;
    if ((state & COMPARING) !== 0) {
      if ((state & CONDITION) !== 0) {
        this.#compared(left, strength);
        state |= COMPARED;
      } else if (this.#depth === 0 && left === LITERAL && strength >= CALL) {
        this.#hasTopCompare = true;
      }
    }
    if ((state & IN_SELECT) !== 0 && (state & IN_FROM) === 0 && strength >= CALL)
      this.#raise(this.#isSureSelect || strength === CALL ? 3 : 2);
    const now = (state & COMPUTING) !== 0 && left !== 0 ? Math.min(left, strength) : strength;
    this.#state = (state & ~(LEFT | COMPARING | COMPUTING)) | now;
    return true;
  }

  #compared(left: number, right: number): void {
    const isForeign = (this.#state & SIGNED) !== 0 && this.#quote === 0;
    if (left === LITERAL && right === LITERAL) this.#raise(3);
    else if (isForeign) this.#raise(left + right > 3 ? 2 : left + right - 2);
    else this.#raise(left + right >= 5 ? 3 : left + right === 2 ? 1 : 2);
  }

  // Where an operator is expected

  #operator(kind: number): boolean {
    switch (kind) {
      case Kind.Sign:
        if (this.tokens.text.charCodeAt(this.tokens.start) === 45) this.#hasMinus = true;
        this.#state |= COMPUTING;
        return this.#wantOperand();
      case Kind.Star:
      case Kind.Arithmetic:
        this.#state |= COMPUTING;
        return this.#wantOperand();
      case Kind.Assign:
        return this.#wantOperand();
      case Kind.Compare:
      case Kind.In:
        this.#state |= COMPARING;
        return this.#wantOperand();
      case Kind.Not:
        return this.tokens.text.charCodeAt(this.tokens.start) !== 33;
      case Kind.Cast:
        this.#mode = Mode.Alias;
        return true;
      case Kind.Logic:
      case Kind.LogicSign:
        return this.#logic(kind);
      case Kind.Comma:
        this.#hasComma = true;
        this.#state &= ~(LEFT | COMPARING | COMPUTING | COMPARED | (this.#depth === 0 ? CONDITION : 0));
        return this.#wantOperand();
      case Kind.Close:
        return this.#close();
      case Kind.CloseBrace:
        if ((this.#state & IN_BRACE) === 0) return false;
        this.#pop();
        return true;
      case Kind.Semicolon:
        this.#endCondition();
        this.#depth = 0;
        this.#state = 0;
        this.#mode = Mode.Statement;
        return true;
      case Kind.Dot:
      case Kind.Colon:
        this.#mode = Mode.Operand;
        return this.#previous === Kind.Name && (kind === Kind.Dot || (this.#state & IN_FROM) !== 0);
      default:
        return kind >= Kind.Select ? this.#clause(kind) : this.#juxtaposed(kind);
    }
  }

  #wantOperand(): boolean {
    if (this.#operators++ === 0) this.#firstOperator = this.tokens.text.charCodeAt(this.tokens.start);
    this.#mode = Mode.Operand;
    return true;
  }

  #logic(kind: number): boolean {
    this.#endCondition();
    this.#isSpaced = this.#isApart();
    if (this.#closed > 0) this.#needed = NEEDED;
    const isSigned = kind === Kind.LogicSign && (this.#state & (CONDITION | SIGNED)) !== CONDITION;
    this.#state =
      (this.#state & ~(LEFT | COMPARING | COMPUTING | COMPARED | SIGNED)) | CONDITION | (isSigned ? SIGNED : 0);
    return this.#wantOperand();
  }

  /** A condition that compares nothing is one all the same when it calls a function. */
  #endCondition(): void {
    if ((this.#state & (CONDITION | COMPARED)) !== CONDITION) return;
    const left = this.#state & LEFT;
    if (left === CALL) this.#raise(2);
    else if (left === LITERAL && this.#hasTopCompare) this.#raise(2);
  }

  #close(): boolean {
    if (this.#depth > 0) {
      this.#endCondition();
      this.#pop();
      return true;
    }
    this.#closed++;
    return true;
  }

  /** A value right after a value. */
  #juxtaposed(kind: number): boolean {
    const state = this.#state;
    if (this.#previous === Kind.Type || this.#previous === Kind.Backslash) return this.#operand(kind);
    if (kind === Kind.Backslash) return this.#previous === Kind.Backslash;
    // A `+` between them was a blank on the wire.
    if (kind === Kind.Open) return this.#needed === NEEDED && this.#isApart() && this.#push(0);
    if (this.tokens.isCall() && kind !== Kind.Name && isCallable(kind)) {
      return (this.#quote !== 0 || this.#previous === Kind.Close) && this.#isApart() && this.#call(kind);
    }
    if (
      kind === Kind.Name &&
      this.#previous === Kind.Number &&
      !this.#hasName &&
      this.#operators === 0 &&
      this.#isAdjacent()
    ) {
      this.#hasName = true;
      this.#needed = NEEDED_MORE;
      return true;
    }
    if (
      kind === Kind.Number &&
      this.#previous === Kind.Number &&
      ((state & (CONDITION | SIGNED)) === CONDITION || this.#depth > 0)
    )
      return true;
    if (kind === Kind.String || kind === Kind.OpenString) {
      this.#lastQuote = this.tokens.text.charCodeAt(this.tokens.start);
      if (this.#previous === Kind.String && (this.#operators > 0 || (this.#quote !== 0 && this.#isApart())))
        return true;
      if (
        kind === Kind.OpenString &&
        (this.#quote !== 0 || this.#score >= 3) &&
        this.#hasCall &&
        this.#previous === Kind.Close
      )
        return this.#value(LITERAL);
    }
    if ((state & IN_BRACE) !== 0) return this.#operand(kind);
    if (!isName(kind) || this.#isAliased) return false;
    if ((state & IN_FROM) === 0 && !((state & IN_SELECT) !== 0 && this.#isSureSelect)) return false;
    this.#isAliased = true;
    return true;
  }

  #clause(kind: number): boolean {
    const inQuery = (this.#state & (IN_SELECT | IN_FROM)) !== 0;
    switch (kind) {
      case Kind.Union:
        this.#endCondition();
        this.#mode = Mode.Union;
        return true;
      case Kind.Select:
        if (this.#score >= 3) this.#needed = NEEDED;
        return this.#needed === NEEDED && this.#isApart() && this.#select(false);
      case Kind.From:
        if ((this.#state & IN_SELECT) !== 0) this.#score = Math.max(this.#score + 1, this.#isSureSelect ? 3 : 0);
        this.#state |= IN_FROM;
        this.#mode = Mode.Operand;
        return true;
      case Kind.Where:
      case Kind.Having:
        this.#state =
          (this.#state & ~(LEFT | COMPARING | COMPUTING | COMPARED | SIGNED | IN_FROM | IN_SELECT)) | CONDITION;
        return this.#wantOperand();
      case Kind.Join:
        this.#state |= CONDITION;
        this.#mode = Mode.Operand;
        return (this.#state & IN_FROM) !== 0;
      case Kind.As:
        if ((this.#state & IN_KNOWN_CALL) !== 0 && (this.#state & LEFT) === LITERAL) this.#raise(3);
        this.#mode = Mode.Alias;
        return true;
      case Kind.Sort:
        this.#endCondition();
        this.#mode = Mode.By;
        if (this.tokens.kind === Kind.Sort) this.#raise(1);
        this.#state = (this.#state & ~(CONDITION | COMPARING | IN_FROM | IN_SELECT)) | IN_SORT;
        this.#operators++;
        return true;
      case Kind.Limit:
        this.#raise((this.#state & IN_FROM) !== 0 ? this.#score + 2 : 1);
        this.#operators++;
        this.#mode = Mode.Operand;
        return true;
      case Kind.Into:
        this.#mode = Mode.Outfile;
        return true;
      case Kind.Procedure:
        this.#mode = Mode.Analyse;
        return true;
      case Kind.Collate:
        this.#mode = Mode.Alias;
        return true;
      case Kind.When:
        this.#state |= CONDITION;
        this.#mode = Mode.Operand;
        return (this.#state & IN_CASE) !== 0;
      case Kind.EndCase:
        if ((this.#state & IN_CASE) === 0) return false;
        this.#state &= ~IN_CASE;
        return this.#value(CALL);
      default:
        if (kind === Kind.If && !this.tokens.isCall()) return this.#needed === NEEDED && this.#isApart() && this.#if();
        if (isVerb(kind)) {
          if (this.#needed !== NEEDED && this.#score < 3) return false;
          return (this.#isApart() || isProgram(kind)) && this.#begin(kind);
        }
        if (inQuery && isName(kind)) return this.#juxtaposed(kind);
        return kind === Kind.If && this.tokens.isCall()
          ? this.#juxtaposed(kind)
          : kind === Kind.Keyword && this.#score > 0;
    }
  }

  #select(isSure: boolean): boolean {
    this.#isSureSelect = isSure;
    this.#need(NEEDED_MORE);
    this.#state = (this.#state & ~(LEFT | COMPARING | COMPUTING)) | IN_SELECT;
    this.#mode = Mode.Operand;
    return true;
  }

  // Statements

  #afterUnion(kind: number): boolean {
    if (kind === Kind.Quantifier) return true;
    if (kind === Kind.Open) {
      this.#push(0);
      this.#mode = Mode.Union;
      return true;
    }
    if (kind === Kind.Values) this.#raise(3);
    this.#state = 0;
    return kind === Kind.Values || (kind === Kind.Select && this.#select(true));
  }

  #statement(kind: number): boolean {
    if (kind === Kind.Open) return this.#push(0);
    if (kind === Kind.Select) return this.#select(this.#needed === NEEDED);
    if (kind === Kind.If && !this.tokens.isCall()) return this.#if();
    if (this.tokens.isCall() && kind !== Kind.Name && isCallable(kind)) return this.#call(kind);
    return kind === Kind.Semicolon || (isVerb(kind) && this.#begin(kind));
  }

  #if(): boolean {
    this.#need(NEEDED_MORE);
    this.#state = CONDITION;
    this.#mode = Mode.Operand;
    return true;
  }

  /** Whether a blank, a comment or a parenthesis stands before the token: inside the quotes of an honest program SQL begins at once. */
  #isApart(): boolean {
    const { text, start } = this.tokens;
    return start > 0 && !isQuote(text.charCodeAt(start - 1));
  }

  /** Whether nothing stands before the token: `1a` is one word. */
  #isAdjacent(): boolean {
    const { text, start } = this.tokens;
    return start > 0 && text.charCodeAt(start - 1) > 32 && text.charCodeAt(start - 1) !== 47;
  }

  #begin(verb: number): boolean {
    this.#need(NEEDED_MORE);
    this.#head.begin(verb);
    this.#verb = verb;
    this.#isFirstVerb = this.#previous === Kind.End;
    this.#mode = Mode.Head;
    return true;
  }

  #inHead(kind: number): boolean {
    const head = this.#head.next(kind, this.tokens.text, this.tokens.start);
    if (head === Head.Certain) {
      const isWhole = this.#needed !== NEEDED && this.#isFirstVerb && !isProgram(this.#verb);
      this.#raise(isWhole ? 2 : 3);
      if (!isWhole) this.#needed = NEEDED;
      this.#mode = Mode.Operator;
    } else if (head === Head.Expression) {
      this.#raise(this.#needed === NEEDED ? 2 : 1);
      this.#mode = Mode.Operator;
      this.#state = IN_FROM;
    }
    return head !== Head.Wrong;
  }

  // Where the text ends

  #isRestBlank(): boolean {
    const { text } = this.tokens;
    for (let at = this.tokens.end; at < text.length; at++) if (text.charCodeAt(at) > 32) return false;
    return true;
  }

  #atComment(kind: number): boolean {
    this.#hasComment = true;
    const { text, start } = this.tokens;
    const isLine = text.charCodeAt(start) !== 47;
    if (kind === Kind.OddComment && this.#needed === NEEDED) this.#raise(3);
    if (this.#operators === 0 && this.#mode === Mode.Operator && this.#score === 0) {
      if (this.#isBareTail(isLine)) this.#raise(3);
    } else if (this.#needed === NEEDED || this.#isContinuation) {
      if (this.#score > 0) this.#score++;
      else if (this.#quote !== 0 && this.#hasTopCompare) this.#raise(2);
      else if (this.#quote === 0 && isLine && !this.#hasName && !this.#hasMinus && !this.#hasComma && this.#isNumeric())
        this.#raise(2);
      if ((this.#state & (CONDITION | COMPARED)) === CONDITION && (this.#state & LEFT) === LITERAL) this.#raise(2);
    }
    if (isLine && this.#isWrapped && this.#depth === 0 && this.#isShortTail(start + 2)) {
      if (this.#hasCall || this.#hasString || this.#hasVariable || this.#score > 0) this.#raise(3);
    }
    return this.#atEnd();
  }

  /** A value, perhaps parentheses, and a comment that swallows the rest of the query: `admin'--`, `1)/*`. */
  #isBareTail(isLine: boolean): boolean {
    const { text, start } = this.tokens;
    if (!isLine) {
      // Nothing between value and comment, as in no prose; `image/*` is a media range.
      const isTight = start > 0 && text.charCodeAt(start - 1) > 32;
      return isTight && (this.#needed === NEEDED || text.endsWith('*/'));
    }
    if (this.#needed !== NEEDED) return false;
    if (text.charCodeAt(start) !== 35) return this.#isShortTail(start + 2);
    // `Size 5 '#` is prose; a name of one word, a quote and a number sign is not.
    if (this.#closed === 0 && (this.#quote === 0 || text.lastIndexOf(' ', start - 2) >= 0)) return false;
    return this.#isShortTail(start + 1);
  }

  /** A comment of no more than a word: what follows a dash in prose is longer. */
  #isShortTail(from: number): boolean {
    const { text } = this.tokens;
    if (text.endsWith('sp_password')) return true;
    const first = text.charCodeAt(from);
    if (first > 32 && (this.#quote === 0 || (first !== 45 && first !== 43))) return false;
    const tail = text.slice(from, from + 20).trim();
    return text.length <= from + 20 && !tail.includes(' ') && !tail.includes("'") && !tail.includes('"');
  }

  #isNumeric(): boolean {
    return this.#closed > 0 || this.#isShortTail(this.tokens.start + 2);
  }

  #atEnd(): boolean {
    if (this.#mode === Mode.Head) {
      const head = this.#head.atEnd();
      if (head !== Head.Wrong && (this.#needed === NEEDED || this.#hasComment)) this.#raise(head);
    } else if (this.#mode === Mode.Union) {
      if (this.#hasComment && this.#needed === NEEDED) this.#raise(2);
    } else if ((this.#state & IN_SELECT) !== 0 && this.#isSureSelect && this.#needed === NEEDED) {
      this.#raise(3);
    }
    this.#endCondition();
    const isReopened = this.#quote !== 0 && this.#isReopened();
    while (this.#depth > 0 && this.#mode === Mode.Operator) this.#pop();
    if (isReopened) this.#reopened();
    return this.#needed !== 0 && this.#score >= this.#needed;
  }

  /** Whether the text ends inside a string that the query's own quote will close. */
  #isReopened(): boolean {
    return this.#previous === Kind.OpenString && this.#mode === Mode.Operator && this.#lastQuote === this.#quote;
  }

  #reopened(): void {
    if (this.#hasCall) this.#raise(2);
    else if (this.#solid > 0 && (this.#firstOperator === 124 || this.#hasTopCompare)) this.#raise(2);
    else if (this.#firstOperator === 124 && this.#operators > 1) this.#raise(2);
    else if (this.#endsInDigits() && (this.#hasTopCompare || (this.#solid > 0 && this.#operators > 1))) this.#raise(2);
    else if ((this.#state & (CONDITION | COMPARED)) === CONDITION && this.#quote === 39 && this.#isSpaced)
      this.#raise(2);
  }

  /** Whether the string left open holds digits only. */
  #endsInDigits(): boolean {
    const { text } = this.tokens;
    const from = text.lastIndexOf(this.#quote === 39 ? "'" : '"') + 1;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== 32 && (code < 48 || code > 57)) return false;
    }
    return from < text.length;
  }
}

/** Verbs of programs, which no program keeps in a string. */
function isProgram(kind: number): boolean {
  return kind === Kind.Execute || kind === Kind.Declare || kind === Kind.Waitfor || kind === Kind.Statement;
}

/** Tables that every database has, by how their names begin. */
const CATALOGS = [
  'information_schema',
  'sysibm.',
  'syscat.',
  'sysmaster',
  'sysusers',
  'sysobjects',
  'syscolumns',
  'sysdatabases',
  'sys.',
  'mysql.',
  'pg_',
  'all_tab',
  'all_users',
  'dba_',
  'rdb$',
  'sqlite_',
  'msys',
  'v$',
  'master..',
  'dual',
];

function isCatalog(text: string, start: number): boolean {
  return CATALOGS.some((name) => sameLetters(text, start, name));
}

function isQuote(code: number): boolean {
  return code === 39 || code === 34 || code === 96;
}

/** Words that go on with a query that the text did not begin. */
function isContinuation(kind: number): boolean {
  return (
    kind === Kind.Logic ||
    kind === Kind.LogicSign ||
    kind === Kind.Union ||
    kind === Kind.Where ||
    kind === Kind.Having ||
    kind === Kind.Sort ||
    kind === Kind.Limit ||
    kind === Kind.Into ||
    kind === Kind.Procedure
  );
}

/** Words that are functions when a parenthesis follows: `IF(`, `REPLACE(`, `DATABASE(`, `CHAR(`. */
function isCallable(kind: number): boolean {
  return (
    isName(kind) ||
    kind === Kind.ProbeFunction ||
    kind === Kind.If ||
    kind === Kind.Insert ||
    kind === Kind.Constant ||
    kind === Kind.Compare
  );
}
