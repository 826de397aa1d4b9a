import { describe, expect, test } from 'vitest';
import { parseRuleset, type Rule } from '../../../rules/schema.ts';
import core from '../../../rules/owasp-core.json' with { type: 'json' };
import { checkRuleset, viewExample } from '../../../src/edge/waf/check-ruleset.ts';
import { compileRuleset } from '../../../src/edge/waf/compile.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';
import { evaluate } from '../../../src/edge/waf/evaluate.ts';
import { buildRequestView } from '../../../src/edge/waf/request-view.ts';

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
  expect(parsed.ok && checkRuleset(parsed.value)).toMatchObject({ ok: true });
});

test('the built-in rules are the twelve promised, with their scores and actions', () => {
  expect(rules.map((rule) => [rule.id, rule.score, rule.action])).toEqual(PROMISED);
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  const alone = compileRuleset(prepareRuleset({ name: rule.id, version: '1', rules: [rule] }));
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

test('binary uploads, sent as they are, match nothing', () => {
  const compiled = compileRuleset(prepareRuleset({ name: 'core', version: '1', rules: [...rules] }));
  // Knuth's MMIX generator: the same noise in every run, behind the signature of a PNG or a JPEG.
  let state = 42n;
  const noise = Uint8Array.from({ length: 128 * 1024 }, () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 56n);
  });
  for (const [type, signature] of [
    ['image/png', [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]],
    ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]],
  ] as const) {
    const body = noise.slice();
    body.set(signature);
    const view = buildRequestView({
      method: 'PUT',
      url: 'https://example.com/upload',
      headers: [['content-type', type]],
      body,
      bodyTruncated: true,
    });
    expect([type, evaluate(compiled, view).matches]).toEqual([type, []]);
  }
});
