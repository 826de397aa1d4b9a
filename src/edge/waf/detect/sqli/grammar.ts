import { afterClause } from './clause.ts';
import { Evidence, NEEDED, NEEDED_MORE, PROOF, Strength, UNREACHABLE } from './evidence.ts';
import { Expression, Flag } from './expression.ts';
import { Mode } from './mode.ts';
import { Head, StatementHead } from './statement-head.ts';
import { Kind, LETTER_OF } from './token-kind.ts';
import { SqlTokenizer } from './tokenizer.ts';
import { isCallable, isCatalog, isContinuation, isName, isProgramVerb, isText, isVerb } from './word-class.ts';

/** Tokens that a fingerprint shows: enough to tell attacks apart in a log. */
const FINGERPRINT_LIMIT = 16;

/**
 * Reads a text as the rest of a SQL sentence that another began, and collects the evidence that only an attacker's rest would
 * hold. Prose, code and names leave the grammar after a few tokens, most at the second. One pass, no allocation but the answer;
 * of the tokens read only the fingerprint is kept, so that no number of them is too many.
 */
export class SqlGrammar {
  readonly #tokens = new SqlTokenizer();
  readonly #evidence = new Evidence();
  readonly #expression = new Expression(this.#evidence);
  readonly #head = new StatementHead();
  readonly #letters = new Uint8Array(FINGERPRINT_LIMIT);
  #letterCount = 0;
  #mode: number = Mode.Operand;
  #previous: number = Kind.End;
  #isAliased = false;

  /** Whether the last text has another reading with MySQL's comments. */
  get isAmbiguous(): boolean {
    return this.#tokens.isAmbiguous;
  }

  /** The fingerprint of the injection that the text is, when it begins inside `quote` (0: in no string), or null. */
  judge(text: string, quote: number, isMySql: boolean): string | null {
    this.#tokens.begin(text, quote, isMySql);
    this.#evidence.begin(text, quote);
    this.#expression.begin(quote === 0 ? 0 : Strength.Literal);
    this.#letterCount = 0;
    this.#mode = quote === 0 ? Mode.Operand : Mode.Operator;
    this.#previous = this.#tokens.kind;
    this.#isAliased = false;
    if (quote !== 0) {
      if (this.#previous !== Kind.String) return null;
      this.#note(Kind.String);
    }
    return this.#run() ? String.fromCharCode(...this.#letters.subarray(0, this.#letterCount)) : null;
  }

  #run(): boolean {
    const tokens = this.#tokens;
    for (;;) {
      const kind = tokens.next();
      if (kind === Kind.End) return this.#atEnd();
      this.#note(kind);
      if (kind === Kind.Comment || kind === Kind.OddComment) {
        this.#evidence.hasComment = true;
        if (kind === Kind.OddComment) this.#oddComment();
        if (tokens.isRestBlank()) return this.#atComment();
        continue;
      }
      if (!this.#take(kind)) return this.#evidence.isProven;
      // Nothing that follows takes proof back.
      if (this.#evidence.isProven) return true;
      this.#previous = tokens.kind;
    }
  }

  #note(kind: number): void {
    if (this.#letterCount < FINGERPRINT_LIMIT) this.#letters[this.#letterCount++] = LETTER_OF.charCodeAt(kind);
  }

  /** Two databases read it in two ways: an attack where SQL is written, and where a path stands before it, perhaps its beginning. */
  #oddComment(): void {
    this.#evidence.hasOddComment = true;
    // In a string of paths, `/*` is a pattern.
    const isPattern = this.#evidence.quote !== 0 && this.#tokens.text.charCodeAt(this.#tokens.start + 2) !== 33;
    if (this.#evidence.isExposed && !isPattern) this.#evidence.raise(PROOF);
    else if (this.#mode === Mode.Operator && this.#evidence.score === 0) {
      this.#evidence.needed = 0;
      this.#expression.begin(0);
      this.#mode = Mode.Operand;
    }
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
        return this.#expect(kind === Kind.By, Mode.Operand);
      case Mode.Outfile:
        if (kind === Kind.Outfile) this.#evidence.raise(PROOF);
        return this.#expect(kind === Kind.Outfile, Mode.Operand);
      case Mode.Analyse:
        if (kind === Kind.Analyse) this.#evidence.raise(PROOF);
        return this.#expect(kind === Kind.Analyse, Mode.Operator);
      default:
        return this.#expect(isName(kind) || kind === Kind.String, Mode.Operator);
    }
  }

  /** Goes on in a mode when the token is right. */
  #expect(isRight: boolean, mode: number): boolean {
    this.#mode = mode;
    return isRight;
  }

