import { describe, expect, test } from 'vitest';
import { cutExcerpt, redactedExcerpt } from '../../../src/edge/excerpt.ts';
import { redactMarked, redactText } from '../../../src/edge/redact.ts';

/** The span of `part` in `text`. */
function spanOf(text: string, part: string) {
  const start = text.indexOf(part);
  return { start, end: start + part.length };
}

const bytes = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));

function marked(excerpt: { text: string; start: number; end: number } | undefined) {
  return excerpt && excerpt.text.slice(excerpt.start, excerpt.end);
}

describe('an excerpt', () => {
  test('marks the match in the value around it', () => {
    const text = `hello ' OR 1=1 -- world`;
    const excerpt = redactedExcerpt('ARGS:q', text, spanOf(text, "' OR 1=1"));
    expect(excerpt).toEqual({ text, start: 6, end: 14 });
  });

  test('of a long value is short, and tells where it was cut', () => {
    const text = `${'a '.repeat(5000)}<script>${'b '.repeat(5000)}`;
    const excerpt = redactedExcerpt('ARGS:q', text, spanOf(text, '<script>'));
    expect(marked(excerpt)).toBe('<script>');
    expect(excerpt?.text.length).toBeLessThan(150);
    expect(excerpt?.text).toMatch(/^….*…$/);
  });

  test('of a long match shows its beginning', () => {
    const text = `x${'<'.repeat(1000)}y`;
    const excerpt = redactedExcerpt('ARGS:q', text, { start: 1, end: 1001 });
    expect(marked(excerpt)).toBe('<'.repeat(160));
    expect(excerpt?.text).toBe(`x${'<'.repeat(160)}…`);
  });

  test('has no secrets, and the mark stays where the match is', () => {
    const text = `password=hunter2hunter2&q=<script>&mail=eve@example.com`;
    const excerpt = redactedExcerpt('REQUEST_BODY', text, spanOf(text, '<script>'));
    expect(excerpt?.text).toBe('password=[redacted]&q=<script>&mail=[e-mail]');
    expect(marked(excerpt)).toBe('<script>');
  });

  test('does not show a match that stands in a secret', () => {
    const text = `user=eve&password=hunter2'or'1&x=1`;
    const excerpt = redactedExcerpt('REQUEST_BODY', text, spanOf(text, "'or'1"));
    expect(excerpt?.text).not.toContain('hunter');
    expect(excerpt?.text).not.toContain("'or'1");
    expect(marked(excerpt)).toContain('[redacted]');
  });

  test.each([
    ['a secret whose name is far before the match', `token=${'s3cr3t.'.repeat(300)}`],
    ['one that begins out of reach', `token=${'s3cr3t.'.repeat(3000)}`],
  ])('does not show %s', (_what, secret) => {
    const text = `${secret}<script>`;
    const excerpt = redactedExcerpt('REQUEST_BODY', text, spanOf(text, '<script>'));
    expect(JSON.stringify(excerpt ?? '')).not.toContain('s3cr3t');
  });

  test.each([
    'ARGS:password',
    'REQUEST_HEADERS:Authorization',
    'REQUEST_COOKIES:sid',
    'RESPONSE_BODY',
    'TX:0',
    'MATCHED_VAR',
  ])('of %s is not given', (location) =>
    expect(redactedExcerpt(location, 'x <script>', { start: 2, end: 10 })).toBeUndefined(),
  );

  test('reads UTF-8 and cuts no character in two', () => {
    const text = bytes(`${'ü'.repeat(200)}<script>${'ü'.repeat(200)}`);
    const excerpt = redactedExcerpt('ARGS:q', text, spanOf(text, '<script>'));
    expect(marked(excerpt)).toBe('<script>');
    expect(excerpt?.text).toMatch(/^…ü+<script>ü+…$/);
    expect(marked(cutExcerpt('\xc0\xae\xc0\xae/', { start: 0, end: 4 }))).toBe('\xc0\xae\xc0\xae');
  });
});

test('a marked text is redacted as any other', () => {
  for (const text of [
    'a=1&token=abcdef&b=2',
    'bearer abcdefghijkl and 4111 1111 1111 1111, eyJhbGciOiJIUzI1NiJ9.e30.x',
    'nothing here',
  ]) {
    for (let start = 0; start <= text.length; start++) {
      const done = redactMarked({ text, start, end: text.length });
      expect(done.text).toBe(redactText(text));
      expect(done.end).toBe(done.text.length);
      expect(done.start).toBeLessThanOrEqual(done.text.length);
    }
  }
});
