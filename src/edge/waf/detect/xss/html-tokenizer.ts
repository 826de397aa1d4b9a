/** What a token of HTML is. The names are those of the HTML Standard's tokenization, section 13.2.5. */
export const Html = {
  End: 0,
  Text: 1,
  /** `<name`; also the name of an end tag that has more than a name. */
  OpenTag: 2,
  /** `>` after a tag's name or attributes. */
  TagEnd: 3,
  /** `/>`. */
  SelfClose: 4,
  /** The name of an end tag. */
  CloseTag: 5,
  AttributeName: 6,
  AttributeValue: 7,
  Comment: 8,
  Doctype: 9,
} as const;

export type HtmlKind = (typeof Html)[keyof typeof Html];

/** Where a text begins: in text, inside a tag, or inside an attribute's value that the page opened with this quote. */
export const Context = { Text: 0, InTag: 1, SingleQuoted: 39, DoubleQuoted: 34, Backquoted: 96 } as const;

const State = { Text: 0, TagName: 1, BeforeName: 2, AfterName: 3, BeforeValue: 4 } as const;

/** Elements whose content browsers read as text. */
const RAW = new Set(['style', 'title', 'textarea', 'xmp', 'noembed', 'noframes', 'noscript', 'iframe', 'plaintext']);

/** One more than the longest of them. */
const RAW_LIMIT = 10;

const GT = 62;
const SLASH = 47;
const EQUALS = 61;

/**
 * Takes HTML apart as browsers do, one token at a call. Every byte is looked at a small constant number of times, nothing is
 * allocated, and no text is an error: a tag that nothing closes is read up to the end.
 */
export class HtmlTokenizer {
  text = '';
  kind: HtmlKind = Html.End;
  /** The token's own text: of a value without its quotes, of a comment without its marks. */
  start = 0;
  end = 0;
  /** The quote around the value just read, or 0. */
  quote = 0;
  /** Whether `<%` begins a comment and CDATA holds text, as in XML and in old browsers. The standard has neither in HTML. */
  isLegacy = false;
  /** Inside an element whose content is no markup but its end tag: `<style><!--</style>` holds no comment. */
  #isRaw = false;
  #at = 0;
  #state: number = State.Text;
  /** Past searches for the end of a section that found none: without it `<%<%<%` would cost its square. */
  #isUnclosed = false;

  begin(text: string, context: number, isLegacy: boolean): void {
    this.text = text;
    this.isLegacy = isLegacy;
    this.#at = 0;
    this.#isUnclosed = false;
    this.#isRaw = false;
    this.#state = State.Text;
    if (context !== Context.Text) {
      this.#state = State.BeforeName;
      if (context !== Context.InTag) this.#readQuoted(0, context);
    }
  }

  next(): HtmlKind {
    switch (this.#state) {
      case State.Text:
        return this.#readText();
      case State.TagName:
      case State.BeforeName:
        return this.#readName();
      case State.AfterName:
        return this.#readAfterName();
      default:
        return this.#readValue();
    }
  }