  // Where a value is expected

  #operand(kind: number): boolean {
    const isFirst = this.#previous === Kind.End;
    switch (kind) {
      case Kind.Number:
      case Kind.Variable:
      case Kind.Constant:
        return kind === Kind.Constant && this.#tokens.isCall() ? this.#call(kind) : this.#literal(kind);
      case Kind.String:
      case Kind.OpenString:
        this.#evidence.need(NEEDED_MORE);
        this.#evidence.hasString = true;
        this.#evidence.lastQuote = this.#tokens.first;
        return this.#value(Strength.Literal);
      case Kind.Star:
        return (this.#previous === Kind.Open || this.#expression.has(Flag.Select)) && this.#value(Strength.Literal);
      case Kind.Open:
        if (isFirst) this.#evidence.isWrapped = true;
        return this.#open(this.#expression.flags & (Flag.Condition | Flag.Signed));
      case Kind.Close:
        return this.#closeEarly();
      case Kind.Select:
        return this.#selectHere(isFirst);
      case Kind.Sign:
      case Kind.Not:
      case Kind.Quantifier:
      case Kind.Prefix:
        return true;
      case Kind.Case:
        this.#expression.flags |= Flag.Case;
        return true;
      case Kind.When:
        this.#expression.flags |= Flag.Condition;
        return this.#expression.has(Flag.Case);
      case Kind.Arithmetic:
        // A path: no value of a query, unless a comment cuts it off.
        this.#evidence.need(UNREACHABLE);
        return isFirst && this.#tokens.first === 47;
      case Kind.OpenBrace:
        return this.#open(Flag.Brace);
      case Kind.Compare:
        if (this.#tokens.isCall()) return this.#word(kind, isFirst);
        // SOUNDS LIKE
        return this.#previous === Kind.Compare && this.#tokens.first > 64;
      case Kind.Dot:
        return this.#previous === Kind.Name || this.#expression.has(Flag.Select | Flag.Brace);
      case Kind.Backslash:
        this.#evidence.solid++;
        return this.#evidence.quote !== 0 && this.#value(Strength.Literal);
      case Kind.Semicolon:
        this.#evidence.need(NEEDED);
        return this.#expect(isFirst, Mode.Statement);
      default:
        return this.#word(kind, isFirst);
    }
  }

  #literal(kind: number): boolean {
    const evidence = this.#evidence;
    if (kind === Kind.Variable) {
      // `@@version` is the server's; `@name` is anybody's.
      evidence.need(this.#tokens.second === 64 ? NEEDED : NEEDED_MORE);
      evidence.hasVariable = true;
    }
    evidence.need(NEEDED);
    if (this.#expression.has(Flag.Sort)) evidence.raise(2);
    evidence.solid++;
    return this.#value(Strength.Literal);
  }

  #word(kind: number, isFirst: boolean): boolean {
    if (this.#tokens.isCall() && isCallable(kind)) return this.#call(kind);
    if (isFirst && isVerb(kind)) return this.#begin(kind);
    if (isFirst && kind === Kind.If) return this.#if();
    if (isFirst && isContinuation(kind)) {
      this.#evidence.need(NEEDED_MORE);
      this.#evidence.isContinuation = true;
      return this.#operator(kind);
    }
    const isWord = isName(kind) || kind === Kind.ProbeFunction || (kind >= Kind.Keyword && kind !== Kind.If);
    if (!isWord && !(isFirst && kind === Kind.EndCase)) return false;
    this.#evidence.need(NEEDED_MORE);
    this.#evidence.solid++;
    this.#evidence.hasName = true;
    if (this.#expression.has(Flag.From) && isCatalog(this.#tokens.text, this.#tokens.start))
      this.#evidence.raise(PROOF);
    return this.#value(Strength.Name);
  }

  #call(kind: number): boolean {
    const evidence = this.#evidence;
    const isKnown = kind !== Kind.Name;
    const isProbe = kind === Kind.ProbeFunction;
    evidence.need(NEEDED_MORE);
    evidence.solid++;
    if (isKnown) evidence.hasKnownCall = true;
    if (isProbe) evidence.raise(PROOF);
    if (this.#expression.has(Flag.Select) && !this.#expression.has(Flag.From)) {
      if (isKnown || this.#expression.isSureSelect) evidence.raise(PROOF);
      if (isProbe) evidence.needed = NEEDED;
    }
    if (isKnown && this.#expression.has(Flag.Sort)) evidence.raise(2);
    this.#tokens.next();
    this.#note(Kind.Open);
    return this.#open(isKnown ? Flag.Call | Flag.KnownCall | Flag.Condition : Flag.Call);
  }

  #open(flags: number): boolean {
    this.#expression.open(flags);
    this.#mode = Mode.Operand;
    return true;
  }

  #close(): boolean {
    this.#expression.close();
    this.#mode = Mode.Operator;
    return true;
  }

  /** `)` where a value should be: right in `f()`, and where a text begins by closing what the query opened. */
  #closeEarly(): boolean {
    const evidence = this.#evidence;
    if (this.#previous === Kind.Open && this.#expression.depth > 0) return this.#close();
    if (evidence.solid > 0 || this.#expression.depth > 0) return false;
    evidence.need(NEEDED);
    evidence.closed++;
    return this.#expect(true, Mode.Operator);
  }

  #value(strength: number): boolean {
    this.#expression.value(strength);
    this.#isAliased = false;
    this.#mode = Mode.Operator;
    return true;
  }

  #selectHere(isFirst: boolean): boolean {
    const { isExposed } = this.#evidence;
    if (isFirst) return this.#select(false);
    if (this.#previous !== Kind.Open && !(isExposed && this.#previous === Kind.Logic)) return false;
    return this.#select(isExposed || this.#expression.has(Flag.Condition));
  }

  #select(isSure: boolean): boolean {
    this.#expression.select(isSure);
    return this.#expect(true, Mode.Operand);
  }

  // Where an operator is expected

  #operator(kind: number): boolean {
    const expression = this.#expression;
    switch (kind) {
      case Kind.Sign:
        if (this.#tokens.first === 45) this.#evidence.hasMinus = true;
        return this.#binary(Flag.Computing);
      case Kind.Star:
      case Kind.Arithmetic:
        return this.#binary(Flag.Computing);
      case Kind.Assign:
        return this.#binary(0);
      case Kind.Compare:
      case Kind.In:
        return this.#binary(Flag.Comparing);
      case Kind.Not:
        return this.#tokens.first !== 33;
      case Kind.Cast:
        return this.#expect(true, Mode.Alias);
      case Kind.Logic:
      case Kind.LogicSign:
        expression.endCondition();
        this.#evidence.isSpaced = this.#isApart();
        if (this.#evidence.closed > 0) this.#evidence.needed = NEEDED;
        expression.condition(
          kind === Kind.LogicSign && (!expression.has(Flag.Condition) || expression.has(Flag.Signed)),
        );
        return this.#binary(0);
      case Kind.Comma:
        this.#evidence.hasComma = true;
        expression.item();
        return this.#binary(0);
      case Kind.Close:
        if (expression.depth > 0) return this.#close();
        this.#evidence.closed++;
        return true;
      case Kind.CloseBrace:
        return expression.has(Flag.Brace) && this.#close();
      case Kind.Semicolon:
        expression.endCondition();
        expression.begin(0);
        return this.#expect(true, Mode.Statement);
      case Kind.Dot:
      case Kind.Colon: {
        const isMember = this.#previous === Kind.Name && (kind === Kind.Dot || expression.has(Flag.From));
        return this.#expect(isMember, Mode.Operand);
      }
      default:
        return kind >= Kind.Select ? this.#clause(kind) : this.#adjoined(kind);
    }
  }

  #binary(flag: number): boolean {
    this.#expression.flags |= flag;
    if (this.#evidence.operators === 0) this.#evidence.firstOperator = this.#tokens.first;
    this.#evidence.operators++;
    return this.#expect(true, Mode.Operand);
  }

  /** A value right after a value: SQL has few of them, and a `+` that was a blank on the wire makes some. */
  #adjoined(kind: number): boolean {
    const evidence = this.#evidence;
    const expression = this.#expression;
    const previous = this.#previous;
    if (previous === Kind.Type || previous === Kind.Backslash || expression.has(Flag.Brace)) return this.#operand(kind);
    if (kind === Kind.Open) return evidence.isExposed && this.#isApart() && this.#open(0);
    if (kind !== Kind.Name && isCallable(kind) && this.#tokens.isCall()) {
      return (evidence.quote !== 0 || previous === Kind.Close) && this.#isApart() && this.#call(kind);
    }
    if (kind === Kind.Number) {
      const isUnsigned = expression.has(Flag.Condition) && !expression.has(Flag.Signed);
      return previous === Kind.Number && (isUnsigned || expression.depth > 0);
    }
    if (isText(kind)) return this.#adjoinedText(kind);
    if (
      kind === Kind.Name &&
      previous === Kind.Number &&
      evidence.operators === 0 &&
      !evidence.hasName &&
      this.#isTight()
    ) {
      // `1a` is one word.
      evidence.hasName = true;
      evidence.needed = NEEDED_MORE;
      return true;
    }
    if (!isName(kind) || this.#isAliased) return false;
    this.#isAliased = true;
    return expression.has(Flag.From) || (expression.has(Flag.Select) && expression.isSureSelect);
  }

  #adjoinedText(kind: number): boolean {
    const evidence = this.#evidence;
    evidence.lastQuote = this.#tokens.first;
    if (this.#previous === Kind.String && (evidence.operators > 0 || (evidence.quote !== 0 && this.#isApart())))
      return true;
    const isReopening = kind === Kind.OpenString && evidence.hasKnownCall && this.#previous === Kind.Close;
    return isReopening && (evidence.quote !== 0 || evidence.score >= PROOF) && this.#value(Strength.Literal);
  }

  /** Words that go on with a query. */
  #clause(kind: number): boolean {
    if (kind === Kind.Select) {
      if (this.#evidence.score >= PROOF) this.#evidence.needed = NEEDED;
      return this.#evidence.isExposed && this.#isApart() && this.#select(false);
    }
    const mode = afterClause(kind, this.#evidence, this.#expression);
    return mode === Mode.None ? this.#statementWord(kind) : this.#expect(mode !== Mode.Wrong, mode);
  }

  /** A statement right after a value: SQL Server asks for no semicolon. */
  #statementWord(kind: number): boolean {
    const evidence = this.#evidence;
    if (kind === Kind.If) return this.#tokens.isCall() && this.#adjoined(kind);
    if (isVerb(kind)) {
      if (!evidence.isExposed && evidence.score < PROOF) return false;
      // `'exec'` is a word in quotes.
      const isBlankAfter = this.#tokens.text.charCodeAt(this.#tokens.end) <= 32;
      return (
        (this.#isApart() || ((isProgramVerb(kind) || kind === Kind.Statement) && isBlankAfter)) && this.#begin(kind)
      );
    }
    if (this.#expression.has(Flag.Select | Flag.From) && isName(kind)) return this.#adjoined(kind);
    return kind === Kind.Keyword && evidence.score > 0;
  }

  /** Whether no quote stands right before the token. In the strings of honest programs, SQL begins at the quote. */
  #isApart(): boolean {
    const { text, start } = this.#tokens;
    const code = text.charCodeAt(start - 1);
    return start > 0 && code !== 39 && code !== 34;
  }

  /** Whether nothing stands before the token but the last one. */
  #isTight(): boolean {
    const { text, start } = this.#tokens;
    return text.charCodeAt(start - 1) > 32 && text.charCodeAt(start - 1) !== 47;
  }

  // Statements

  #afterUnion(kind: number): boolean {
    if (kind === Kind.Quantifier) return true;
    if (kind === Kind.Open) {
      this.#expression.open(0);
      return true;
    }
    if (kind === Kind.Values) this.#evidence.raise(PROOF);
    this.#expression.flags = 0;
    return kind === Kind.Values || (kind === Kind.Select && this.#select(true));
  }

  #statement(kind: number): boolean {
    if (kind === Kind.Open) return this.#open(0);
    if (kind === Kind.Select) return this.#select(this.#evidence.isExposed);
    if (kind !== Kind.Name && isCallable(kind) && this.#tokens.isCall()) return this.#call(kind);
    if (kind === Kind.If) return this.#if();
    return kind === Kind.Semicolon || (isVerb(kind) && this.#begin(kind));
  }

  #if(): boolean {
    this.#evidence.need(NEEDED_MORE);
    this.#expression.flags = Flag.Condition;
    return this.#expect(true, Mode.Operand);
  }

  #begin(verb: number): boolean {
    this.#evidence.need(NEEDED_MORE);
    this.#head.begin(verb, this.#previous === Kind.End);
    return this.#expect(true, Mode.Head);
  }

  #inHead(kind: number): boolean {
    const head = this.#head.next(kind, this.#tokens.text, this.#tokens.start);
    if (head === Head.Certain) {
      // A text that is nothing but a statement is more often a lesson than an attack.
      const isLesson = this.#head.isFirst && !this.#evidence.isExposed && !isProgramVerb(this.#head.verb);
      this.#evidence.raise(isLesson ? 2 : PROOF);
      if (!isLesson) this.#evidence.needed = NEEDED;
      this.#mode = Mode.Operator;
    } else if (head === Head.Expression) {
      this.#evidence.raise(this.#evidence.isExposed ? 2 : 1);
      this.#expression.flags = Flag.From;
      this.#mode = Mode.Operator;
    }
    return head !== Head.Wrong;
  }

