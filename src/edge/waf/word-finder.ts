import { FOLD, SortedTexts } from './sorted-texts.ts';

/** A word of a list, found in a text. */
export interface FoundWord {
  /** The word as the list has it. */
  readonly word: string;
  /** Offset of its first byte. */
  readonly start: number;
}

/**
 * Finds the word of a list that ends first in a text, ASCII case-insensitively, as the automaton of ModSecurity's `@pm` does; of those
 * that end at the same byte the longest. For texts of which the literal automaton has said that a word is in them: it keeps no tables
 * but the list, and so takes some ten steps for each byte up to there.
 */
export class WordFinder {
  readonly #words: readonly string[];
  readonly #texts: SortedTexts;
  /** For each byte where the words begin that begin with it, in order. */
  readonly #first = new Int32Array(257);

  constructor(words: readonly string[]) {
    const spelled = new Map<string, string>();
    for (const word of words) {
      const folded = word.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      if (word !== '' && !spelled.has(folded)) spelled.set(folded, word);
    }
    const texts = [...spelled.keys()].sort();
    this.#words = texts.map((text) => spelled.get(text)!);
    this.#texts = new SortedTexts(texts);
    for (let byte = 0; byte <= 256; byte++) this.#first[byte] = this.#texts.seek(0, texts.length, 0, byte);
  }

  find(text: string): FoundWord | null {
    let found = -1;
    let start = 0;
    let end = text.length + 1;
    // A word that begins later must end earlier to be the one.
    for (let place = 0; place < text.length && place + 1 < end; place++) {
      const shortest = this.#shortestAt(text, place);
      if (shortest < 0 || place + this.#texts.lengthOf(shortest) >= end) continue;
      found = shortest;
      start = place;
      end = place + this.#texts.lengthOf(shortest);
    }
    return found < 0 ? null : { word: this.#words[found]!, start };
  }

  /** The shortest word at a place, or -1. */
  #shortestAt(text: string, place: number): number {
    const texts = this.#texts;
    let byte = FOLD[text.charCodeAt(place) & 255]!;
    let low = this.#first[byte]!;
    let high = this.#first[byte + 1]!;
    for (let depth = 1; low < high; depth++) {
      if (texts.lengthOf(low) === depth) return low;
      if (place + depth >= text.length) return -1;
      byte = FOLD[text.charCodeAt(place + depth) & 255]!;
      low = texts.seek(low, high, depth, byte);
      high = texts.seek(low, high, depth, byte + 1);
    }
    return -1;
  }
}