  #token(kind: HtmlKind, start: number, end: number, at: number, state: number): HtmlKind {
    this.start = start;
    this.end = end;
    this.#at = at;
    this.#state = state;
    return (this.kind = kind);
  }

  #finish(): HtmlKind {
    const { length } = this.text;
    return this.#token(Html.End, length, length, length, State.Text);
  }

  #readText(): HtmlKind {
    const { text } = this;
    const from = this.#at;
    if (from >= text.length) return this.#finish();
    let open = text.indexOf('<', from);
    while (open >= 0 && open > from && !this.#opensMarkup(open)) open = text.indexOf('<', open + 1);
    if (open < 0) return this.#token(Html.Text, from, text.length, text.length, State.Text);
    if (open > from) return this.#token(Html.Text, from, open, open, State.Text);
    return this.#readMarkup(open);
  }

  /** Whether `<` here is more than a character. */
  #opensMarkup(open: number): boolean {
    const code = this.text.charCodeAt(open + 1);
    return (
      isLetter(code) || code === SLASH || (code === 33 && !this.#isRaw) || code === 63 || (code === 37 && this.isLegacy)
    );
  }

  #readMarkup(open: number): HtmlKind {
    const code = this.text.charCodeAt(open + 1);
    if (isLetter(code)) return this.#readTag(open + 1, Html.OpenTag);
    if (code === SLASH) {
      if (isLetter(this.text.charCodeAt(open + 2))) return this.#readTag(open + 2, Html.CloseTag);
      return this.#readBogus(open + 2);
    }
    if (code === 33 && !this.#isRaw) return this.#readDeclaration(open + 2);
    if (code === 63) return this.#readBogus(open + 2);
    if (code === 37 && this.isLegacy && !this.#isUnclosed) {
      const end = this.text.indexOf('%>', open + 2);
      if (end >= 0) return this.#token(Html.Comment, open + 2, end, end + 2, State.Text);
      this.#isUnclosed = true;
    }
    return this.#token(Html.Text, open, open + 1, open + 1, State.Text);
  }

  #readTag(from: number, kind: HtmlKind): HtmlKind {
    const { text } = this;
    let end = from;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (isBlank(code) || code === SLASH || code === GT) break;
    }
    this.#isRaw = kind === Html.OpenTag && RAW.has(text.slice(from, Math.min(end, from + RAW_LIMIT)).toLowerCase());
    if (kind === Html.CloseTag) {
      if (text.charCodeAt(end) === GT) return this.#token(kind, from, end, end + 1, State.Text);
      kind = Html.OpenTag;
    }
    return this.#token(kind, from, end, end, State.BeforeName);
  }

  /** Comments that are none: up to the next `>`. */
  #readBogus(from: number): HtmlKind {
    const end = this.text.indexOf('>', from);
    if (end < 0) return this.#token(Html.Comment, from, this.text.length, this.text.length, State.Text);
    return this.#token(Html.Comment, from, end, end + 1, State.Text);
  }

  #readDeclaration(from: number): HtmlKind {
    const { text } = this;
    if (text.startsWith('--', from)) return this.#readComment(from + 2);
    if (this.isLegacy && text.startsWith('[CDATA[', from)) {
      const end = text.indexOf(']]>', from + 7);
      if (end < 0) return this.#token(Html.Text, from + 7, text.length, text.length, State.Text);
      return this.#token(Html.Text, from + 7, end, end + 3, State.Text);
    }
    const kind = this.#readBogus(from);
    return isWordHere(text, from, 'doctype') ? (this.kind = Html.Doctype) : kind;
  }

  /** Ends at `-->` or `--!>`; `<!-->` and `<!--->` are empty. */
  #readComment(from: number): HtmlKind {
    const { text } = this;
    if (text.charCodeAt(from) === GT) return this.#token(Html.Comment, from, from, from + 1, State.Text);
    if (text.startsWith('->', from)) return this.#token(Html.Comment, from, from, from + 2, State.Text);
    for (let at = text.indexOf('--', from); at >= 0; at = text.indexOf('--', at + 1)) {
      const code = text.charCodeAt(at + 2);
      if (code === GT) return this.#token(Html.Comment, from, at, at + 3, State.Text);
      if (code === 33 && text.charCodeAt(at + 3) === GT) return this.#token(Html.Comment, from, at, at + 4, State.Text);
    }
    return this.#token(Html.Comment, from, text.length, text.length, State.Text);
  }

  /** An attribute's name, or what ends the tag. */
  #readName(): HtmlKind {
    const { text } = this;
    let at = this.#at;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === SLASH) {
        if (text.charCodeAt(at + 1) === GT) return this.#token(Html.SelfClose, at, at + 2, at + 2, State.Text);
      } else if (!isBlank(code)) {
        break;
      }
    }
    if (at >= text.length) return this.#finish();
    if (text.charCodeAt(at) === GT) return this.#token(Html.TagEnd, at, at + 1, at + 1, State.Text);
    // A name may begin with `=`, and may hold quotes and `<`.
    let end = at + 1;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (isBlank(code) || code === SLASH || code === GT || code === EQUALS) break;
    }
    return this.#token(Html.AttributeName, at, end, end, State.AfterName);
  }

  #readAfterName(): HtmlKind {
    this.#skipBlanks();
    if (this.text.charCodeAt(this.#at) !== EQUALS) return this.#readName();
    this.#at++;
    return this.#readValue();
  }

  #readValue(): HtmlKind {
    this.#skipBlanks();
    const code = this.text.charCodeAt(this.#at);
    if (this.#at >= this.text.length) return this.#finish();
    if (code === 34 || code === 39 || code === 96) return this.#readQuoted(this.#at + 1, code);
    return this.#readUnquoted();
  }

  #readQuoted(from: number, quote: number): HtmlKind {
    this.quote = quote;
    const { text } = this;
    const end = text.indexOf(quote === 34 ? '"' : quote === 39 ? "'" : '`', from);
    if (end < 0) return this.#token(Html.AttributeValue, from, text.length, text.length, State.BeforeName);
    return this.#token(Html.AttributeValue, from, end, end + 1, State.BeforeName);
  }

  #readUnquoted(): HtmlKind {
    this.quote = 0;
    const { text } = this;
    const from = this.#at;
    let end = from;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (isBlank(code) || code === GT) break;
    }
    return this.#token(Html.AttributeValue, from, end, end, State.BeforeName);
  }

  #skipBlanks(): void {
    while (this.#at < this.text.length && isBlank(this.text.charCodeAt(this.#at))) this.#at++;
  }
}

/** Blanks of the standard, and the controls that old browsers skip: a vertical tab, a null. */
export function isBlank(code: number): boolean {
  return code === 32 || (code <= 13 && (code >= 9 || code === 0));
}

function isLetter(code: number): boolean {
  const letter = code | 32;
  return letter >= 97 && letter <= 122;
}

function isWordHere(text: string, from: number, word: string): boolean {
  for (let at = 0; at < word.length; at++) if ((text.charCodeAt(from + at) | 32) !== word.charCodeAt(at)) return false;
  return true;
}
