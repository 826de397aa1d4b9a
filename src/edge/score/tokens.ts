import { FNV_OFFSET, FNV_PRIME, SHAPE, type Vocabulary } from './vocabulary.ts';

/**
 * A token has two ids: `literal` (the word itself where the vocabulary knows it, else its shape) and `kind` (what such words
 * do). Sequences of the first tell known attacks, of the second unseen ones. Ids are 32-bit hashes.
 */
export interface TokenBuffer {
  readonly literals: Int32Array;
  readonly kinds: Int32Array;
  /** Tokens in the buffer; `tokenize` writes behind them. */
  length: number;
  /** Where in the text to go on. */
  next: number;
}

export function createTokenBuffer(capacity: number): TokenBuffer {
  return { literals: new Int32Array(capacity), kinds: new Int32Array(capacity), length: 0, next: 0 };
}

const SIGN = 0;
const BLANK = 1;
const DIGIT = 2;
const LETTER = 3;
const HIGH = 4;

/** What each byte is. Blanks only part tokens: attackers vary them freely. */
const SORT = Uint8Array.from({ length: 256 }, (_, c) => {
  if (c <= 32 || c === 127) return BLANK;
  if (c >= 48 && c <= 57) return DIGIT;
  if ((c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95) return LETTER;
  return c >= 128 ? HIGH : SIGN;
});

/** Cuts a byte string into tokens from `out.next` on, until the buffer is full or the text ends. One pass, no allocation. */
export function tokenize(text: string, vocabulary: Vocabulary, out: TokenBuffer): void {
  const { literals, kinds } = out;
  const capacity = literals.length;
  const end = text.length;
  let at = out.next;
  let count = out.length;
  while (at < end && count < capacity) {
    const code = text.charCodeAt(at) & 255;
    const sort = SORT[code]!;
    if (sort === BLANK) {
      at++;
      continue;
    }
    let literal: number;
    let kind: number;
    if (sort === LETTER || sort === DIGIT) {
      const start = at;
      let hash = FNV_OFFSET;
      let digits = 0;
      let char = code;
      let charSort: number = sort;
      do {
        if (charSort === DIGIT) digits++;
        else if (char <= 90) char |= 32;
        hash = Math.imul(hash ^ char, FNV_PRIME);
        if (++at >= end) break;
        char = text.charCodeAt(at) & 255;
        charSort = SORT[char]!;
      } while (charSort === LETTER || charSort === DIGIT);
      literal = hash;
      kind = vocabulary.kindOf(hash);
      if (kind === 0) literal = kind = shapeOf(text, start, at - start, digits);
    } else if (sort === HIGH) {
      do at++;
      while (at < end && SORT[text.charCodeAt(at) & 255] === HIGH);
      literal = kind = SHAPE.foreign;
    } else {
      // A run of one sign is one token, counted up to three: `--` is not two dashes, and `((((` is not four tokens.
      const start = at;
      do at++;
      while (at < end && text.charCodeAt(at) === code);
      literal = kind = Math.imul(code + 257 * Math.min(at - start, 3), 0x9e3779b1 | 0);
    }
    literals[count] = literal;
    kinds[count] = kind;
    count++;
  }
  out.length = count;
  out.next = at;
}

/** No word is longer; keys, tokens and base64 are. */
const WORD_LENGTH = 32;
/** Words of letters and digits are identifiers up to here, and keys past it. */
const MIXED_LENGTH = 12;

function shapeOf(text: string, start: number, length: number, digits: number): number {
  if (digits === length) return length === 1 ? SHAPE.digit : length <= 5 ? SHAPE.number : SHAPE.bigNumber;
  if (length > WORD_LENGTH) return SHAPE.opaque;
  const first = text.charCodeAt(start) | 32;
  const second = text.charCodeAt(start + 1) | 32;
  if (digits > 0) {
    if (text.charCodeAt(start) === 48 && second === 120 && length > 2) return SHAPE.hexNumber;
    return length > MIXED_LENGTH ? SHAPE.opaque : SHAPE.mixedWord;
  }
  // `on...` of five letters and more that is no English word: an event handler, also one invented yesterday.
  if (length >= 5 && first === 111 && second === 110) return SHAPE.eventHandler;
  return length <= 3 ? SHAPE.shortWord : SHAPE.longWord;
}
