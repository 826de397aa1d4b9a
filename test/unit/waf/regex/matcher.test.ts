import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AutomatonMemory } from '../../../../src/edge/waf/regex/automaton-memory.ts';
import { LazyDfa } from '../../../../src/edge/waf/regex/lazy-dfa.ts';
import { makeRegexMatcher, type RegexMatcher } from '../../../../src/edge/waf/regex/matcher.ts';
import { printPattern } from '../../../../src/edge/waf/regex/print-pattern.ts';
import { compileProgram } from '../../../../src/edge/waf/regex/program.ts';
import { readPattern } from '../../../../src/edge/waf/regex/read-pattern.ts';
import { StartFinder } from '../../../../src/edge/waf/regex/start-finder.ts';

/** The same pattern in each engine. */
function engines(source: string, ignoreCase = false): readonly RegexMatcher[] {
  const read = readPattern(source, ignoreCase);
  if (!read.ok) throw new Error(`${source}: ${read.reason}`);
  const { text } = printPattern(read.pattern, true);
  return (['v8', 'dfa'] as const).map((engine) => makeRegexMatcher({ pattern: text, engine }));
}

function agree(source: string, texts: readonly string[]): void {
  const [v8, dfa] = engines(source);
  for (const text of texts) {
    expect([source, text, dfa!.test(text)]).toEqual([source, text, v8!.test(text)]);
    expect([source, text, dfa!.search(text)]).toEqual([source, text, v8!.search(text)]);
  }
}

describe('both engines', () => {
  const texts = [
    "' or 1=1--",
    '<script>alert(1)</script>',
    '../../etc/passwd',
    'plain words',
    '\u00e0\u00c0 \u00a0\n',
    '',
    'a\nb',
    'aaab',
    'union \t select',
    "x'yz'x",
    'xy',
    'me@x',
    "'/-",
  ];

  test.each([
    'union\\s+select',
    '^a*b*$',
    '<script[^<>]*>',
    '\\bor\\b \\d{1,9}=\\d',
    'x(?:ab|cd)+e',
    "'[^']{0,200}'x",
    '(?:^|/)c99',
    '(a+)+b',
    '(a|aa)+$',
    'x[^y]{0,500}z',
    'a.b',
    '\\s',
    '[^a]',
    '[^\\d\\D]',
    '$',
    '[\\w.-]+@',
    '(?:x|)y',
    '\\x27\\/\\-',
    'a{2,}?b',
    '(a)|(b)|(x)(y)?',
  ])('agree on whether and what %s matches', (source) => agree(source, texts));

  test('agree on generated patterns and texts, with their groups', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '[ab]',
      '.',
      'ab',
      '(a|bb)',
      '(?:(ab)|c)',
      '^',
      '$',
      '\\b',
      '\\B',
      '[^a]',
      '(a|ab)',
    );
    const source = fc
      .array(fc.tuple(atom, fc.constantFrom('', '', '?', '*', '+', '*?', '+?', '??', '{2}', '{1,3}', '{0,2}?')), {
        minLength: 1,
        maxLength: 6,
      })
      .map((parts) =>
        parts
          .map(([one, count]) => (/^[\^$]|^\\/.test(one) ? one : `${one.length > 1 ? `(?:${one})` : one}${count}`))
          .join(''),
      );
    // JavaScript forgets what a group matched in an earlier iteration, PCRE does not: groups are compared where none is repeated.
    fc.assert(
      fc.property(
        source,
        fc.boolean(),
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), maxLength: 10 })),
        (one, doubled, inputs) => {
          const [v8, dfa] = engines(doubled ? `${one}|c${one}` : one);
          for (const text of inputs) {
            const [theirs, ours] = [v8!.search(text), dfa!.search(text)];
            expect([text, dfa!.test(text)]).toEqual([text, theirs !== null]);
            expect([text, ours?.start, ours?.end]).toEqual([text, theirs?.start, theirs?.end]);
            if (!/\)[*+{]/.test(one)) expect([text, ours]).toEqual([text, theirs]);
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('ignore the case of ASCII letters alone', () => {
    for (const engine of engines('k[s-u]\u00e0', true)) {
      expect(engine.search('KS\u00e0')?.groups).toEqual(['KS\u00e0']);
      expect(engine.test('KS\u00c0')).toBe(false);
    }
  });

  test('find either case of a letter that several options begin with', () => {
    for (const engine of engines('\\b(?:bin|i[fns])\\(', true)) {
      expect(['IN(', 'in(', 'BIN(', 'Is(', 'it('].map((text) => engine.test(text))).toEqual([
        true,
        true,
        true,
        true,
        false,
      ]);
    }
  });

  test('take white space as PCRE does', () => {
    for (const engine of engines('^\\s$')) {
      expect(['\t', '\v', ' ', '\u00a0'].map((text) => engine.test(text))).toEqual([true, true, true, false]);
    }
  });
});

