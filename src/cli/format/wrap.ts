import { stripVTControlCharacters } from 'node:util';

/** Narrower than this a column of words is harder to read than lines that the screen breaks by itself. */
const LEAST = 20;

/** Characters as they are seen: colours take no room. */
export function seenWidth(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Text on lines of at most `width` characters, broken at spaces; a word that is longer, as a hash, stays whole to be copied. */
export function wrap(text: string, width: number): readonly string[] {
  if (seenWidth(text) <= width || width < LEAST) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && seenWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
