import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TRANSFORMATIONS, type Transformation } from '../../../rules/schema.ts';
import { locateInRaw } from '../../../src/edge/waf/transformations/locate.ts';
import { TRANSFORMS } from '../../../src/edge/waf/transformations/transform.ts';

const transform = (raw: string, steps: readonly Transformation[]) =>
  steps.reduce((text, step) => TRANSFORMS[step].apply(text), raw);

/** What the raw text has where the steps' text has `matched`. */
function locate(raw: string, steps: readonly Transformation[], matched: string): string {
  const at = transform(raw, steps).indexOf(matched);
  expect(at).toBeGreaterThanOrEqual(0);
  const { start, end } = locateInRaw(raw, steps, at, at + matched.length);
  return raw.slice(start, end);
}

test.each<[string, readonly Transformation[], string, string]>([
  ['a <b> c', [], '<b>', '<b>'],
  ['a <B> c', ['lowercase'], '<b>', '<B>'],
  ['q=%3Cscript%3E.', ['urlDecodeUni', 'lowercase'], '<script>', '%3Cscript%3E'],
  ['x %253Cb%253e y', ['urlDecodeUni', 'urlDecodeUni'], '<b>', '%253Cb%253e'],
  ["1' un/**/ion%20 SELECT 2", ['urlDecodeUni', 'replaceComments', 'lowercase'], 'on  se', 'on%20 SE'],
  ['un/* a */ion', ['replaceComments'], 'n i', 'n/* a */i'],
  ['&lt;img &#x6f;nerror', ['htmlEntityDecode'], '<img on', '&lt;img &#x6f;n'],
  ['\\x3cimg', ['jsDecode', 'htmlEntityDecode'], '<i', '\\x3ci'],
  ['c^a"t  /etc/./x/../passwd', ['cmdLine', 'normalizePath'], 'cat/etc/passwd', 'c^a"t  /etc/./x/../passwd'],
  ['/a/../etc/passwd?', ['normalizePath'], 'etc/passwd', 'etc/passwd'],
  ['c:\\a\\..\\Windows\\win.ini', ['normalizePathWin'], 'Windows/win', 'Windows\\win'],
  ['PHNjcmlwdD4=', ['base64Decode'], 'ipt', 'cmlwdD4='],
  ['4142 43', ['removeWhitespace', 'hexDecode'], 'BC', '42 43'],
])('finds in %j what %j turned into %j', (raw, steps, matched, source) => {
  expect(locate(raw, steps, matched)).toBe(source);
});

test('behind a digest, which every byte contributes to, it is the whole text', () => {
  const raw = ' some text ';
  const steps = ['trim', 'sha1', 'hexEncode'] as const;
  expect(locateInRaw(raw, steps, 3, 5)).toEqual({ start: 0, end: raw.length });
});

const text = fc.string({ unit: fc.constantFrom(...Array.from('%+&#x;\\u0aA41/*. \t\n\0\'"^,(<u2')), maxLength: 40 });
const cut = fc.tuple(fc.nat(), fc.nat());

/** A span of a text, from any two numbers. */
function spanOf(length: number, [a, b]: readonly [number, number]): [number, number] {
  const [first, second] = [a % (length + 1), b % (length + 1)];
  return [Math.min(first, second), Math.max(first, second)];
}

test('steps that put byte for byte, and texts that need no step, keep their places', () => {
  fc.assert(
    fc.property(text, cut, (raw, numbers) => {
      const [start, end] = spanOf(raw.length, numbers);
      expect(locateInRaw(raw, ['lowercase', 'parityZero7bit', 'uppercase'], start, end)).toEqual({ start, end });
      const plain = raw.replace(/[^ A1x]/g, 'b');
      expect(locateInRaw(plain, ['urlDecodeUni', 'jsDecode', 'cssDecode', 'removeNulls'], start, end)).toEqual({
        start,
        end,
      });
    }),
  );
});

test('what is found, decoded by itself, is what matched', () => {
  const steps = ['urlDecodeUni', 'jsDecode', 'urlDecode', 'lowercase'] as const;
  fc.assert(
    fc.property(text, cut, (raw, numbers) => {
      const made = transform(raw, steps);
      const [start, end] = spanOf(made.length, numbers);
      const span = locateInRaw(raw, steps, start, end);
      expect(transform(raw.slice(span.start, span.end), steps)).toBe(made.slice(start, end));
    }),
    { numRuns: 2000 },
  );
});

test('whatever the chain, a span is one of the raw text', () => {
  const chain = fc.array(fc.constantFrom(...TRANSFORMATIONS), { maxLength: 5 });
  fc.assert(
    fc.property(text, chain, cut, (raw, steps, numbers) => {
      const [start, end] = spanOf(transform(raw, steps).length, numbers);
      const span = locateInRaw(raw, steps, start, end);
      expect(span.start).toBeGreaterThanOrEqual(0);
      expect(span.end).toBeGreaterThanOrEqual(span.start);
      expect(span.end).toBeLessThanOrEqual(raw.length);
    }),
  );
});