test('groups keep the numbers that they have in the pattern of which a branch is part', () => {
  for (const engine of ['v8', 'dfa'] as const) {
    const matcher = makeRegexMatcher({ pattern: '(a)(b)', engine, groups: [3, 5] });
    expect(matcher.search('xab')).toEqual({
      start: 1,
      end: 3,
      groups: ['ab', undefined, undefined, 'a', undefined, 'b'],
    });
  }
});

test('a pattern without regard to case finds what V8 would miss under the modifier alone', () => {
  const matcher = makeRegexMatcher({ pattern: '(?i:\\b(?:bin|i[fns])[ ]?\\()', engine: 'v8' });
  for (const text of ['IN (', 'in(', 'If (', 'BIN(']) expect([text, matcher.test(text)]).toEqual([text, true]);
  expect(matcher.test('bin')).toBe(false);
});

describe('the lazy automaton', () => {
  test('says the same when its table overflows', () => {
    // A state for each of 2^16 ways in which the last bytes may have been: more than the table holds.
    const [v8, dfa] = engines('a[ab]{16}c');
    let seed = 1;
    const next = () => (seed = (seed * 48_271) % 0x7fffffff);
    const noise = Array.from({ length: 20_000 }, () => (next() % 2 === 0 ? 'a' : 'b')).join('');
    for (const text of [
      noise,
      `${noise}c`,
      `${noise.slice(0, 16)}c`,
      `b${'b'.repeat(16)}c`,
      `${noise}b${'b'.repeat(16)}c`,
    ]) {
      expect(dfa!.test(text)).toBe(v8!.test(text));
    }
  });
});

function memory(source: string): RegexMatcher {
  const read = readPattern(source, false);
  if (!read.ok) throw new Error(read.reason);
  const { text, groups } = printPattern(read.pattern, true);
  return makeRegexMatcher({ pattern: text, engine: 'memory', groups });
}

test('where the leftmost match begins is found from the end of the text', () => {
  const atom = fc.constantFrom('a', 'b', '[ab]', '.', 'ab', '(?:a|bb)', '^', '$', '\\b', '\\B', '(?:ab|c)');
  const source = fc
    .array(fc.tuple(atom, fc.constantFrom('', '', '?', '*', '+', '{2}', '{1,3}')), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.map(([one, count]) => (/^[\^$\\]/.test(one) ? one : `(?:${one})${count}`)).join(''));
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), maxLength: 12 });
  fc.assert(
    fc.property(source, fc.array(text), (one, texts) => {
      const read = readPattern(one, false);
      if (!read.ok) throw new Error(read.reason);
      for (const memory of [new AutomatonMemory(1e6), new AutomatonMemory(60)]) {
        const finder = new StartFinder(read.pattern, memory);
        for (const input of texts) {
          const match = new RegExp(one, 's').exec(input);
          if (match !== null) expect([one, input, finder.find(input)]).toEqual([one, input, match.index]);
        }
      }
    }),
    { numRuns: 1500 },
  );
});

