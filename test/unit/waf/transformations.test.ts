import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TRANSFORMATIONS, type Transformation } from '../../../rules/schema.ts';
import { bytesToString } from '../../../src/edge/waf/bytes.ts';
import { rewrite } from '../../../src/edge/waf/transformations/edits.ts';
import { TRANSFORMS } from '../../../src/edge/waf/transformations/transform.ts';

const SHARED = process.env['EDGESHIELD_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const FOLDER = join(SHARED, 'transformations');
/** The vectors use British spelling. */
const FILES: Partial<Record<Transformation, string>> = {
  normalizePath: 'normalisePath',
  normalizePathWin: 'normalisePathWin',
};

interface Vector {
  readonly input: string;
  readonly output: string;
}

const ESCAPE = /\\u00([0-9a-f]{2})|\\x([0-9a-f]{2})/gi;
const utf8 = (text: string) => bytesToString(new TextEncoder().encode(text));
const byte = (hex: string) => String.fromCharCode(Number.parseInt(hex, 16));

/**
 * The vectors come from Perl and Go test files, which wrote bytes as `\xHH` or `\u00HH`; in some the backslashes were kept, in
 * others they belong to the text. Both readings are as bytes.
 */
function readings(text: string): string[] {
  const parts = text.split(ESCAPE);
  const unescaped = parts.map((part, at) => (at % 3 === 0 ? utf8(part) : part === undefined ? '' : byte(part)));
  return [utf8(text), unescaped.join('')];
}

const bytes = fc.string({
  unit: fc.constantFrom(
    ...Array.from('%+&#x;\\u0aA41/*. \t\n\r\0\'"^,(<-!>=bZ\u00c3\u00a9\u00a0\u00e2\u0082\u00f0\u009f'),
  ),
  maxLength: 60,
});

describe.each(TRANSFORMATIONS)('%s', (name) => {
  const { apply, triggers, edit } = TRANSFORMS[name];
  const file = join(FOLDER, `${FILES[name] ?? name}.json`);
  const vectors = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Vector[]) : [];

  test.skipIf(vectors.length === 0)(
    'gives what ModSecurity gives (shared vectors; skipped where they are not at hand)',
    () => {
      const wrong = vectors.filter(({ input, output }) => {
        const ours = new Set(readings(input).map(apply));
        return !readings(output).some((text) => ours.has(text));
      });
      expect(wrong.map(({ input, output }) => ({ input, output, ours: readings(input).map(apply) }))).toEqual([]);
    },
  );

  test('gives bytes for bytes, never throws, never grows past a small factor', () => {
    fc.assert(
      fc.property(bytes, (text) => {
        const changed = apply(text);
        expect(changed.length).toBeLessThanOrEqual(Math.max(text.length * 3, 20));
        for (let at = 0; at < changed.length; at++) expect(changed.charCodeAt(at)).toBeLessThan(256);
      }),
    );
  });

  if (triggers !== null) {
    test('changes nothing but case in a text without its triggers', () => {
      fc.assert(
        fc.property(bytes, (text) => {
          // What is left without the triggers' own characters; a pair of them may come together anew, and is then left out.
          const rest = triggers.reduce((left, trigger) => left.split(trigger).join('Q'), text.toLowerCase());
          fc.pre(triggers.every((trigger) => !rest.includes(trigger)));
          expect(apply(rest).toLowerCase()).toBe(rest.toLowerCase());
        }),
      );
    });
  }

  if (edit !== null) {
    test('lists its changes as it makes them, but for bytes that take the place of bytes', () => {
      fc.assert(fc.property(bytes, (text) => rewrite(text, edit).length === apply(text).length));
    });
  }
});

const HIGH_A = '\u00c3\u00a9';

test.each<[Transformation, string, string]>([
  ['urlDecodeUni', '%3Cscript%3e+%u003c%uff1c%zz%', '<script> <<%zz%'],
  ['urlDecode', 'a%2Bb+c%u003c%', 'a+b c%u003c%'],
  ['urlEncode', 'a b/c*~', 'a+b%2fc*%7e'],
  ['htmlEntityDecode', '&lt;&#60;&#x3C&amp;lt;&colon;&unknown;&#;', '<<<&lt;:&unknown;&#;'],
  ['jsDecode', '\\x3c\\u003c\\74\\n\\q\\', '<<<\nq\\'],
  ['cssDecode', 'ja\\76 a\\73\\\nc\\72ipt\\000e9\\', `javascript${HIGH_A}`],
  ['escapeSeqDecode', '\\x41\\101\\n\\q\\xzz\\', 'AA\nq\\xzz\\'],
  ['removeNulls', 'a\0b', 'ab'],
  ['replaceNulls', 'a\0b', 'a b'],
  ['compressWhitespace', 'a \t\n b\u00a0c', 'a b c'],
  ['removeWhitespace', ' j a\tv\na ', 'java'],
  ['trim', ' \t a b\v ', 'a b'],
  ['trim', ' \t ', ''],
  ['trimLeft', ' a ', 'a '],
  ['trimRight', ' a ', ' a'],
  ['normalizePath', '/a/./b//../../etc/passwd', '/etc/passwd'],
  ['normalizePath', '../../a/../..', '../../..'],
  ['normalizePath', '/../.hidden//', '/.hidden/'],
  ['normalizePath', 'a/..', ''],
  ['normalizePathWin', 'c:\\a\\..\\b/.\\c', 'c:/b/c'],
  ['replaceComments', 'un/**/ion/*x', 'un ion '],
  ['removeComments', 'a/*b*/c<!--d-->e--f', 'ace'],
  ['removeComments', 'a/*b', 'a '],
  ['removeCommentsChar', '/*a*/<!--b-->--c#', 'abc'],
  ['cmdLine', 'C^aT  "/etc/passwd" ;id', 'cat/etc/passwd id'],
  ['lowercase', '\u00c0bC', '\u00c0bc'],
  ['uppercase', '\u00e0bC', '\u00e0BC'],
  [
    'utf8toUnicode',
    `<${HIGH_A}\u00e2\u0082\u00ac\u00f0\u009f\u0098\u0080\u00c0\u00af\u00e9>`,
    '<%u00e9%u20ac%u1f600%u002f\u00e9>',
  ],
  ['base64Decode', 'PHNj\r\ncmlwdD4!ignored', '<script>'],
  ['base64Decode', 'YWI', 'ab'],
  ['base64Decode', 'P.HNj', ''],
  ['base64DecodeExt', 'P. HNj', '<sc'],
  ['base64Encode', 'a\u00ff', 'Yf8='],
  ['hexEncode', '\u00ffa', 'ff61'],
  ['hexDecode', 'FF61', '\u00ffa'],
  ['hexDecode', 'FF6', ''],
  ['sqlHexDecode', 'a=0X41422,0xz', 'a=AB2,0xz'],
  ['length', 'abc', '3'],
  ['parityZero7bit', '\u00c1', 'A'],
])('%s turns %j into %j', (name, input, output) => {
  expect(TRANSFORMS[name].apply(input)).toBe(output);
});

const digest = (name: 'md5' | 'sha1', text: string) =>
  createHash(name).update(Buffer.from(text, 'latin1')).digest().toString('latin1');

test.each(['md5', 'sha1'] as const)(
  '%s is what OpenSSL says, also where the padding takes a block of its own',
  (name) => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
      const text = String.fromCharCode(...Array.from({ length }, (_, at) => (at * 37 + length) & 255));
      expect(TRANSFORMS[name].apply(text)).toBe(digest(name, text));
    }
  },
);
