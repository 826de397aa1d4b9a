import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { WordFinder } from '../../../src/edge/waf/word-finder.ts';

function fold(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

test('finds the word that ends first, and of those the longest', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'C', '\u00e0'), minLength: 1, maxLength: 5 });
  const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', 'c', '\u00e0', 'x'), maxLength: 20 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), text, (words, input) => {
      const ends = words.flatMap((one) => {
        const start = fold(input).indexOf(fold(one));
        return start < 0 ? [] : [{ length: one.length, end: start + one.length, start }];
      });
      const [best] = ends.sort((a, b) => a.end - b.end || b.length - a.length);
      const found = new WordFinder(words).find(input);
      expect([found?.start, found?.word.length]).toEqual([best?.start, best?.length]);
      if (found !== null) expect(words).toContain(found.word);
    }),
    { numRuns: 2000 },
  );
});

test('answers with the word as it was written', () => {
  expect(new WordFinder(['Select', 'UNION']).find('a union b')).toEqual({ word: 'UNION', start: 2 });
  expect(new WordFinder(['Select', '']).find('')).toBeNull();
});
