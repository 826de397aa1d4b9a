import type { ViewLimits, ViewValue } from './request-view.ts';
import type { ValueCollection } from '../../../rules/schema.ts';

/** Gathers a view's values within its limits. What exceeds a limit is not lost to inspection: scanners hand it over whole, with `addRest`. */
export class ValueCollector {
  readonly values: ViewValue[] = [];
  readonly truncated = new Set<string>();
  /** Bytes that scanners have looked at: the work done, which tests hold to a multiple of the input's length. */
  steps = 0;
  readonly limits: ViewLimits;
  #arguments = 0;
  #revealed = 0;

  constructor(limits: ViewLimits) {
    this.limits = limits;
  }

  get isFull(): boolean {
    return this.#arguments >= this.limits.arguments;
  }

  /** Adds an argument. False, and a note, when the request has too many: then the scanner stops and calls `addRest`. */
  addArgument(collection: ValueCollection, name: string, value: string): boolean {
    if (this.isFull) {
      this.truncated.add('arguments');
      return false;
    }
    this.#arguments++;
    this.values.push({ collection, name: this.shortenName(collection, name), value });
    return true;
  }

  /** Adds a value that no limit counts: the method, the text that a scanner could not take apart. */
  addRest(collection: ValueCollection, name: string, value: string): void {
    if (value !== '') this.values.push({ collection, name, value });
  }

  /** Adds what a value says under further layers, within a limit of bytes: past it nothing is revealed, and the value still stands as it came. */
  addRevealed(name: string, text: string): void {
    if (this.#revealed + text.length > this.limits.revealedBytes) {
      this.truncated.add('revealed_bytes');
      return;
    }
    this.#revealed += text.length;
    this.steps += text.length;
    this.addRest('REVEALED', name, text);
  }

  /** A header stands for itself even where it is empty: rules ask for that. */
  addHeader(name: string, value: string): void {
    this.values.push({ collection: 'REQUEST_HEADERS', name, value });
  }

  /**
   * A name within the limit. JSON paths repeat their parents' names, so unbounded names would let a body of n bytes cost
   * n x n; the part that is cut off is inspected as a value of its own.
   */
  shortenName(collection: ValueCollection, name: string): string {
    if (name.length <= this.limits.nameBytes) return name;
    this.truncated.add('name_bytes');
    const short = name.slice(0, this.limits.nameBytes);
    this.#arguments++;
    this.values.push({ collection, name: short, value: name });
    return short;
  }
}
