import type { Edits } from './edits.ts';

const DASH = 45;
const SLASH = 47;
const STAR = 42;
const HASH = 35;

/** Each C comment becomes one space, as SQL engines read it; one that never closes swallows the rest. */
export function replaceComments(text: string, edits: Edits): void {
  let open = text.indexOf('/*');
  while (open >= 0) {
    const close = text.indexOf('*/', open + 2);
    const end = close < 0 ? text.length : close + 2;
    edits.replace(open, end, ' ');
    open = close < 0 ? -1 : text.indexOf('/*', end);
  }
}

/**
 * Takes out C and HTML comments, and all that follows `--` or `#`. ModSecurity copies the byte after a comment unseen, which at
 * the end of the text is the C string's closing NUL; a comment that never closes leaves a space. Its vectors hold it to both.
 */
export function removeComments(text: string, edits: Edits): void {
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === HASH || (code === DASH && text.charCodeAt(at + 1) === DASH)) {
      edits.replace(at, text.length, '');
      return;
    }
    const opening = text.startsWith('/*', at) ? 2 : text.startsWith('<!--', at) ? 4 : 0;
    if (opening === 0) {
      at++;
      continue;
    }
    const end = findClose(text, at + opening);
    if (end < 0) {
      edits.replace(at, text.length, ' ');
      return;
    }
    edits.replace(at, end, end === text.length ? '\0' : '');
    at = end + 1;
  }
}

/** Where the first of both closings ends, or -1. By hand: two `indexOf` would look for the absent one again after each comment. */
function findClose(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === STAR && text.charCodeAt(at + 1) === SLASH) return at + 2;
    if (code === DASH && text.startsWith('-->', at)) return at + 3;
  }
  return -1;
}

/** Takes out the marks of comments and leaves what they hold. */
export function removeCommentsChar(text: string, edits: Edits): void {
  let at = 0;
  while (at < text.length) {
    const length = markLength(text, at);
    if (length > 0) edits.replace(at, at + length, '');
    at += Math.max(length, 1);
  }
}

function markLength(text: string, at: number): number {
  switch (text.charCodeAt(at)) {
    case HASH:
      return 1;
    case SLASH:
      return text.charCodeAt(at + 1) === STAR ? 2 : 0;
    case STAR:
      return text.charCodeAt(at + 1) === SLASH ? 2 : 0;
    case DASH:
      return text.charCodeAt(at + 1) !== DASH ? 0 : text.charCodeAt(at + 2) === 62 ? 3 : 2;
    case 60:
      return text.startsWith('<!--', at) ? 4 : 0;
    default:
      return 0;
  }
}
