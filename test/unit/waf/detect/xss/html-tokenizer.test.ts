import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Context, Html, HtmlTokenizer } from '../../../../../src/edge/waf/detect/xss/html-tokenizer.ts';
import { vectorsOf } from '../../../../support/node/libinjection.ts';

/** libinjection's names, in the order of the kinds. */
const NAMES = [
  'END',
  'DATA_TEXT',
  'TAG_NAME_OPEN',
  'TAG_NAME_CLOSE',
  'TAG_NAME_SELFCLOSE',
  'TAG_CLOSE',
  'ATTR_NAME',
  'ATTR_VALUE',
  'TAG_COMMENT',
  'DOCTYPE',
];
const tokenizer = new HtmlTokenizer();

function tokensOf(text: string, context: number = Context.Text, isLegacy = false): string[] {
  const tokens: string[] = [];
  tokenizer.begin(text, context, isLegacy);
  for (let kind = tokenizer.next(); kind !== Html.End; kind = tokenizer.next()) {
    tokens.push(`${NAMES[kind]} ${text.slice(tokenizer.start, tokenizer.end)}`);
  }
  return tokens;
}

describe('HTML is taken apart', () => {
  test('attributes with any quote, or none', () => {
    expect(tokensOf('<a b=c d="e f" g=\'h\' i>')).toEqual([
      'TAG_NAME_OPEN a',
      'ATTR_NAME b',
      'ATTR_VALUE c',
      'ATTR_NAME d',
      'ATTR_VALUE e f',
      'ATTR_NAME g',
      'ATTR_VALUE h',
      'ATTR_NAME i',
      'TAG_NAME_CLOSE >',
    ]);
  });

  test('a style holds no comment', () => {
    expect(tokensOf('<style><!--</style><b>')).toContain('TAG_NAME_OPEN b');
  });

  test('CDATA hides nothing in HTML, only in XML', () => {
    expect(tokensOf('<![CDATA[><b>]]>')).toContain('TAG_NAME_OPEN b');
    expect(tokensOf('<![CDATA[><b>]]>', Context.Text, true)).not.toContain('TAG_NAME_OPEN b');
  });

  test('from inside an attribute value', () => {
    expect(tokensOf('x" onload="y', Context.DoubleQuoted)).toEqual(['ATTR_NAME onload', 'ATTR_VALUE y']);
  });
});

const vectors = vectorsOf('html5');

test.skipIf(vectors.length === 0)(
  'tokens are those of libinjection in 95 of 100 vectors (shared; skipped where they are not at hand)',
  () => {
    const agreeing = vectors.filter(({ input, expected }) => {
      tokenizer.begin(input, Context.Text, true);
      const lines: string[] = [];
      for (let kind = tokenizer.next(); kind !== Html.End; kind = tokenizer.next()) {
        const { start, end } = tokenizer;
        lines.push(`${NAMES[kind]},${end - start},${input.slice(start, end)}`);
      }
      return lines.join('\n').trim() === expected.trim();
    });
    expect(agreeing.length / vectors.length).toBeGreaterThanOrEqual(0.95);
  },
);

test('tokens follow one another to the end of any text', () => {
  const piece = fc.constantFrom(
    ...Array.from('<>/!?%-="\'` \na'),
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<style>',
    '</style>',
    '<a ',
  );
  const context = fc.constantFrom(...Object.values(Context));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), context, fc.boolean(), (pieces, at, isLegacy) => {
      const text = pieces.join('');
      tokenizer.begin(text, at, isLegacy);
      let end = 0;
      for (let tokens = 0; tokenizer.next() !== Html.End; tokens++) {
        expect(tokenizer.start).toBeGreaterThanOrEqual(end);
        expect(tokens).toBeLessThanOrEqual(text.length + 1);
        end = tokenizer.end;
      }
    }),
  );
});
