import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LiteralAutomaton } from '../../../src/edge/waf/literal-automaton.ts';
import { crsCopies } from '../../support/node/crs.ts';
import { readCrsWords } from '../../support/node/crs-patterns.ts';

const copies = crsCopies();

/** The ids found, by the automaton and as they are defined. */
function compare(sets: readonly (readonly string[])[], texts: readonly string[]): void {
  const automaton = new LiteralAutomaton(sets);
  for (const text of texts) {
    automaton.scan(text);
    const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    const expected = sets.flatMap((set, id) => (set.some((one) => folded.includes(one)) ? [id] : []));
    const found = Array.from({ length: automaton.foundCount }, (_, at) => automaton.foundId(at));
    expect(found.sort((a, b) => a - b)).toEqual(expected);
    expect(sets.flatMap((_, id) => (automaton.found(id) ? [id] : []))).toEqual(expected);
  }
}

describe('the literal automaton finds exactly the literals that are there', () => {
  test('short and long ones, of which many begin alike', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', '\u00e0'), minLength: 1, maxLength: 9 });
    const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '-', '\u00e0', 'x', '\u00c0'), maxLength: 40 });
    const set = fc.array(word, { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(fc.array(set, { maxLength: 12 }), fc.array(text), compare), { numRuns: 500 });
  });

  test('each at every place and in every case', () => {
    const words = ['/etc/passwd', '/etc/shadow', '/etc/', 'passw', 'union select', 'on', '\0', '<', 'union'];
    const texts = words.flatMap((word) => [
      word,
      word.toUpperCase(),
      `x${word}`,
      `${word}x`,
      word.slice(0, -1),
      `${word}${word}`,
    ]);
    compare(
      words.map((word) => [word]),
      [...texts, texts.join(' '), ''],
    );
  });

  test.skipIf(copies.length === 0)('the word lists of OWASP CRS (needs modsecurity-crs or EDGESHIELD_CRS)', () => {
    for (const copy of copies) {
      const lists = readCrsWords(copy).map((words) => words.map((word) => word.toLowerCase()));
      expect(lists.flat().length).toBeGreaterThan(3000);
      const texts = lists.flatMap((words) => words.filter((_, at) => at % 50 === 0)).map((word) => `x ${word}`);
      compare(lists, [...texts.slice(0, 100), texts.join('\n'), 'nothing of the kind']);
    }
  });

  test('more kinds of single bytes than there are bits for', () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).filter(
      (byte) => !/[A-Z]/.test(byte),
    );
    compare(
      bytes.map((byte) => [byte]),
      [bytes.join(''), 'AbC', ...bytes, ''],
    );
  });
});
