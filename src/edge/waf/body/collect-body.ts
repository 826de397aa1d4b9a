import { isBinary } from '../binary.ts';
import type { ValueCollector } from '../value-collector.ts';
import { collectJson } from './json.ts';
import { collectMultipart, listBoundaries } from './multipart.ts';
import { collectUrlencoded } from './urlencoded.ts';
import { collectXml } from './xml.ts';

/**
 * Takes a body apart by its content type. The sender chose that type, so it is believed only where the body has its shape;
 * otherwise the body is inspected whole as `UNPARSED_BODY`, and also in the shape that it has: some origins look at the body
 * and not at the header.
 */
export function collectBody(text: string, contentType: string, out: ValueCollector): void {
  const media = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const first = firstVisible(text);
  if (media === 'application/x-www-form-urlencoded') return collectUrlencoded(text, 'ARGS_POST', out);
  if (media.startsWith('multipart/')) {
    const boundaries = listBoundaries(contentType, text);
    for (const boundary of boundaries) collectMultipart(text, boundary, out);
    if (boundaries.length > 0) return;
  }
  if ((media.endsWith('/json') || media.endsWith('+json')) && '{["'.includes(first)) return collectJson(text, out);
  if ((media.endsWith('/xml') || media.endsWith('+xml')) && first === '<') return collectXml(text, out);

  out.steps += text.length;
  // A file sent bare: its bytes spell `../` by chance, and one in a hundred begins like JSON or XML.
  if (isBinary(text)) return out.addRest('FILES_TMP_CONTENT', '', text);
  out.addRest('UNPARSED_BODY', '', text);
  if (first === '{' || first === '[') collectJson(text, out);
  else if (first === '<') collectXml(text, out);
  else if (FORM_SHAPE.test(text)) collectUrlencoded(text, 'ARGS_POST', out);
  else if (first === '-') {
    for (const boundary of listBoundaries('', text)) collectMultipart(text, boundary, out);
  }
}

/** A name of visible ASCII and an equals sign: an image, with a byte that happens to be one, is no form. */
const FORM_SHAPE = /^[!-%'-:<>-~]{1,64}=/;

/** The first character that is not blank or part of a UTF-8 byte order mark; a blank when there is none. */
function firstVisible(text: string): string {
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char > ' ' && !'\u00ef\u00bb\u00bf'.includes(char)) return char;
  }
  return ' ';
}
