import type { Transformation } from '../../../../rules/schema.ts';
import { cmdLine, lowercase } from './cmd-line.ts';
import { htmlEntityDecode } from './html-entity-decode.ts';
import { jsDecode } from './js-decode.ts';
import { normalizePath } from './normalize-path.ts';
import { replaceComments } from './replace-comments.ts';
import { urlDecodeUni } from './url-decode-uni.ts';
import { compressWhitespace, removeWhitespace } from './whitespace.ts';

/** Byte string to byte string, in linear time, never throwing; the same reference when nothing changes. */
export type Transform = (text: string) => string;

export const TRANSFORMS: Readonly<Record<Transformation, Transform>> = {
  lowercase,
  urlDecodeUni,
  htmlEntityDecode,
  jsDecode,
  removeNulls: (text) => (text.indexOf('\0') < 0 ? text : text.replaceAll('\0', '')),
  compressWhitespace,
  normalizePath,
  replaceComments,
  removeWhitespace,
  cmdLine,
};
