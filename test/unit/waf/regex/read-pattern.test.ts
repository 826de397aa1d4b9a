import { describe, expect, test } from 'vitest';
import { makeRegexMatcher } from '../../../../src/edge/waf/regex/matcher.ts';
import { printPattern } from '../../../../src/edge/waf/regex/print-pattern.ts';
import { readPattern } from '../../../../src/edge/waf/regex/read-pattern.ts';

function matches(source: string, text: string): boolean {
  const read = readPattern(source, false);
  if (!read.ok) throw new Error(read.reason);
  return makeRegexMatcher({ pattern: printPattern(read.pattern).text, engine: 'dfa' }).test(text);
}

describe('PCRE syntax', () => {
  test.each([
    ['[]a]+$', ']a]', 'b'],
    ['[^]a]', 'b', ']'],
    ['^[a-]$', '-', 'b'],
    ['^[a-\\d]$', '-', 'b'],
    ['^[\\w-x]$', '-', '+'],
    ['^[[:alpha:][:^ascii:]]$', '\u00ff', '1'],
    ['^\\x{41}\\x42\\x4g\\x$', 'AB\u0004g\0', 'AB'],
    ['^\\101\\01\\0$', 'A\u0001\0', 'A'],
    ['^[\\101\\b]$', '\b', '1'],
    ['^\\h\\v$', '\u00a0\u0085', ' '],
    ['^\\cA\\e\\a$', '\u0001\u001b\u0007', 'A'],
    ['^\\Qa.b\\E.$', 'a.bc', 'axbc'],
    ['^a(?i)b|c$', 'C', 'A'],
    ['^a(?i:b)c$', 'aBc', 'aBC'],
    ['^(?i)a(?-i)b$', 'Ab', 'AB'],
    ['^.(?-s).$', '\na', 'a\n'],
    ['^(?x) a b # no more\n c$', 'abc', 'a b c'],
    ['^a(?#not this)b$', 'ab', 'a'],
    ['^a{,3}$', 'a{,3}', 'aa'],
    ['^{{a}}$', '{{a}}', '{a}'],
    ['\\Aa\\z', 'a', 'a\n'],
    ['^a$', 'a', 'a\n'],
    ['^(?<name>a)(?P<other>b)$', 'ab', 'a'],
    ['^\\N\\.\\/\\"$', 'x./"', '\n./"'],
  ])('%s', (source, yes, no) => {
    expect(matches(source, yes)).toBe(true);
    expect(matches(source, no)).toBe(false);
  });

  test.each([
    ['(a', /end/],
    ['a)', /opening/],
    ['[a', /end/],
    ['*a', /repeat/],
    ['a{3,2}', /order/],
    ['[b-a]', /order/],
    ['[[:nope:]]', /nope/],
    ['\\y', /not supported/],
    ['(?m)a', /multiline/],
    ['(?|a|b)', /not supported/],
    ['(*FAIL)', /not supported/],
    ['\\1(a)', /no group/],
    ['a\\', /backslash/],
    ['\u4e00', /byte/],
    [`a${'{2}'.repeat(20)}`, /follow/],
    [`${'('.repeat(200)}a${')'.repeat(200)}`, /nest/],
  ])('refuses %s with a reason', (source, reason) => {
    const result = readPattern(source, false);
    expect(result.ok ? '' : result.reason).toMatch(reason);
  });
});
