import type { FeedParser } from './feed-parser.ts';

/** The longest line of the built-in feeds is under 300 characters; of what has no line ends at all nothing more is held. */
const LINE_LIMIT = 4096;

/**
 * Cuts text into lines, ended by LF or CRLF, without spaces at either end. Empty lines are not told; a line that is too long is
 * told once, as null, and never held.
 */
export class Lines implements FeedParser {
  readonly #line: (line: string | null) => void;
  #rest = '';
  #skipping = false;

  constructor(line: (line: string | null) => void) {
    this.#line = line;
  }

  take(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#tell(this.#rest + text.slice(start, end));
      this.#rest = '';
      this.#skipping = false;
      start = end + 1;
    }
    if (this.#skipping) return;
    this.#rest += text.slice(start);
    if (this.#rest.length <= LINE_LIMIT) return;
    this.#rest = '';
    this.#skipping = true;
    this.#line(null);
  }

  end(): boolean {
    this.#tell(this.#rest);
    this.#rest = '';
    return true;
  }

  #tell(line: string): void {
    if (this.#skipping) return;
    const told = line.trim();
    if (told.length > LINE_LIMIT) this.#line(null);
    else if (told !== '') this.#line(told);
  }
}
