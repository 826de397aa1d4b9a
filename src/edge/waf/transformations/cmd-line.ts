import type { Edits } from './edits.ts';

/** `\ " ' ^`, which shells drop. */
const DROPPED = 1;
/** Blanks, `,` and `;`, which part words. */
const PARTING = 2;

const KINDS = new Uint8Array(256);
for (const code of [34, 39, 92, 94]) KINDS[code] = DROPPED;
for (const code of [9, 10, 13, 32, 44, 59]) KINDS[code] = PARTING;

/**
 * Undoes what shells ignore: drops `\ " ' ^`, turns `,` and `;` into spaces, drops spaces before `/` and `(`, makes runs of
 * white space one space. Its letters are to be lower-cased too.
 */
export function cmdLine(text: string, edits: Edits): void {
  let at = 0;
  while (at < text.length) {
    const start = at;
    let kinds = 0;
    for (let kind = KINDS[text.charCodeAt(at)]!; kind > 0; kind = at < text.length ? KINDS[text.charCodeAt(at)]! : 0) {
      kinds |= kind;
      at++;
    }
    if (at > start) {
      const next = text.charCodeAt(at);
      const by = (kinds & PARTING) === 0 || next === 47 || next === 40 ? '' : ' ';
      if (by === '' || at - start > 1 || text.charCodeAt(start) !== 32) edits.replace(start, at, by);
    }
    at++;
  }
}
