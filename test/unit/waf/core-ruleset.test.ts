import { describe, expect, test } from 'vitest';
import { parseRuleset, type Rule } from '../../../rules/schema.ts';
import core from '../../../rules/owasp-core.json' with { type: 'json' };
import { checkRuleset, viewExample } from '../../../src/edge/waf/check-ruleset.ts';
import { compileRuleset } from '../../../src/edge/waf/compile.ts';
import { evaluate } from '../../../src/edge/waf/evaluate.ts';

const parsed = parseRuleset(core);
const rules: readonly Rule[] = parsed.ok ? parsed.value.rules : [];

/** The twelve rules that the product promises: id, score, action. */
const PROMISED = [
  ['sqli-001', 70, 'block'],
  ['sqli-002', 60, 'block'],
  ['sqli-003', 80, 'block'],
  ['xss-001', 65, 'block'],
  ['xss-002', 55, 'block'],
  ['xss-003', 60, 'block'],
  ['traversal-001', 70, 'block'],
  ['rfi-001', 75, 'block'],
  ['cmd-001', 80, 'block'],
  ['scanner-001', 50, 'log'],
  ['shell-001', 90, 'block'],
  ['ssrf-001', 65, 'block'],
];

test('the built-in ruleset passes its own door', () => {
  expect(parsed.ok ? [] : parsed.problems).toEqual([]);
  expect(parsed.ok && checkRuleset(parsed.value)).toEqual([]);
});

test('the built-in rules are the twelve promised, with their scores and actions', () => {
  expect(rules.map((rule) => [rule.id, rule.score, rule.action])).toEqual(PROMISED);
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  const alone = compileRuleset({ name: rule.id, version: '1', rules: [rule] });
  const ids = (example: Rule['examples']['match'][number]) =>
    evaluate(alone, viewExample(example)).matches.map((match) => match.id);

  test('has at least five examples of each kind', () => {
    expect(rule.examples.match.length).toBeGreaterThanOrEqual(5);
    expect(rule.examples.noMatch.length).toBeGreaterThanOrEqual(5);
  });
  test.each(rule.examples.match)('matches %j', (example) => {
    expect(ids(example)).toEqual([rule.id]);
  });
  test.each(rule.examples.noMatch)('leaves alone %j', (example) => {
    expect(ids(example)).toEqual([]);
  });
});