test('a match in a long text stands where V8 finds it', () => {
  const noise = 'a,b;'.repeat(3000);
  for (const source of ['(b);(c)', '(?:a,|x)(b;)+(c*)$', ',(b;[ab,;]*)c', '\\bc\\b']) {
    const [v8, dfa] = engines(source);
    for (const text of [`${noise}b;c`, `${noise}b;b;c${noise}`, `b;cc${noise}`, `${noise}-c-`]) {
      expect([source, dfa!.search(text)]).toEqual([source, v8!.search(text)]);
    }
  }
});

test('automata that share a small memory say the same', () => {
  const memory = new AutomatonMemory(500);
  const patterns = ['a[ab]{6}c', '(?:ab|b[ac])+c$', '\\bb+\\b.c'];
  const automata = patterns.map((source) => {
    const read = readPattern(source, false);
    if (!read.ok) throw new Error(read.reason);
    return new LazyDfa(compileProgram(read.pattern), memory);
  });
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 60 }), (text) => {
      for (const [at, source] of patterns.entries()) {
        expect([source, text, automata[at]!.test(text)]).toEqual([source, text, new RegExp(source, 's').test(text)]);
      }
    }),
    { numRuns: 500 },
  );
  expect(memory.generation).toBeGreaterThan(0);
});

describe('the search with a memory', () => {
  test('agrees with V8 on generated patterns with look-around and back-references', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '[ab]',
      '(a|bb)',
      '(?=a)',
      '(?!ab)',
      '(?<=a)',
      '(?<!a|bb)',
      '(?=(?:a|b)+c)',
      '\\b',
      '(?:a|ab)',
    );
    const source = fc
      .array(fc.tuple(atom, fc.constantFrom('', '', '?', '*', '+', '*?', '{1,2}')), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.map(([one, count]) => (/^\(\?[=!<]|^\\/.test(one) ? one : `(?:${one})${count}`)).join(''));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 10 });
    fc.assert(
      fc.property(source, fc.boolean(), fc.array(text), (one, refers, inputs) => {
        const whole = refers ? `([ab]+)-?${one}\\1` : one;
        const regex = new RegExp(whole, 's');
        for (const input of inputs) {
          const [theirs, ours] = [regex.exec(input), memory(whole).search(input)];
          expect([whole, input, ours?.start, ours?.groups[0]]).toEqual([whole, input, theirs?.index, theirs?.[0]]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['(?i)(\\w+)=\\1', 'xx aB=Ab', 'aB=Ab'],
    ['(?>a+)ab', 'aaab', null],
    ['(?>a|ab)c', 'abc', null],
    ['(?>(a+))b', 'aab', 'aab'],
    ['<\\?(?!xml)', '<?xml <?php', '<?'],
    ['(?<!&amp|&lt);', '&amp;&lt;x;', ';'],
    ['a\\Z', 'ba\n', 'a'],
    ['a\\R\\n', 'a\r\n\n', 'a\r\n\n'],
    ['(a)?\\1b', 'b', null],
  ])('%s', (source, text, matched) => {
    expect(memory(source).search(text)?.groups[0] ?? null).toBe(matched);
  });

  test('gives up, and says so, where a pattern wants more steps than its budget', () => {
    // Every pair of places is a different first group.
    const matcher = memory('(a*)x?(a*)x?\\1\\2(?=bb)');
    expect(matcher.test('a'.repeat(2000))).toBe(false);
    expect(matcher.gaveUp).toBe(true);
    expect(matcher.test('aaaabb')).toBe(true);
    expect(matcher.gaveUp).toBe(false);
  });

  test('takes nested repetitions in its stride', () => {
    const matcher = memory('(?:(?:a+)+|a*)*(?!a)c');
    expect(matcher.test('a'.repeat(50_000))).toBe(false);
    expect(matcher.gaveUp).toBe(false);
  });
});

test('what is possessive gives nothing back, in every engine', () => {
  for (const engine of engines('\\s*+[^,]+$')) {
    expect(engine.test('  ')).toBe(false);
    expect(engine.search('  a ')?.start).toBe(0);
  }
});
