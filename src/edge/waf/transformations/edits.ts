/** Takes the changes that a transformation makes to a text, left to right and without overlap. */
export interface Edits {
  /** The text from `start` to `end` becomes `by`, which may be empty. */
  replace(start: number, end: number, by: string): void;
}

/** A transformation as the list of its changes: whoever takes them builds the new text, or learns where its parts came from. */
export type EditStep = (text: string, edits: Edits) => void;

/** The text after a step; the same reference when it changes nothing. */
export function rewrite(text: string, step: EditStep): string {
  const rewriter = new Rewriter(text);
  step(text, rewriter);
  return rewriter.finish();
}

/** Copies what stays in runs: V8 makes one slice of each, where a loop would touch every character. */
class Rewriter implements Edits {
  readonly #text: string;
  #from = 0;
  #out = '';
  #changed = false;

  constructor(text: string) {
    this.#text = text;
  }

  replace(start: number, end: number, by: string): void {
    this.#changed = true;
    if (start > this.#from) this.#out += this.#text.slice(this.#from, start);
    if (by !== '') this.#out += by;
    this.#from = end;
  }

  finish(): string {
    if (!this.#changed) return this.#text;
    return this.#from < this.#text.length ? this.#out + this.#text.slice(this.#from) : this.#out;
  }
}
