import type { Transformation } from '../../../../rules/schema.ts';
import { urlDecode } from '../percent.ts';
import { base64Decode, base64DecodeExt, base64Encode } from './base64.ts';
import { cmdLine } from './cmd-line.ts';
import { removeComments, removeCommentsChar, replaceComments } from './comments.ts';
import { cssDecode } from './css-decode.ts';
import { md5, sha1 } from './digest.ts';
import { rewrite, type EditStep } from './edits.ts';
import { escapeSeqDecode } from './escape-seq-decode.ts';
import { hexDecode, hexEncode, sqlHexDecode } from './hex.ts';
import { htmlEntityDecode } from './html-entity-decode.ts';
import { jsDecode } from './js-decode.ts';
import { lowercase, uppercase } from './letter-case.ts';
import { normalizePath } from './normalize-path.ts';
import { removeNulls, replaceNulls } from './nulls.ts';
import { parityEven7bit, parityOdd7bit, parityZero7bit } from './parity.ts';
import { urlDecodeUni } from './url-decode-uni.ts';
import { urlEncode } from './url-encode.ts';
import { LEADS, utf8toUnicode } from './utf8-to-unicode.ts';
import { compressWhitespace, removeWhitespace, trim, trimLeft, trimRight } from './whitespace.ts';

export interface Transform {
  /** Byte string to byte string, in linear time, never throwing; the same reference when nothing changes. */
  readonly apply: (text: string) => string;
  /**
   * A text with none of these in it does not change, but for the case of its letters: lets the prefilter skip the work. Null
   * where any text may change.
   */
  readonly triggers: readonly string[] | null;
  /** The changes, but for those that put one byte in one's place; null where no part of the new text comes from one of the old. */
  readonly edit: EditStep | null;
}

const BLANKS = ['\t', '\n', '\v', '\f', '\r', ' '];
const NO_BREAK = '\u00a0';
const HIGH = Array.from({ length: 128 }, (_, at) => String.fromCharCode(128 + at));

export const TRANSFORMS: Readonly<Record<Transformation, Transform>> = {
  base64Decode: editing(base64Decode, null),
  base64DecodeExt: editing(base64DecodeExt, null),
  base64Encode: editing(base64Encode, null),
  cmdLine: {
    apply: (text) => lowercase(rewrite(text, cmdLine)),
    triggers: ['"', "'", '\\', '^', ',', ';', '\t', '\n', '\r', '  ', ' /', ' ('],
    edit: cmdLine,
  },
  compressWhitespace: editing(compressWhitespace, ['\t', '\n', '\v', '\f', '\r', NO_BREAK, '  ']),
  cssDecode: editing(cssDecode, ['\\']),
  escapeSeqDecode: editing(escapeSeqDecode, ['\\']),
  hexDecode: editing(hexDecode, null),
  hexEncode: editing(hexEncode, null),
  htmlEntityDecode: editing(htmlEntityDecode, ['&']),
  jsDecode: editing(jsDecode, ['\\']),
  length: { apply: (text) => String(text.length), triggers: null, edit: null },
  lowercase: mapping(lowercase, []),
  md5: { apply: md5, triggers: null, edit: null },
  normalizePath: editing(normalizePath, ['//', '.']),
  normalizePathWin: {
    apply: (text) => rewrite(turnSlashes(text), normalizePath),
    triggers: ['\\', '//', '.'],
    edit: (text, edits) => normalizePath(turnSlashes(text), edits),
  },
  parityEven7bit: mapping(parityEven7bit, null),
  parityOdd7bit: mapping(parityOdd7bit, null),
  parityZero7bit: mapping(parityZero7bit, HIGH),
  removeComments: editing(removeComments, ['/*', '<!--', '--', '#']),
  removeCommentsChar: editing(removeCommentsChar, ['/*', '*/', '<!--', '--', '#']),
  removeNulls: editing(removeNulls, ['\0']),
  removeWhitespace: editing(removeWhitespace, [...BLANKS, NO_BREAK]),
  replaceComments: editing(replaceComments, ['/*']),
  replaceNulls: editing(replaceNulls, ['\0']),
  sha1: { apply: sha1, triggers: null, edit: null },
  sqlHexDecode: editing(sqlHexDecode, ['0x']),
  trim: editing(trim, BLANKS),
  trimLeft: editing(trimLeft, BLANKS),
  trimRight: editing(trimRight, BLANKS),
  uppercase: mapping(uppercase, []),
  urlDecode: editing(urlDecode, ['%', '+']),
  urlDecodeUni: editing(urlDecodeUni, ['%', '+']),
  urlEncode: editing(urlEncode, null),
  utf8toUnicode: editing(utf8toUnicode, LEADS),
};

function editing(edit: EditStep, triggers: Transform['triggers']): Transform {
  return { apply: (text) => rewrite(text, edit), triggers, edit };
}

/** For steps that put one byte in the place of one. */
function mapping(apply: Transform['apply'], triggers: Transform['triggers']): Transform {
  return { apply, triggers, edit: () => {} };
}

function turnSlashes(text: string): string {
  return text.includes('\\') ? text.replaceAll('\\', '/') : text;
}
