import { addRange, addSet, emptySet, invert, type ByteSet } from './byte-set.ts';

function ranges(...pairs: readonly (readonly [number, number])[]): ByteSet {
  const set = emptySet();
  for (const [from, to] of pairs) addRange(set, from, to);
  return set;
}

const DIGIT = ranges([48, 57]);
const UPPER = ranges([65, 90]);
const LOWER = ranges([97, 122]);
const ALPHA = addSet(UPPER.slice(), LOWER);
const ALNUM = addSet(ALPHA.slice(), DIGIT);
/** PCRE's in its own tables: without U+00A0 and U+FEFF, which JavaScript adds. */
const SPACE = ranges([9, 13], [32, 32]);
export const WORD: ByteSet = addSet(ALNUM.slice(), ranges([95, 95]));
export const ANY: ByteSet = ranges([0, 255]);

/** The classes that a letter names after a backslash, as PCRE has them for bytes; the upper-case letter names the rest. */
const BY_LETTER: Readonly<Record<string, ByteSet>> = {
  d: DIGIT,
  s: SPACE,
  w: WORD,
  h: ranges([9, 9], [32, 32], [0xa0, 0xa0]),
  v: ranges([10, 13], [0x85, 0x85]),
};

/** POSIX classes (`[:alpha:]`) in the C locale. */
const POSIX: Readonly<Record<string, ByteSet>> = {
  alpha: ALPHA,
  digit: DIGIT,
  alnum: ALNUM,
  upper: UPPER,
  lower: LOWER,
  space: SPACE,
  blank: ranges([9, 9], [32, 32]),
  punct: ranges([33, 47], [58, 64], [91, 96], [123, 126]),
  cntrl: ranges([0, 31], [127, 127]),
  graph: ranges([33, 126]),
  print: ranges([32, 126]),
  xdigit: ranges([48, 57], [65, 70], [97, 102]),
  word: WORD,
  ascii: ranges([0, 127]),
};

export function setOfLetter(letter: string): ByteSet | undefined {
  if (letter === 'N') return invert(ranges([10, 10]));
  const lower = letter.toLowerCase();
  const set = Object.hasOwn(BY_LETTER, lower) ? BY_LETTER[lower] : undefined;
  return set === undefined || letter === lower ? set : invert(set);
}

export function setOfPosixName(name: string): ByteSet | undefined {
  return Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
}