  // Where the text ends

  #atComment(): boolean {
    const evidence = this.#evidence;
    const expression = this.#expression;
    const isBare = evidence.operators === 0 && evidence.score === 0 && this.#mode === Mode.Operator;
    const isLiteral = expression.isLoose && (expression.flags & Flag.Left) === Strength.Literal;
    evidence.weighComment(this.#tokens.start, isBare, isLiteral, expression.depth === 0);
    return this.#atEnd();
  }

  #atEnd(): boolean {
    const evidence = this.#evidence;
    const expression = this.#expression;
    if (this.#mode === Mode.Head) {
      const head = this.#head.atEnd();
      if (evidence.isExposed || evidence.hasComment) evidence.raise(head);
    } else if (this.#mode === Mode.Union) {
      if (evidence.hasComment && evidence.isExposed) evidence.raise(2);
    } else if (expression.has(Flag.Select) && expression.isSureSelect && evidence.isExposed) {
      evidence.raise(PROOF);
    }
    expression.endCondition();
    const isReopened =
      this.#previous === Kind.OpenString && evidence.quote !== 0 && evidence.lastQuote === evidence.quote;
    const isCondition = expression.isLoose;
    if (this.#mode === Mode.Operator) while (expression.depth > 0) expression.close();
    if (isReopened && this.#mode === Mode.Operator) evidence.weighReopened(isCondition);
    return evidence.isEnough;
  }
}
