import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesPath, readPathPattern, refusePath } from '../../../../src/edge/exclusions/path-pattern.ts';

const matches = (pattern: string, path: string) => matchesPath(readPathPattern(pattern), path);

test.each([
  ['/', '/', true],
  ['/', '/a', false],
  ['/a/b', '/a/b', true],
  ['/a/b', '/a/b/', true],
  ['/a/b/', '/a/b', true],
  ['/a/b', '/a/bc', false],
  ['/a/b', '/a', false],
  ['/a/*', '/a/b', true],
  ['/a/*', '/a', false],
  ['/a/*', '/a/b/c', false],
  ['/a/x*z', '/a/xyz', true],
  ['/a/x*z', '/a/xz', true],
  ['/a/x*z', '/a/x/z', false],
  ['/*/edit', '/posts/edit', true],
  ['/a/**', '/a', true],
  ['/a/**', '/a/b/c', true],
  ['/a/**', '/ab', false],
  ['/**', '/', true],
  ['/**', '/any/where', true],
  ['/**/edit', '/edit', true],
  ['/**/edit', '/a/b/edit', true],
  ['/**/edit', '/a/b/edit/c', false],
  ['/a/**/b/**/c', '/a/x/b/y/b/z/c', true],
  ['/api/v*/posts/*/comments', '/api/v2/posts/17/comments', true],
  ['/API/Upload', '/API/Upload', true],
  ['/API/Upload', '/api/upload', false],
  ['/my%20files/*', '/my%20files/a%20b.txt', true],
])('%s means %s: %s', (pattern, path, meant) => {
  expect(refusePath(pattern)).toBeNull();
  expect(matches(pattern, path)).toBe(meant);
});

describe('nobody reaches another place under the cover of an exclusion', () => {
  test.each([
    '/public/../admin',
    '/public/%2e%2e/admin',
    '/public/%2E%2E%2Fadmin',
    '/public/..%5cadmin',
    '/public/..\\admin',
    '/public/..;/admin',
    '/public/%252e%252e/admin',
    '/public/x%252f..%252f..%252fadmin',
    '/public/x%25252fadmin',
    '/Public/a',
    '//public/a',
    '/./public/a',
    `/public/${'a'.repeat(3000)}`,
  ])('%s', (path) => {
    expect(matches('/public/**', path)).toBe(false);
  });

  test.each(['/public/a%20b', '/public/caf%C3%A9', '/public/a.b.c', '/public/A/B'])('but %s is there', (path) => {
    expect(matches('/public/**', path)).toBe(true);
  });

  test('a path that matches stays under the fixed part when its dots are resolved', () => {
    const piece = fc.constantFrom(
      'a',
      '..',
      '.',
      '%2e%2e',
      '%2f',
      '%5c',
      '\\',
      ';x',
      '/',
      '%25',
      '%2525',
      'B',
      '',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = `/public/${pieces.join('/')}`;
        if (!matches('/public/**', path)) return;
        let read = path;
        for (let pass = 0; pass < 3; pass++) {
          read = read.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
          const resolved = new URL(`https://x${read.replaceAll('\\', '/').replace(/;[^/]*/g, '')}`).pathname;
          expect(resolved.startsWith('/public')).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

/** The plain meaning, by trying everything. */
function reference(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === '**') return path.some((_, at) => reference(rest, path.slice(at))) || reference(rest, []);
  const [head, ...others] = path;
  return head !== undefined && wildcard(first, head) && reference(rest, others);
}

function wildcard(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*')) {
    return wildcard(pattern.slice(1), text) || (text !== '' && wildcard(pattern, text.slice(1)));
  }
  return pattern.charAt(0) === text.charAt(0) && text !== '' && wildcard(pattern.slice(1), text.slice(1));
}

test('patterns mean what trying everything says', () => {
  const part = fc.array(fc.constantFrom('a', 'b', '*'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
  const segment = fc.oneof(
    part.map((text) => text.replace(/\*+/g, '*')),
    fc.constant('**'),
  );
  const name = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 6 }), fc.array(name, { maxLength: 6 }), (pattern, path) => {
      const written = `/${pattern.join('/')}`;
      expect(matches(written, `/${path.join('/')}`)).toBe(reference(pattern, path));
    }),
    { numRuns: 3000 },
  );
});

test('hostile patterns and paths take no time to speak of', () => {
  const pattern = `/**/${'a*'.repeat(100)}b/**/${'*a'.repeat(50)}/c`;
  expect(matches(pattern, `/${'a'.repeat(2000)}`)).toBe(false);
  expect(matches('/**/a/a/a/a/a/a/b', `/${'a/'.repeat(1000)}`)).toBe(false);
});

test.each([
  ['api', 'slash'],
  ['/a?b=1', 'query'],
  ['/a//b', 'doubled'],
  ['/a/../b', 'dot segments'],
  ['/a/.', 'dot segments'],
  ['/a\\b', 'backslash'],
  ['/a/b**', 'by itself'],
  ['/a/***', 'by itself'],
  ['', 'slash'],
])('%j is no path pattern', (pattern, why) => {
  expect(refusePath(pattern)).toContain(why);
});
