import type { Edits } from './edits.ts';

/** Resolves `//`, `/./` and `/../` as a file system would; a relative path may keep leading `..`. Nothing is decoded. */
export function normalizePath(text: string, edits: Edits): void {
  // Most texts have nothing to resolve, and need not be taken apart to show it.
  if (text !== '.' && !text.includes('//') && !text.includes('/.') && !text.startsWith('./')) return;
  const isAbsolute = text.charCodeAt(0) === 47;
  /** Where the segments that stay begin and end, in turn. */
  const kept: number[] = [];
  /** How many of them are leading `..`, which nothing can take back. */
  let rooted = 0;
  for (let start = 0, end = 0; start <= text.length; start = end + 1) {
    end = text.indexOf('/', start);
    if (end < 0) end = text.length;
    const length = end - start;
    if (length === 0 || (length === 1 && text.charCodeAt(start) === 46)) continue;
    const isUp = length === 2 && text.charCodeAt(start) === 46 && text.charCodeAt(start + 1) === 46;
    if (!isUp) {
      kept.push(start, end);
    } else if (kept.length > rooted) {
      kept.length -= 2;
    } else if (!isAbsolute) {
      kept.push(start, end);
      rooted = kept.length;
    }
  }
  joinSegments(text, kept, isAbsolute, edits);
}

function joinSegments(text: string, kept: readonly number[], isAbsolute: boolean, edits: Edits): void {
  let from = 0;
  for (let at = 0; at < kept.length; at += 2) {
    const start = kept[at]!;
    put(text, from, start, at > 0 || isAbsolute ? '/' : '', edits);
    from = kept[at + 1]!;
  }
  const endsOpen = kept.length === 0 ? isAbsolute : text.charCodeAt(text.length - 1) === 47;
  put(text, from, text.length, endsOpen ? '/' : '', edits);
}

function put(text: string, start: number, end: number, by: '/' | '', edits: Edits): void {
  const isThere = end - start === by.length && (by === '' || text.charCodeAt(start) === 47);
  if (!isThere) edits.replace(start, end, by);
}
