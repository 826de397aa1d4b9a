import { describe, expect, test } from 'vitest';
import { parseRuleset, type Rule, type Ruleset } from '../../../rules/schema.ts';
import { checkRuleset, viewExample } from '../../../src/edge/waf/check-ruleset.ts';
import { compileRuleset } from '../../../src/edge/waf/compile.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';
import { evaluate } from '../../../src/edge/waf/evaluate.ts';

const BASE: Rule = {
  id: 'r-1',
  name: 'A rule',
  category: 'other',
  severity: 'notice',
  score: 60,
  action: 'log',
  targets: [{ collection: 'ARGS' }],
  transformations: ['lowercase'],
  operator: { name: 'contains', text: 'bad' },
  tags: [],
  examples: { match: [], noMatch: [] },
};
const ruleset = (...rules: Partial<Rule>[]): Ruleset => ({
  name: 'test',
  version: '1',
  rules: rules.map((rule) => ({ ...BASE, ...rule })),
});
const run = (rules: Ruleset, example: Parameters<typeof viewExample>[0]) =>
  evaluate(compileRuleset(prepareRuleset(rules)), viewExample(example));

describe('evaluation', () => {
  test('adds the scores of the rules that match, each once', () => {
    const result = run(ruleset({}, { id: 'r-2', score: 50, action: 'block' }), { path: '/?a=bad&b=BAD' });
    expect(result).toMatchObject({ score: 110, blocking: true });
    expect(result.matches.map(({ id, location, matched }) => [id, location, matched])).toEqual([
      ['r-1', 'ARGS:a', 'bad'],
      ['r-2', 'ARGS:a', 'bad'],
    ]);
  });

  test('is not blocking when only rules that log match', () => {
    expect(run(ruleset({}), { path: '/?a=bad' })).toMatchObject({ score: 60, blocking: false });
  });

  test('names header members as people write them', () => {
    const rules = ruleset({ targets: [{ collection: 'REQUEST_HEADERS', selector: 'User-Agent' }] });
    expect(run(rules, { headers: { 'user-agent': 'bad' } }).matches[0]?.location).toBe('REQUEST_HEADERS:User-Agent');
    expect(run(rules, { headers: { referer: 'bad' } }).matches).toEqual([]);
  });

  test('looks at names where a target asks for them, and only there', () => {
    const rules = ruleset({ targets: [{ collection: 'ARGS_NAMES' }] });
    expect(run(rules, { path: '/?bad=1' }).matches[0]?.location).toBe('ARGS_NAMES:bad');
    expect(run(rules, { path: '/?a=bad' }).matches).toEqual([]);
  });

  test('leaves excluded members out, also of a union', () => {
    const rules = ruleset({
      targets: [{ collection: 'ARGS' }, { collection: 'ARGS', selector: 'Token', exclude: true }],
    });
    expect(run(rules, { path: '/?token=bad' }).matches).toEqual([]);
    expect(run(rules, { path: '/?other=bad' }).matches).toHaveLength(1);
  });

  test('cuts the matched text', () => {
    const rules = ruleset({ operator: { name: 'rx', pattern: 'b.*' } });
    expect(run(rules, { path: `/?a=b${'x'.repeat(1000)}` }).matches[0]?.matched).toHaveLength(200);
  });

  test.each<[Rule['operator'], string, string]>([
    [{ name: 'pm', words: ['Evil', 'worse'] }, 'an evil thing', 'an ev il thing'],
    [{ name: 'beginsWith', text: 'ab' }, 'abc', 'cab'],
    [{ name: 'endsWith', text: 'ab' }, 'cab', 'abc'],
    [{ name: 'streq', text: 'ab' }, 'ab', 'abc'],
    [{ name: 'rx', pattern: 'A+B', ignoreCase: true }, 'xaaby', 'xaay'],
  ])('operator %j', (operator, hit, miss) => {
    const rules = ruleset({ operator });
    expect(run(rules, { path: `/?a=${hit}` }).matches).toHaveLength(1);
    expect(run(rules, { path: `/?a=${miss}` }).matches).toEqual([]);
  });
});

describe('the door for rulesets', () => {
  test('takes a sound ruleset', () => {
    const examples = { match: [{ path: '/?a=bad' }], noMatch: [{ path: '/?a=good' }] };
    expect(checkRuleset(ruleset({ examples })).ok).toBe(true);
  });

  test.each<[string, Ruleset, string, RegExp]>([
    ['an id that is there twice', ruleset({}, {}), 'rules.1.id', /twice/],
    ['multiline', ruleset({ operator: { name: 'rx', pattern: '(?m)^a' } }), 'rules.0.operator', /multiline/],
    ['a recursion', ruleset({ operator: { name: 'rx', pattern: '(a(?R)?)' } }), 'rules.0.operator', /not supported/],
    ['broken syntax', ruleset({ operator: { name: 'rx', pattern: 'a(' } }), 'rules.0.operator', /./],
    [
      'too many repetitions',
      ruleset({ operator: { name: 'rx', pattern: '\\s+(?:a{500}){50}' } }),
      'rules.0.operator',
      /instructions/,
    ],
    [
      'an example that does not match',
      ruleset({ examples: { match: [{ path: '/?a=good' }], noMatch: [] } }),
      'rules.0.examples.match.0',
      /does not match/,
    ],
    [
      'an example that must not match and does',
      ruleset({ examples: { match: [], noMatch: [{}, { path: '/?a=bad' }] } }),
      'rules.0.examples.noMatch.1',
      /must not/,
    ],
  ])('refuses %s', (_, rules, path, message) => {
    const checked = checkRuleset(rules);
    const problems = checked.ok ? [] : checked.problems;
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message).toMatch(message);
  });

  test('runs a super-linear pattern on the linear engine instead of refusing it', () => {
    const rules = ruleset({ operator: { name: 'rx', pattern: '(?:a|a)*b' } });
    expect(checkRuleset(rules).ok).toBe(true);
    // V8 would need 2^40 steps here.
    expect(run(rules, { path: `/?a=${'a'.repeat(40)}` }).matches).toEqual([]);
  });

  test('the parser refuses what is not a ruleset', () => {
    expect(parseRuleset({ name: 'x', version: '1', rules: [{ ...BASE, score: 101 }] })).toMatchObject({
      ok: false,
      problems: [{ path: 'rules.0.score' }],
    });
  });
});
