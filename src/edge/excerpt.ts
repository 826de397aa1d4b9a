import type { EventExcerpt } from '../actors/contracts.ts';
import { isSecretPlace, redactMarked, type Marked } from './redact.ts';
import type { Span } from './waf/transformations/locate.ts';

/** Of a match, enough to see what it is; on either side of it, enough to see where it stands. */
const MATCH_KEPT = 160;
const CONTEXT_KEPT = 64;

/** Read so much more on either side, so that a secret is seen whole before it is cut; far more than a name and a token have. */
const CONTEXT_READ = 1024;
/** Where a value begins that has no end in sight, its name is looked for this much further back, and then it is not shown. */
const NAME_READ = 4096;

const CUT = '…';
/** What ends a value for `redactText`. */
const SEPARATOR = /[&;\s"]/;

/** The piece of a value (a byte string) around what matched, fit to be stored; undefined where nothing of it may be shown. */
export function redactedExcerpt(location: string, text: string, span: Span): EventExcerpt | undefined {
  if (isSecretPlace(location)) return undefined;
  const from = readFrom(text, span.start);
  if (from < 0) return undefined;
  const to = Math.min(text.length, Math.min(span.end, span.start + MATCH_KEPT) + CONTEXT_READ);
  const read = redactMarked({
    text: text.slice(from, to),
    start: span.start - from,
    end: Math.min(span.end, to) - from,
  });
  return cut(read, from > 0, to < text.length);
}

/** The same of a value that is the operator's own. */
export function cutExcerpt(text: string, span: Span): EventExcerpt {
  return cut({ text, ...span }, false, false);
}

/** A place that no secret can reach over; -1 when there is none near. */
function readFrom(text: string, start: number): number {
  const wanted = start - CONTEXT_READ;
  if (wanted <= 0) return 0;
  const least = Math.max(0, wanted - NAME_READ);
  for (let at = wanted; at > least; at--) if (SEPARATOR.test(text.charAt(at - 1))) return at;
  return least === 0 ? 0 : -1;
}

function cut({ text, start, end }: Marked, more: boolean, less: boolean): EventExcerpt {
  const last = Math.min(end, start + MATCH_KEPT);
  const from = forward(text, Math.max(0, start - CONTEXT_KEPT), start);
  // A match that is shown in part is followed by nothing.
  const to = backward(text, last < end ? last : Math.min(text.length, last + CONTEXT_KEPT), start);
  const before = `${from > 0 || more ? CUT : ''}${readable(text.slice(from, start))}`;
  const match = readable(text.slice(start, Math.min(last, to)));
  const after = `${readable(text.slice(Math.min(last, to), to))}${to < text.length || less ? CUT : ''}`;
  return { text: before + match + after, start: before.length, end: before.length + match.length };
}

/** No cut goes through a character of UTF-8: on to its end, back to its beginning. */
function forward(text: string, at: number, most: number): number {
  let place = at;
  while (place > 0 && place < most && isContinuation(text, place)) place++;
  return place;
}

function backward(text: string, at: number, least: number): number {
  let place = at;
  while (place > least && place < text.length && isContinuation(text, place)) place--;
  return place;
}

function isContinuation(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x80 && code < 0xc0;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NOT_ASCII = /[^\x00-\x7f]/;

/** Bytes as people read them; those that are no UTF-8 stay one character each. */
function readable(bytes: string): string {
  if (!NOT_ASCII.test(bytes)) return bytes;
  try {
    return UTF8.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  } catch {
    return bytes;
  }
}
