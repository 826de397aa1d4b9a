import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Kind, LETTER_OF } from '../../../../../src/edge/waf/detect/sqli/token-kind.ts';
import { SqlTokenizer } from '../../../../../src/edge/waf/detect/sqli/tokenizer.ts';
import { vectorsOf } from '../../../../support/node/libinjection.ts';

const tokenizer = new SqlTokenizer();

/** Classes and texts, `E select|1 1`. */
function tokensOf(text: string, quote = 0, isMySql = false): string {
  const tokens: string[] = [];
  tokenizer.begin(text, quote, isMySql);
  if (quote !== 0) tokens.push(`${LETTER_OF.charAt(tokenizer.kind)} ${text.slice(0, tokenizer.end)}`);
  while (tokenizer.next() !== Kind.End) {
    tokens.push(`${LETTER_OF.charAt(tokenizer.kind)} ${text.slice(tokenizer.start, tokenizer.end)}`);
  }
  return tokens.join('|');
}

describe('SQL is taken apart', () => {
  test.each([
    ['select 1', 'E select|1 1'],
    ["SELECT N'x' || q'[it's]'", "E SELECT|s N'x'|& |||s q'[it's]'"],
    ['1 <=> 0x1F', '1 1|o <=>|1 0x1F'],
    ['1e3 1e', '1 1e3|n 1e'],
    ['123union', '1 123|U union'],
    ["'it''s' \\'", "s 'it''s'|\\ \\|s '"],
    ['`a`.b', 'n `a`|. .|n b'],
    ['@@version', 'v @@version'],
    ['$tag$a$tag$ b', 's $tag$a$tag$|n b'],
    ['a\u00a0b', 'n a|n b'],
    ['voil\u00c3\u00a0 b', 'n voil\u00c3\u00a0|n b'],
  ])('%s', (text, tokens) => {
    expect(tokensOf(text)).toBe(tokens);
  });

  test('the inside of a string first, when the text begins there', () => {
    expect(tokensOf("O\\'Brien' or", 39)).toBe("s O\\'Brien'|& or");
  });

  test('comments as the standard has them, and as MySQL does', () => {
    expect(tokensOf('1--1\n#2')).toBe('1 1|c --1|o #|1 2');
    expect(tokensOf('1--1\n#2', 0, true)).toBe('1 1|o -|o -|1 1|c #2');
    expect(tokensOf('1 /*!50000union*/ 2')).toBe('1 1|X /*!50000union*/|1 2');
    expect(tokensOf('1 /*!50000union*/ 2', 0, true)).toBe('1 1|U union|1 2');
  });
});

/** The classes of tokens that stand in one text, each at the beginning of a part. */
const classesOf = (tokens: string, separator: string) =>
  tokens
    .split(separator)
    .map((token) => token.charAt(0))
    .join('');

const vectors = vectorsOf('tokens');

test.skipIf(vectors.length === 0)(
  'classes agree with those of libinjection in 95 of 100 vectors (shared; skipped where they are not at hand)',
  () => {
    const agreeing = vectors.filter(
      ({ input, expected }) =>
        classesOf(tokensOf(input), '|') === classesOf(expected.replaceAll(/\n(?!. )/g, ' '), '\n'),
    );
    expect(agreeing.length / vectors.length).toBeGreaterThanOrEqual(0.95);
  },
);

test('tokens follow one another to the end of any text, and none is empty', () => {
  const piece = fc.constantFrom(
    ...Array.from('\'"`$@#-/*!()[]{}.,;:\\ \n0xeEqQnNuU&|<=>~a1\u00a0\u00c2\u00ff'),
    '/*!',
    '--',
    'select',
    "q'",
    '$a$',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, isMySql) => {
      const text = pieces.join('');
      tokenizer.begin(text, 0, isMySql);
      let end = 0;
      while (tokenizer.next() !== Kind.End) {
        expect(tokenizer.start).toBeGreaterThanOrEqual(end);
        expect(tokenizer.end).toBeGreaterThan(tokenizer.start);
        end = tokenizer.end;
      }
      expect(tokenizer.end).toBeLessThanOrEqual(text.length);
    }),
  );
});
