import type { Edits } from './edits.ts';

/** C's `isspace` and the no-break space, as in ModSecurity. */
function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 160;
}

/** Each run of white space becomes one space. */
export function compressWhitespace(text: string, edits: Edits): void {
  replaceRuns(text, ' ', edits);
}

export function removeWhitespace(text: string, edits: Edits): void {
  replaceRuns(text, '', edits);
}

function replaceRuns(text: string, by: '' | ' ', edits: Edits): void {
  for (let at = 0; at < text.length; at++) {
    if (!isSpace(text.charCodeAt(at))) continue;
    let end = at + 1;
    while (end < text.length && isSpace(text.charCodeAt(end))) end++;
    if (by === '' || end - at > 1 || text.charCodeAt(at) !== 32) edits.replace(at, end, by);
    at = end;
  }
}

/** C's `isspace` alone: trimming is C's own in ModSecurity. */
function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

export function trimLeft(text: string, edits: Edits): void {
  const start = countLeading(text);
  if (start > 0) edits.replace(0, start, '');
}

export function trimRight(text: string, edits: Edits): void {
  const end = lastWord(text, 0);
  if (end < text.length) edits.replace(end, text.length, '');
}

export function trim(text: string, edits: Edits): void {
  const start = countLeading(text);
  if (start > 0) edits.replace(0, start, '');
  const end = lastWord(text, start);
  if (end < text.length) edits.replace(end, text.length, '');
}

function countLeading(text: string): number {
  let start = 0;
  while (start < text.length && isBlank(text.charCodeAt(start))) start++;
  return start;
}

/** Where the blanks at the end begin, not before `start`. */
function lastWord(text: string, start: number): number {
  let end = text.length;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}
