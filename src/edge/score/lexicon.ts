import { ngramsAt, NGRAMS_PER_TOKEN } from './ngrams.ts';
import { createTokenBuffer, tokenize } from './tokens.ts';
import { hashWord, Vocabulary } from './vocabulary.ts';

/** Families of attack by the language they are written in. */
export const FAMILIES = ['sql', 'markup', 'shell', 'path'] as const;
export const FAMILY_COUNT = FAMILIES.length;

/**
 * What the trainer wrote to `model/lexicon.json`: for each kept n-gram, how much it speaks for each family of attack.
 * Weights are integers of `scale` each, so that a sum is exact and the table is small.
 */
export interface LexiconData {
  /** Words known by name beyond those of `words.ts`, blank-separated. */
  readonly words: string;
  readonly scale: number;
  /** Log-odds of a window without any known n-gram, by family. */
  readonly biases: readonly number[];
  /** Base64 of the entries, by column: slot steps (16 bits), tags (16 bits), then one byte of weight per family. */
  readonly entries: string;
}

/** Where a text stands: a slash says nothing in a path and much in an argument. */
export const PATH_START = hashWord('<path>');
export const VALUE_START = hashWord('<value>');
export const TEXT_END = hashWord('<end>');

/** Tokens looked at together. An attack is local: sums over a whole text would let a long post drown or fake one. */
export const WINDOW = 24;
export const HALF_WINDOW = WINDOW / 2;

const SLOT_BITS = 15;
const SLOTS = 1 << SLOT_BITS;
/** Tokens of a text that are held at a time; longer texts go through in pieces. */
const BUFFER = 1024;
/** Tokens an n-gram reaches back. */
const REACH = 3;

export function slotOf(hash: number): number {
  return hash & (SLOTS - 1);
}

/** Tells n-grams of one slot apart; never 0, which marks an empty slot. */
export function tagOf(hash: number): number {
  return (hash >>> 16) & 0xffff || 1;
}

/** Judges texts by the n-grams of their tokens. Not re-entrant: the working arrays are its own, since scoring never waits. */
export class Lexicon {
  readonly vocabulary: Vocabulary;
  readonly #scale: number;
  readonly #biases: Float64Array;
  readonly #tags = new Uint16Array(SLOTS);
  readonly #weights = new Int8Array(SLOTS * FAMILY_COUNT);
  readonly #tokens = createTokenBuffer(BUFFER);
  readonly #ngrams = new Int32Array(NGRAMS_PER_TOKEN);
  /** Sums of the half-window under way and of the one before. */
  readonly #current = new Int32Array(FAMILY_COUNT);
  readonly #previous = new Int32Array(FAMILY_COUNT);

  /** Throws on malformed data: it is built with the Worker, never received. */
  constructor(data: LexiconData) {
    this.vocabulary = new Vocabulary(data.words.split(' ').filter((word) => word !== ''));
    this.#scale = data.scale;
    this.#biases = Float64Array.from(data.biases);
    this.#read(data.entries);
  }

  #read(entries: string): void {
    const bytes = Uint8Array.from(atob(entries), (char) => char.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    const columns = 4 + FAMILY_COUNT;
    if (bytes.length % columns !== 0) throw new Error('lexicon: entries are cut short');
    const count = bytes.length / columns;
    for (let i = 0, slot = 0; i < count; i++) {
      slot += view.getUint16(2 * i);
      if (slot >= SLOTS) throw new Error('lexicon: a slot is out of range');
      this.#tags[slot] = view.getUint16(2 * (count + i));
      for (let f = 0; f < FAMILY_COUNT; f++) {
        this.#weights[slot * FAMILY_COUNT + f] = view.getInt8(4 * count + f * count + i);
      }
    }
  }

  /**
   * Writes to `out` the log-odds of the most suspicious window of `text` (a byte string), one for each family. Linear in
   * the text, no allocation. Reads about `most` tokens at the most (whole buffers), and answers how many it read.
   */
  score(text: string, start: number, out: Float64Array, most = Number.POSITIVE_INFINITY): number {
    const tokens = this.#tokens;
    const { literals, kinds } = tokens;
    out.fill(Number.NEGATIVE_INFINITY);
    this.#current.fill(0);
    this.#previous.fill(0);
    literals[0] = kinds[0] = start;
    tokens.length = 1;
    tokens.next = 0;
    let inHalf = 0;
    let halves = 0;
    let from = 0;
    let read = 0;
    for (;;) {
      tokenize(text, this.vocabulary, tokens);
      // A full buffer goes on in the next piece; otherwise the text has ended, and there is room for the end's token.
      const ended = tokens.length < BUFFER;
      if (ended) {
        literals[tokens.length] = kinds[tokens.length] = TEXT_END;
        tokens.length++;
      }
      read += tokens.length - from;
      for (let at = from; at < tokens.length; at++) {
        if (inHalf === HALF_WINDOW) {
          if (halves > 0) this.#raise(out);
          this.#previous.set(this.#current);
          this.#current.fill(0);
          inHalf = 0;
          halves++;
        }
        this.#addToken(at);
        inHalf++;
      }
      if (ended || read >= most) break;
      literals.copyWithin(0, BUFFER - REACH);
      kinds.copyWithin(0, BUFFER - REACH);
      tokens.length = from = REACH;
    }
    this.#raise(out);
    for (let f = 0; f < FAMILY_COUNT; f++) out[f] = out[f]! * this.#scale + this.#biases[f]!;
    return read;
  }

  #addToken(at: number): void {
    const ngrams = this.#ngrams;
    const count = ngramsAt(this.#tokens.literals, this.#tokens.kinds, at, ngrams);
    const current = this.#current;
    const weights = this.#weights;
    for (let i = 0; i < count; i++) {
      const hash = ngrams[i]!;
      const slot = slotOf(hash);
      if (this.#tags[slot] !== tagOf(hash)) continue;
      const w = slot * FAMILY_COUNT;
      current[0] = current[0]! + weights[w]!;
      current[1] = current[1]! + weights[w + 1]!;
      current[2] = current[2]! + weights[w + 2]!;
      current[3] = current[3]! + weights[w + 3]!;
    }
  }

  #raise(out: Float64Array): void {
    for (let f = 0; f < FAMILY_COUNT; f++) {
      const sum = this.#previous[f]! + this.#current[f]!;
      if (sum > out[f]!) out[f] = sum;
    }
  }
}
