import { NOT_HANDLERS, WORD_CLASSES } from './words.ts';

/** FNV-1a over the low bytes, as a signed 32-bit number: the tokenizer computes the same while it scans. */
export const FNV_OFFSET = 0x811c9dc5 | 0;
export const FNV_PRIME = 0x01000193;

export function hashWord(word: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), FNV_PRIME);
  return hash;
}

/** Shapes stand for words that the vocabulary lacks. */
export const SHAPE = {
  shortWord: hashWord('<short>'),
  longWord: hashWord('<word>'),
  mixedWord: hashWord('<mixed>'),
  opaque: hashWord('<opaque>'),
  digit: hashWord('<digit>'),
  number: hashWord('<number>'),
  bigNumber: hashWord('<big>'),
  hexNumber: hashWord('<hex>'),
  eventHandler: hashWord('<eventHandler>'),
  foreign: hashWord('<foreign>'),
} as const;

/** Open addressing on typed arrays: a probe or two, where a Map would want the word cut out of the text first. */
const SLOTS = 8192;
/** At most half full, so that probing stays short. */
const WORD_CAPACITY = SLOTS / 2;

/** Known words by hash, with what each does. Two words of one hash would be one word: at 4,000 of 2^32 that is 1 in 500. */
export class Vocabulary {
  readonly #keys = new Int32Array(SLOTS);
  readonly #kinds = new Int32Array(SLOTS);
  #size = 0;

  /** The house's word classes, and further `words` known by name alone. */
  constructor(words: readonly string[]) {
    for (const word of split(NOT_HANDLERS)) this.#learn(word, plainKind(word));
    for (const [name, list] of Object.entries(WORD_CLASSES)) {
      const kind = hashWord(`<${name}>`);
      for (const word of split(list)) this.#learn(word, kind);
    }
    for (const word of words) this.#learn(word, plainKind(word));
  }

  /** The kind of a word by its hash, or 0 for a word that is not known. */
  kindOf(hash: number): number {
    return this.#kinds[this.#slotOf(hash)]!;
  }

  #slotOf(hash: number): number {
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== hash) slot = (slot + 1) & (SLOTS - 1);
    return slot;
  }

  /** The first kind that a word is given stays: `words.ts` lists the more telling classes first. */
  #learn(word: string, kind: number): void {
    const hash = hashWord(word);
    const slot = this.#slotOf(hash);
    if (this.#keys[slot] !== 0 || this.#size >= WORD_CAPACITY) return;
    this.#keys[slot] = hash;
    this.#kinds[slot] = kind;
    this.#size++;
  }
}

function split(list: string): string[] {
  return list.split(/\s+/).filter((word) => word !== '');
}

function plainKind(word: string): number {
  if (/^\d+$/.test(word)) return word.length === 1 ? SHAPE.digit : SHAPE.number;
  return word.length <= 3 ? SHAPE.shortWord : SHAPE.longWord;
}
