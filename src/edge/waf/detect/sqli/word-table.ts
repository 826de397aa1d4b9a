import type { Kind } from './token-kind.ts';

/** Twice the words and more, so that most look-ups end at the first slot. */
const SLOTS = 2048;

/** The factor of the hash that the table and its callers build while they read a word. */
const FACTOR = 31;

/** Adds a character to a word's hash; ASCII letters of both cases count the same. */
export function hashNext(hash: number, code: number): number {
  return (Math.imul(hash, FACTOR) + (code | 32)) | 0;
}

/** Words and what they are, looked up in the text itself: a request's words cost no allocation. */
export class WordTable {
  readonly #kinds = new Uint8Array(SLOTS);
  readonly #words: string[] = Array.from({ length: SLOTS }, () => '');
  /** Longer runs of letters are no words of the table. */
  readonly longest: number;

  /** `groups` are kinds with their lower-case words, separated by blanks; the first entry of a word counts. */
  constructor(groups: readonly (readonly [Kind, string])[]) {
    let longest = 0;
    for (const [kind, words] of groups) {
      for (const word of words.split(/\s+/)) {
        let hash = 0;
        for (let at = 0; at < word.length; at++) hash = hashNext(hash, word.charCodeAt(at));
        let slot = hash & (SLOTS - 1);
        while (this.#kinds[slot] !== 0 && this.#words[slot] !== word) slot = (slot + 1) & (SLOTS - 1);
        if (this.#kinds[slot] !== 0) continue;
        this.#kinds[slot] = kind;
        this.#words[slot] = word;
        longest = Math.max(longest, word.length);
      }
    }
    this.longest = longest;
  }

  /** The kind of the word `text[start, end)`, whose hash the caller has, or 0. */
  find(text: string, start: number, end: number, hash: number): number {
    const length = end - start;
    for (let slot = hash & (SLOTS - 1); this.#kinds[slot] !== 0; slot = (slot + 1) & (SLOTS - 1)) {
      const word = this.#words[slot]!;
      if (word.length === length && sameLetters(text, start, word)) return this.#kinds[slot]!;
    }
    return 0;
  }
}

/** Whether the text has the lower-case word at `start`, in any case. */
export function sameLetters(text: string, start: number, word: string): boolean {
  for (let at = 0; at < word.length; at++) {
    const code = text.charCodeAt(start + at);
    const wanted = word.charCodeAt(at);
    if (code !== wanted && !(code >= 65 && code <= 90 && code + 32 === wanted)) return false;
  }
  return true;
}
