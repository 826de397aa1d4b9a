import type { Transformation } from '../../../../rules/schema.ts';
import { cmdLine, lowercase } from './cmd-line.ts';
import { htmlEntityDecode } from './html-entity-decode.ts';
import { jsDecode } from './js-decode.ts';
import { normalizePath } from './normalize-path.ts';
import { replaceComments } from './replace-comments.ts';
import { urlDecodeUni } from './url-decode-uni.ts';
import { compressWhitespace, removeWhitespace } from './whitespace.ts';

export interface Transform {
  /** Byte string to byte string, in linear time, never throwing; the same reference when nothing changes. */
  readonly apply: (text: string) => string;
  /** A text with none of these in it does not change, but for the case of its letters. Lets the prefilter skip the work. */
  readonly triggers: readonly string[];
}

const SPACES = ['\t', '\n', '\v', '\f', '\r', '\u00a0'];

export const TRANSFORMS: Readonly<Record<Transformation, Transform>> = {
  lowercase: { apply: lowercase, triggers: [] },
  urlDecodeUni: { apply: urlDecodeUni, triggers: ['%', '+'] },
  htmlEntityDecode: { apply: htmlEntityDecode, triggers: ['&'] },
  jsDecode: { apply: jsDecode, triggers: ['\\'] },
  removeNulls: { apply: removeNulls, triggers: ['\0'] },
  compressWhitespace: { apply: compressWhitespace, triggers: [...SPACES, '  '] },
  normalizePath: { apply: normalizePath, triggers: ['/', '.'] },
  replaceComments: { apply: replaceComments, triggers: ['/*'] },
  removeWhitespace: { apply: removeWhitespace, triggers: [...SPACES, ' '] },
  cmdLine: { apply: cmdLine, triggers: ['"', "'", '\\', '^', ',', ';', '\t', '\n', '\r', '  ', ' /', ' ('] },
};

function removeNulls(text: string): string {
  return text.indexOf('\0') < 0 ? text : text.replaceAll('\0', '');
}
