import { Kind } from './token-kind.ts';
import { isName, isText, isVerb } from './word-class.ts';
import { sameLetters } from './word-table.ts';

/** What the next token makes of a statement's first words. */
export const Head = {
  /** These are no words of a statement. */
  Wrong: 0,
  /** So far they are. */
  Open: 1,
  /** They are, and what follows decides whether prose has them, too. */
  Likely: 2,
  /** No prose has them. */
  Certain: 3,
  /** The head is over: an expression follows. */
  Expression: 4,
} as const;

/** Prefixes of SQL Server's system procedures. */
const SYSTEM_PROCEDURES = ['xp_', 'sp_', 'master', 'sys.', 'dbo.'];

/** Follows the first words of a statement other than SELECT: `DROP TABLE t`, `EXEC xp_cmdshell`, `WAITFOR DELAY '0:0:5'`. */
export class StatementHead {
  verb: number = Kind.End;
  /** Whether the text begins with the statement. */
  isFirst = false;
  #step = 0;

  /** `verb` is the kind of the first word. */
  begin(verb: number, isFirst: boolean): void {
    this.verb = verb;
    this.isFirst = isFirst;
    this.#step = 0;
  }

  next(kind: number, text: string, start: number): number {
    switch (this.verb) {
      case Kind.Insert:
        return this.#insert(kind);
      case Kind.Update:
        return this.#sequence(isName(kind), kind === Kind.Set, isName(kind), kind === Kind.Compare);
      case Kind.Delete:
        return this.#delete(kind);
      case Kind.Define:
        return this.#define(kind);
      case Kind.Execute:
        return this.#execute(kind, text, start);
      case Kind.Declare:
        if (kind === Kind.Variable) return Head.Certain;
        return this.#sequence(isName(kind), kind === Kind.Type);
      case Kind.Set:
        if (kind === Kind.Variable) return Head.Certain;
        return this.#sequence(isName(kind), kind === Kind.Compare);
      case Kind.Waitfor:
        return this.#sequence(kind === Kind.Delay || kind === Kind.Type, isText(kind) || kind === Kind.Variable);
      case Kind.Shutdown:
        return kind === Kind.Semicolon || kind === Kind.Keyword || kind === Kind.EndCase ? Head.Certain : Head.Wrong;
      default:
        return this.#other(kind);
    }
  }

  /** What the head is worth when the text ends here: as `next`. */
  atEnd(): number {
    if (this.verb === Kind.Shutdown) return Head.Certain;
    if (this.verb === Kind.Waitfor && this.#step === 1) return Head.Likely;
    if (this.verb === Kind.Execute && this.#step === 1) return Head.Likely;
    return this.verb === Kind.Define && this.#step === 2 ? Head.Certain : Head.Wrong;
  }

  /** Whether the word at this step is right, for each step; the last makes it certain. */
  #sequence(...conditions: readonly boolean[]): number {
    if (conditions[this.#step] !== true) return Head.Wrong;
    return ++this.#step === conditions.length ? Head.Certain : Head.Open;
  }

  #insert(kind: number): number {
    if (this.#step === 0 && kind === Kind.Into) return Head.Open;
    if (this.#step === 0) return this.#open(isName(kind));
    return kind === Kind.Values || kind === Kind.Open || kind === Kind.Select ? Head.Certain : Head.Wrong;
  }

  #delete(kind: number): number {
    if (this.#step === 0) return kind === Kind.Name ? Head.Open : this.#open(kind === Kind.From);
    return isName(kind) ? Head.Expression : Head.Wrong;
  }

  #define(kind: number): number {
    if (this.#step === 0) {
      if (kind === Kind.Logic || kind === Kind.Insert) return Head.Open;
      return this.#open(kind === Kind.ObjectWord || kind === Kind.Procedure);
    }
    if (this.#step === 1)
      return kind === Kind.If || kind === Kind.Prefix || kind === Kind.Not
        ? Head.Open
        : this.#open(isName(kind) || kind === Kind.ProbeFunction);
    return isPunctuation(kind) || isVerb(kind) ? Head.Certain : Head.Wrong;
  }

  #execute(kind: number, text: string, start: number): number {
    if (this.#step === 1)
      return isText(kind) || kind === Kind.Number || isPunctuation(kind) ? Head.Certain : Head.Wrong;
    // `exec(` begins a line of many languages.
    if (kind === Kind.Open) return this.isFirst ? Head.Wrong : Head.Certain;
    if (kind === Kind.ProbeFunction || kind === Kind.Variable || isText(kind)) return Head.Certain;
    if (!isName(kind)) return Head.Wrong;
    if (SYSTEM_PROCEDURES.some((prefix) => sameLetters(text, start, prefix))) return Head.Certain;
    return this.#open(true);
  }

  #other(kind: number): number {
    if (kind === Kind.ProbeFunction) return Head.Certain;
    if (isVerb(kind)) {
      this.begin(kind, this.isFirst);
      return Head.Open;
    }
    if (this.#step > 0) return kind === Kind.From || kind === Kind.Into ? Head.Certain : Head.Wrong;
    return this.#open(kind === Kind.ObjectWord || isName(kind));
  }

  #open(isRight: boolean): number {
    if (!isRight) return Head.Wrong;
    this.#step++;
    return Head.Open;
  }
}

function isPunctuation(kind: number): boolean {
  return kind === Kind.Semicolon || kind === Kind.Open || kind === Kind.Comma;
}
