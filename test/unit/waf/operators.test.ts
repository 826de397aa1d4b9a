import { describe, expect, test } from 'vitest';
import type { Operator, Rule } from '../../../rules/schema.ts';
import { checkRuleset } from '../../../src/edge/waf/check-ruleset.ts';
import { hold, matchedIds, rulesetOf } from '../../support/node/engine.ts';

/** Whether the operator matches the value of a header, which may hold any byte. */
function matches(operator: Operator, value: string): boolean {
  const targets: Rule['targets'] = [{ collection: 'REQUEST_HEADERS', selector: 'x-value' }];
  const headers: [string, string][] = [['x-value', value]];
  const request = { method: 'GET', url: 'https://e.com/', headers, body: null, bodyTruncated: false };
  return matchedIds(hold(rulesetOf([{ operator, targets }]), request)).length > 0;
}

test.each<[Operator, readonly string[], readonly string[]]>([
  [{ name: 'rx', pattern: '^a.b$' }, ['axb', 'a\nb'], ['axbc', 'ab']],
  [{ name: 'rx', pattern: 'AB', ignoreCase: true }, ['xaBx'], ['a b']],
  [{ name: 'rx', pattern: '^$' }, [''], ['x']],
  [{ name: 'pm', words: ['Evil', 'wor se'] }, ['xEVILx', 'a wor se'], ['ev il', 'worse', '']],
  [{ name: 'contains', text: 'b c' }, ['ab cd'], ['abc', 'B C', '']],
  [{ name: 'containsWord', text: 'ab' }, ['ab', 'x ab', 'ab1', '-ab.'], ['xab', 'abx', 'a b', 'ABC']],
  [{ name: 'beginsWith', text: 'ab' }, ['ab', 'abc'], ['cab', 'AB', '']],
  [{ name: 'endsWith', text: 'ab' }, ['ab', 'cab'], ['abc', '']],
  [{ name: 'streq', text: 'ab' }, ['ab'], ['AB', 'abc', '']],
  [{ name: 'within', text: 'GET HEAD' }, ['GET', 'T H', ''], ['get', 'POST']],
  [{ name: 'eq', value: '5' }, ['5', ' 5', '05', '5x'], ['50', '', 'x']],
  [{ name: 'eq', value: '0' }, ['0', '', 'x', '-'], ['1', '-1']],
  [{ name: 'ge', value: '5' }, ['5', '6'], ['4', 'x']],
  [{ name: 'gt', value: '5' }, ['6'], ['5', '']],
  [{ name: 'le', value: '-1' }, ['-1', '-2'], ['0', '']],
  [{ name: 'lt', value: '5' }, ['4', 'x', ''], ['5', '10']],
  [
    {
      name: 'validateByteRange',
      ranges: [
        [32, 90],
        [97, 126],
      ],
    },
    ['a\t', '[', '\u00ff'],
    ['aZ ~', ''],
  ],
  [{ name: 'validateUrlEncoding' }, ['%', '%1', '%zz', 'a%4', '%25%'], ['%25', 'a', '', '%aF%00']],
  [
    { name: 'validateUtf8Encoding' },
    [
      '\u0080',
      '\u00c0\u00af',
      '\u00e0\u0080\u00af',
      '\u00ed\u00a0\u0080',
      '\u00f5\u0080\u0080\u0080',
      '\u00c3',
      '\u00f4\u0090\u0080\u0080',
    ],
    ['abc', '\u00c3\u00a9', '\u00e2\u0082\u00ac', '\u00f0\u009f\u0098\u0080', ''],
  ],
  [
    { name: 'ipMatch', addresses: ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32'] },
    ['10.1.2.3', '192.0.2.7', '2001:db8:1::1', '::ffff:10.0.0.1'],
    ['11.0.0.1', '192.0.2.8', '2001:db9::1', 'x', ''],
  ],
  [{ name: 'detectSQLi' }, ["1' or '1'='1", '1 union select 2,3 from t'], ['John Smith', '']],
  [{ name: 'detectXSS' }, ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>'], ['a < b', '1 = 1', '']],
  [{ name: 'unconditionalMatch' }, ['', 'x'], []],
])('%j', (operator, hits, misses) => {
  for (const value of hits) expect([value, matches(operator, value)]).toEqual([value, true]);
  for (const value of misses) expect([value, matches(operator, value)]).toEqual([value, false]);
  // Negated, each is the other's.
  for (const value of hits) expect([value, matches({ ...operator, negate: true }, value)]).toEqual([value, false]);
  for (const value of misses) expect([value, matches({ ...operator, negate: true }, value)]).toEqual([value, true]);
});

const found = (operator: Operator, value: string) => {
  const rule: Partial<Rule> = { operator, capture: true };
  const transaction = hold(rulesetOf([rule]), { path: `/?a=${encodeURIComponent(value)}` });
  const match = transaction.result.matches[0];
  return [match?.matched, match?.decoded.start, transaction.readTx('0')];
};

describe('what is told', () => {
  test.each<[Operator, string, readonly [string, number, string]]>([
    [{ name: 'pm', words: ['vil', 'Evil', 'il'] }, 'an EVIL thing', ['EVIL', 3, 'EVIL']],
    [{ name: 'contains', text: 'b' }, 'ab', ['b', 1, 'b']],
    [{ name: 'containsWord', text: 'ab' }, 'cab ab', ['ab', 4, 'ab']],
    [{ name: 'endsWith', text: 'b' }, 'aab', ['b', 2, 'b']],
    [{ name: 'within', text: 'xaby' }, 'ab', ['ab', 0, 'ab']],
    [{ name: 'gt', value: '1' }, '22', ['22', 0, '22']],
    [{ name: 'validateByteRange', ranges: [[97, 122]] }, 'ab1c', ['1', 2, '1']],
    [{ name: 'validateUrlEncoding' }, 'ab%zz', ['%zz', 2, '%zz']],
    [{ name: 'rx', pattern: 'c|ab' }, 'xabc', ['ab', 1, 'ab']],
  ])('%j in %j', (operator, value, expected) => {
    expect(found(operator, value)).toEqual(expected);
  });

  test('is what gave injection away, in TX:0', () => {
    expect(found({ name: 'detectXSS' }, '<script>')[2]).toBe('tag script');
  });
});

test('the door refuses an address that is none', () => {
  const checked = checkRuleset(rulesetOf([{ operator: { name: 'ipMatch', addresses: ['10.0.0.1', '10.0.0.300'] } }]));
  expect(checked).toMatchObject({ ok: false, problems: [{ path: 'rules.0.operator' }] });
});

test('the door refuses a pattern with a variable in it', () => {
  const checked = checkRuleset(
    rulesetOf([{ operator: { name: 'rxMacro', pattern: ['^', { collection: 'TX', selector: 'a' }] } }]),
  );
  expect(checked).toMatchObject({ ok: false, problems: [{ path: 'rules.0.operator' }] });
});

test('the door refuses a marker that is not there, and an operator of a chain that cannot run', () => {
  const link = { targets: [], transformations: [], operator: { name: 'rx' as const, pattern: 'a(' } };
  const checked = checkRuleset(rulesetOf([{ skipAfter: 'END' }, { chain: [link] }]));
  const problems = checked.ok ? [] : checked.problems;
  expect(problems.map(({ path }) => path)).toEqual(['rules.0.skipAfter', 'rules.1.chain.0.operator']);
});
