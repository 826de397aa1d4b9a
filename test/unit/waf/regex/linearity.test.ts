import * as fc from 'fast-check';
import { checkSync } from 'recheck';
import { describe, expect, test } from 'vitest';
import core from '../../../../rules/owasp-core.json' with { type: 'json' };
import { proveLinear } from '../../../../src/edge/waf/regex/linearity.ts';
import type { Pattern } from '../../../../src/edge/waf/regex/pattern.ts';
import { readPattern } from '../../../../src/edge/waf/regex/read-pattern.ts';
import { printPattern } from '../../../../src/edge/waf/regex/print-pattern.ts';
import { countBacktracking } from '../../../support/node/count-backtracking.ts';
import { makeRegexMatcher } from '../../../../src/edge/waf/regex/matcher.ts';

function read(source: string, ignoreCase = false): Pattern {
  const result = readPattern(source, ignoreCase);
  if (!result.ok) throw new Error(`${source}: ${result.reason}`);
  return result.pattern;
}

const SAFE = [
  'union\\s+select',
  '^a*b*$',
  '<script[^<>]*>',
  '[a-z]:/',
  '\\bor\\b \\d{1,9}=\\d',
  'x(?:ab|cd)+e',
  "'[^']{0,200}'x",
  '^[^=]{0,64}=',
  'x{3}y{0,5}z',
  '(?:^|/)c99',
];
const UNSAFE = [
  '(?:ab|cd)+e',
  '\\s+select',
  '(a+)+b',
  '(a|a)*b',
  '(a|aa)+$',
  'a*a*b',
  '<[^>]*>x',
  '.*x.*y',
  '(?:a?){30}a{30}',
  'x[^y]{0,500}z',
  "'.+'x",
];

describe('the linearity proof', () => {
  test.each(SAFE)('accepts %s', (source) => {
    expect(proveLinear(read(source))).toMatchObject({ linear: true });
  });

  test.each(UNSAFE)('does not accept %s', (source) => {
    expect(proveLinear(read(source))).toMatchObject({ linear: false });
  });

  test('gives up on what is too large, and says so', () => {
    expect(proveLinear(read('(?:[^a]{7}){8}(?:.{8}){8}(?:.{8}){8}(?:.{8}){8}(?:.{8}){8}'))).toMatchObject({
      linear: false,
    });
  });
});

/** The branches of the built-in patterns, as the engine splits them. */
const branches = core.rules.flatMap((rule) => {
  const pattern = read(rule.operator.pattern);
  const options = pattern.kind === 'choice' ? pattern.options : [pattern];
  return options.map((option, index) => ({ id: `${rule.id}#${index}`, option }));
});
const proven = branches.filter(({ option }) => proveLinear(option).linear);

const PUMPS = [
  "' or '",
  '<a ',
  '<script',
  '../',
  'union select ',
  '((',
  ' onload=',
  "';",
  '1 or 1',
  '\n',
  '`',
  '{{a',
  'http://a.',
  '\\',
  '%00',
  'aaaa',
  '<? ',
  'j a v a ',
  '/*',
  '|| ',
  '"> <script>',
  '</script> <s',
  '--><script src ',
  'style=expression(',
  '<a onclick=alert ',
  '..%etc',
  '../etc/',
];

/** By what the steps of a full search grow when the text doubles: about 2 when it is linear, 4 when it is quadratic. */
function growth(pattern: Pattern, pump: string, length: number): number {
  const [once, twice] = [length, 2 * length].map((size) =>
    countBacktracking(pattern, pump.repeat(Math.ceil(size / pump.length)), 5_000_000),
  );
  return (twice ?? 0) / Math.max(once ?? 0, 1);
}

describe('against recheck', () => {
  test('whatever recheck finds super-linear is not proven', () => {
    // In recheck too `s` is on and letters are bytes: the printed form has no flags.
    const attacked = [...SAFE, ...UNSAFE]
      .map((source) => ({ source, pattern: read(source) }))
      .filter(
        ({ pattern }) => checkSync(printPattern(pattern).text, '', { checker: 'automaton' }).status === 'vulnerable',
      );
    expect(attacked.length).toBeGreaterThan(4);
    expect(attacked.filter(({ pattern }) => proveLinear(pattern).linear)).toEqual([]);
  });

  test('no short branch of the built-in rules that V8 runs is vulnerable', () => {
    // The long ones take recheck seconds each; the counted pumps below cover them all.
    const short = proven.filter(({ option }) => printPattern(option).text.length < 60);
    expect(short.length).toBeGreaterThan(5);
    const vulnerable = short.filter(
      ({ option }) => checkSync(printPattern(option).text, '', { checker: 'automaton' }).status === 'vulnerable',
    );
    expect(vulnerable.map(({ id }) => id)).toEqual([]);
  });
});

describe('against counted backtracking', () => {
  test('what is proven grows linearly, on generated patterns and inputs', () => {
    const atom = fc.constantFrom('a', 'b', '[ab]', '.', 'ab', '(?:a|bb)', '(?:ab|c)', '^', '[^a]', '(?:a|ab)');
    const source = fc
      .array(fc.tuple(atom, fc.constantFrom('', '', '', '?', '*', '+', '{2,4}', '{0,12}')), {
        minLength: 1,
        maxLength: 6,
      })
      .map((parts) => parts.map(([one, count]) => (one === '^' || count === '' ? one : `(?:${one})${count}`)).join(''));
    const pump = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 });
    let linear = 0;
    fc.assert(
      fc.property(source, pump, (text, input) => {
        const pattern = read(text);
        if (!proveLinear(pattern).linear) return;
        linear++;
        expect(growth(pattern, input, 300)).toBeLessThan(2.6);
      }),
      { numRuns: 1000 },
    );
    expect(linear).toBeGreaterThan(100);
  });

  test.each(UNSAFE.filter((source) => !source.includes('{')))('%s indeed grows faster', (source) => {
    const growths = ['a', ' ', '<', 'ab', 'x', "'"].map((pump) => growth(read(source), pump, 80));
    expect(Math.max(...growths) > 3 || countBacktracking(read(source), 'a'.repeat(40), 5_000_000) >= 5_000_000).toBe(
      true,
    );
  });

  test('every branch of the built-in rules that V8 runs grows linearly when pumped', () => {
    for (const { id, option } of proven) {
      for (const pump of PUMPS) expect([id, pump, growth(option, pump, 512) < 2.6]).toEqual([id, pump, true]);
    }
  });
});

test('V8 searches 64 KB of pumped text with every proven branch', () => {
  // A super-linear branch would take minutes on some of these; the test's own timeout is the only clock.
  for (const { option } of proven) {
    const matcher = makeRegexMatcher({ pattern: printPattern(option).text, engine: 'v8' });
    for (const pump of PUMPS) matcher.test(`${pump.repeat(65_536 / pump.length)}\u0001`);
  }
  expect(proven.length).toBeGreaterThan(branches.length / 2);
});
