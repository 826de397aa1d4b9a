import { expect, test } from 'vitest';
import { parseRuleset, type Rule } from '../../../rules/schema.ts';
import core from '../../../rules/owasp-core.json' with { type: 'json' };
import extended from '../../../rules/owasp-extended.json' with { type: 'json' };
import { checkRuleset, viewExample } from '../../../src/edge/waf/check-ruleset.ts';
import { compileRuleset } from '../../../src/edge/waf/compile.ts';
import { evaluate } from '../../../src/edge/waf/evaluate.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';

const parsed = parseRuleset(extended);
const rules: readonly Rule[] = parsed.ok ? parsed.value.rules : [];

test('the extended ruleset passes its own door, where each rule proves its examples', () => {
  expect(parsed.ok ? [] : parsed.problems).toEqual([]);
  const checked = parsed.ok ? checkRuleset(parsed.value) : parsed;
  expect(checked.ok ? [] : checked.problems).toEqual([]);
});

test('its rules have ids of their own and at least five examples of each kind', () => {
  const coreIds = new Set(core.rules.map(({ id }) => id));
  for (const { id, examples } of rules) {
    expect([id, coreIds.has(id)]).toEqual([id, false]);
    expect([id, examples.match.length >= 5, examples.noMatch.length >= 5]).toEqual([id, true, true]);
  }
});

test('no rule blocks what another rule names as honest', () => {
  if (!parsed.ok) return;
  const compiled = compileRuleset(prepareRuleset(parsed.value));
  const blocked = rules.flatMap(({ id, examples }) =>
    examples.noMatch
      .map((example) => ({ id, example, result: evaluate(compiled, viewExample(example)) }))
      .filter(({ result }) => result.blocking)
      .map(({ example, result }) => ({ id, example, by: result.matches.map((match) => match.id) })),
  );
  expect(blocked).toEqual([]);
});
