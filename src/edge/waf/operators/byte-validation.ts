import { hexDigit } from '../bytes.ts';
import type { OperatorBranch } from './operator.ts';

/** Where the first flaw begins and where it ends, or -1 and whatever. */
function flawFinder(findFlaw: (text: string) => number, length: number): OperatorBranch {
  return {
    test: (text) => findFlaw(text) >= 0,
    find: (text) => {
      const start = findFlaw(text);
      return start < 0 ? null : { start, end: Math.min(text.length, start + length) };
    },
  };
}

/** Matches on the first byte that is in none of the ranges. */
export function validateByteRange(ranges: readonly (readonly [number, number])[]): OperatorBranch {
  const allowed = new Uint8Array(256);
  for (const [from, to] of ranges) allowed.fill(1, from, to + 1);
  return flawFinder((text) => {
    for (let at = 0; at < text.length; at++) if (allowed[text.charCodeAt(at) & 255] === 0) return at;
    return -1;
  }, 1);
}

/** Matches on the first percent sign without two hexadecimal digits after it. */
export const validateUrlEncoding: OperatorBranch = flawFinder((text) => {
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
    if (hexDigit(text.charCodeAt(at + 1)) < 0 || hexDigit(text.charCodeAt(at + 2)) < 0) return at;
  }
  return -1;
}, 3);

/** Matches on the first sequence that RFC 3629, section 4, does not allow: broken off, overlong, a surrogate, past U+10FFFF. */
export const validateUtf8Encoding: OperatorBranch = flawFinder((text) => {
  for (let at = 0; at < text.length;) {
    const length = sequenceLength(text, at);
    if (length === 0) return at;
    at += length;
  }
  return -1;
}, 1);

/** Bytes of the well-formed sequence at `at`; 0 where there is none. */
function sequenceLength(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first < 0x80) return 1;
  const second = text.charCodeAt(at + 1);
  if (first < 0xc2 || first > 0xf4 || !isTail(second)) return 0;
  if (first < 0xe0) return 2;
  if (first === 0xe0 ? second < 0xa0 : first === 0xed ? second > 0x9f : false) return 0;
  if (!isTail(text.charCodeAt(at + 2))) return 0;
  if (first < 0xf0) return 3;
  if (first === 0xf0 ? second < 0x90 : first === 0xf4 ? second > 0x8f : false) return 0;
  return isTail(text.charCodeAt(at + 3)) ? 4 : 0;
}

function isTail(code: number): boolean {
  return code >= 0x80 && code <= 0xbf;
}
