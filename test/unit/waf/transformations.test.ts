import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TRANSFORMATIONS, type Transformation } from '../../../rules/schema.ts';
import { TRANSFORMS } from '../../../src/edge/waf/transformations/transform.ts';

const SHARED = process.env['EDGESHIELD_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const FOLDER = join(SHARED, 'transformations');
/** The vectors use British spelling. */
const FILES: Partial<Record<Transformation, string>> = { normalizePath: 'normalisePath' };

interface Vector {
  readonly input: string;
  readonly output: string;
}

/** The vectors come from Perl and Go test files, which wrote bytes as `\xHH`; in some the backslashes were kept. */
const unescape = (text: string) =>
  text.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

describe.each(TRANSFORMATIONS)('%s', (name) => {
  const { apply, triggers } = TRANSFORMS[name];
  const file = join(FOLDER, `${FILES[name] ?? name}.json`);
  const vectors = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Vector[]) : [];

  test.skipIf(vectors.length === 0)(
    'gives what ModSecurity gives (shared vectors; skipped where they are not at hand)',
    () => {
      const wrong = vectors.filter(({ input, output }) => {
        const ours = apply(input);
        return ours !== output && unescape(ours) !== unescape(output) && apply(unescape(input)) !== unescape(output);
      });
      expect(wrong.map(({ input, output }) => ({ input, output, ours: apply(input) }))).toEqual([]);
    },
  );

  const bytes = fc.string({
    unit: fc.constantFrom(...Array.from('%+&#x;\\u0aA41/*. \t\n\0\'"^,(<é\u00a0')),
    maxLength: 60,
  });

  test('never throws, never grows past a small factor', () => {
    fc.assert(fc.property(bytes, (text) => apply(text).length <= text.length * 2 + 1));
  });

  test('changes nothing but case in a text without its triggers', () => {
    fc.assert(
      fc.property(bytes, (text) => {
        fc.pre(triggers.every((trigger) => !text.includes(trigger)));
        expect(apply(text).toLowerCase()).toBe(text.toLowerCase());
      }),
    );
  });

  test('answers the same string when nothing changes', () => {
    expect(apply('plain')).toBe('plain');
  });
});

test.each<[Transformation, string, string]>([
  ['urlDecodeUni', '%3Cscript%3e+%u003c%uff1c%zz%', '<script> <<%zz%'],
  ['htmlEntityDecode', '&lt;&#60;&#x3C&amp;lt;&colon;&unknown;&#;', '<<<&lt;:&unknown;&#;'],
  ['jsDecode', '\\x3c\\u003c\\74\\n\\q\\', '<<<\nq\\'],
  ['removeNulls', 'a\0b', 'ab'],
  ['compressWhitespace', 'a \t\n b\u00a0c', 'a b c'],
  ['removeWhitespace', ' j a\tv\na ', 'java'],
  ['normalizePath', '/a/./b//../../etc/passwd', '/etc/passwd'],
  ['replaceComments', 'un/**/ion/*x', 'un ion '],
  ['cmdLine', 'C^aT  "/etc/passwd" ;id', 'cat/etc/passwd id'],
  ['lowercase', 'ÀbC', 'Àbc'],
])('%s turns %j into %j', (name, input, output) => {
  expect(TRANSFORMS[name].apply(input)).toBe(output);
});
