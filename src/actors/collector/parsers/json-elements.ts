import type { FeedParser } from './feed-parser.ts';

/** An indicator with its whole description is a few kilobytes. */
const ELEMENT_LIMIT = 65_536;
/** JSON nested deeper than this is no feed. */
const DEPTH_LIMIT = 64;

/**
 * Finds the objects that stand in a list at the top of a JSON document, or in a list that the document's object holds, and tells each by
 * itself: so a document of 16 MB is never held, nor taken apart, as a whole. What cannot be parsed or is too long is told as null.
 */
export class JsonElements implements FeedParser {
  readonly #element: (element: Readonly<Record<string, unknown>> | null) => void;
  /** What is open: `{` and `[`. */
  readonly #open: string[] = [];
  /** The text of the element under way; null: none. */
  #text: string | null = null;
  #elementDepth = 0;
  #tooLong = false;
  #inString = false;
  #escaped = false;
  #broken = false;
  #begun = false;

  constructor(element: (element: Readonly<Record<string, unknown>> | null) => void) {
    this.#element = element;
  }

  take(text: string): void {
    let from = this.#text === null ? -1 : 0;
    for (let i = 0; i < text.length && !this.#broken; i += 1) {
      const code = text.charCodeAt(i);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === BACKSLASH) this.#escaped = true;
        else if (code === QUOTE) this.#inString = false;
      } else if (code === QUOTE) this.#inString = true;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        const begins =
          code === OPEN_BRACE && this.#text === null && this.#open.length <= 2 && this.#open.at(-1) === '[';
        this.#open.push(code === OPEN_BRACE ? '{' : '[');
        this.#begun = true;
        this.#broken = this.#open.length > DEPTH_LIMIT;
        if (begins) {
          this.#text = '';
          this.#elementDepth = this.#open.length;
          from = i;
        }
      } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        const depth = this.#open.length;
        this.#broken = this.#open.pop() !== (code === CLOSE_BRACE ? '{' : '[');
        if (this.#text !== null && depth === this.#elementDepth && !this.#broken) {
          this.#keep(text.slice(from, i + 1));
          this.#tell();
          from = -1;
        }
      }
    }
    if (this.#text !== null && from >= 0) this.#keep(text.slice(from));
  }

  end(): boolean {
    return this.#begun && !this.#broken && this.#open.length === 0;
  }

  #keep(text: string): void {
    if (this.#tooLong || (this.#text ?? '').length + text.length > ELEMENT_LIMIT) {
      this.#tooLong = true;
      this.#text = '';
    } else this.#text += text;
  }

  #tell(): void {
    const text = this.#tooLong ? '' : (this.#text ?? '');
    this.#text = null;
    this.#tooLong = false;
    let element: Readonly<Record<string, unknown>> | null = null;
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null) element = { ...value };
    } catch {
      // Told as null.
    }
    this.#element(element);
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
