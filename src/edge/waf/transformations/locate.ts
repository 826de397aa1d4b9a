import type { Transformation } from '../../../../rules/schema.ts';
import type { Edits } from './edits.ts';
import { TRANSFORMS } from './transform.ts';

/** From `start` to before `end`, in bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Where in the raw text that came from which stands from `start` to before `end` after the steps: the smallest span whose bytes
 * made it. Whole escapes, comments and runs of blanks, for they have no parts; the whole text behind a digest or a length, to
 * which every byte contributes. For matches, not for the hot path: does all steps again, once each.
 */
export function locateInRaw(raw: string, steps: readonly Transformation[], start: number, end: number): Span {
  const texts = [raw];
  for (const step of steps) texts.push(TRANSFORMS[step].apply(texts.at(-1) ?? ''));
  let span: Span = { start, end };
  for (let at = steps.length - 1; at >= 0; at--) {
    const text = texts[at] ?? '';
    const { edit } = TRANSFORMS[steps[at]!];
    if (edit === null) return { start: 0, end: raw.length };
    const tracer = new Tracer(span, text.length);
    edit(text, tracer);
    span = tracer.finish();
  }
  return span;
}

/** Follows the changes of one step, and notes what made the first and the last byte of a span of the new text. */
class Tracer implements Edits {
  readonly #wanted: Span;
  readonly #length: number;
  /** How far the old text is copied or replaced, and how long the new one has become by it. */
  #from = 0;
  #made = 0;
  #start = -1;
  #end = -1;

  constructor(wanted: Span, length: number) {
    this.#wanted = wanted;
    this.#length = length;
  }

  replace(start: number, end: number, by: string): void {
    this.#copy(start);
    const { start: first, end: last } = this.#wanted;
    const made = this.#made + by.length;
    if (this.#start < 0 && first < made) this.#start = start;
    if (last > this.#made && last <= made) this.#end = end;
    this.#from = end;
    this.#made = made;
  }

  finish(): Span {
    this.#copy(this.#length);
    const start = this.#start < 0 ? this.#length : this.#start;
    return { start, end: Math.max(start, this.#end) };
  }

  #copy(to: number): void {
    const { start: first, end: last } = this.#wanted;
    const made = this.#made + to - this.#from;
    if (this.#start < 0 && first < made) this.#start = this.#from + first - this.#made;
    if (last > this.#made && last <= made) this.#end = this.#from + last - this.#made;
    this.#from = to;
    this.#made = made;
  }
}
