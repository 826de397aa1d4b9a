import { expect, test } from 'vitest';
import { parseRuleset } from '../../../rules/schema.ts';
import { activateRulesets } from '../../../src/edge/active-rulesets.ts';
import { decide } from '../../../src/edge/decide.ts';
import { defaultPolicy } from '../../../src/edge/default-policy.ts';
import { evidenceOf } from '../../../src/edge/evidence.ts';
import { Inspection } from '../../../src/edge/inspect.ts';
import { parsePolicy, type Policy } from '../../../src/edge/policy.ts';
import { viewExample } from '../../../src/edge/waf/check-ruleset.ts';
import { compileRuleset, type CompiledRuleset } from '../../../src/edge/waf/compile.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';

const { thresholds } = defaultPolicy({});
const CLEAN = { score: 0, signals: [] };

/** A ruleset of one rule on the word `tea`. */
function compiled(id: string, action: string, score: number) {
  const parsed = parseRuleset({
    name: id,
    version: '1',
    rules: [
      {
        id,
        name: `Rule ${id}`,
        category: 'sqli',
        severity: 'critical',
        score,
        action,
        targets: [{ collection: 'ARGS' }],
        transformations: [],
        operator: { name: 'contains', text: 'tea' },
        tags: [],
      },
    ],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compileRuleset(prepareRuleset(parsed.value));
}

const core = ['owasp-core', compiled('core-1', 'block', 40)] as const;
const crs = ['crs', compiled('942100', 'block', 70)] as const;
const tea = viewExample({ path: '/?q=tea' });

function judge(
  policy: Pick<Policy, 'rulesets'>,
  rulesets: readonly (readonly [string, CompiledRuleset])[] = [crs, core],
  score = 0,
) {
  const waf = new Inspection(activateRulesets(rulesets, policy), tea).result;
  return decide({ waf, bot: CLEAN, reputation: CLEAN, score }, thresholds);
}

test('what is bundled blocks and what was pushed only detects, until the policy says otherwise', () => {
  expect(judge({})).toMatchObject({ decision: 'block', by: 'rule' });
  expect(judge({}).reason).toContain('core-1');
  const alone = judge({}, [crs]);
  expect(alone).toMatchObject({ decision: 'log', by: 'rule', waf: { score: 0, blocking: false } });
  expect(alone.reason).toBe('rule 942100 (Rule 942100) of crs, which does not block, matched in ARGS:q');
  expect(alone.waf.matches).toMatchObject([{ id: '942100', ruleset: 'crs', mode: 'detect' }]);
});

test('a ruleset in mode block does what its rules say, and the scores of several add up', () => {
  expect(judge({ rulesets: { crs: { mode: 'block' } } }, [crs]).decision).toBe('block');
  const logging = [['crs', compiled('a', 'log', 70)] as const, ['own', compiled('b', 'log', 40)] as const];
  const both = judge({ rulesets: { crs: { mode: 'block' }, own: { mode: 'block' } } }, logging);
  expect(both).toMatchObject({ decision: 'block', by: 'anomaly', waf: { score: 110 } });
  expect(judge({ rulesets: { crs: { mode: 'block' }, own: { mode: 'weigh' } } }, logging).decision).toBe('log');
});

test('a ruleset that weighs never blocks by itself, and its score is told apart', () => {
  const verdict = judge({ rulesets: { crs: { mode: 'weigh' } } }, [crs]);
  expect(verdict).toMatchObject({
    decision: 'log',
    score: 0,
    waf: { score: 0, blocking: false, evidence: { score: 5, categories: { sqli: 5 } } },
  });
  expect(judge({ rulesets: { crs: { mode: 'weigh' } } }, [crs], 0.9).reason).toContain('rule 942100');
});

test('a ruleset that is off is not looked at', () => {
  expect(judge({ rulesets: { 'owasp-core': { mode: 'off' }, crs: { mode: 'off' } } })).toMatchObject({
    decision: 'allow',
    waf: { matches: [] },
  });
});

test('what only detects proves nothing against a client', () => {
  const verdict = judge({}, [crs], 0.9);
  expect(verdict.decision).toBe('block');
  expect(evidenceOf(verdict, 'block', 0)).toMatchObject([{ category: 'score' }]);
  const weighed = judge({ rulesets: { crs: { mode: 'weigh' } } }, [crs], 0.9);
  expect(evidenceOf(weighed, 'block', 0)).toMatchObject([{ category: 'sqli' }]);
});

test.each([
  [{ crs: { mode: 'observe' } }, 'rulesets.crs.mode'],
  [{ crs: {} }, 'rulesets.crs.mode'],
  [{ 'not a name': { mode: 'off' } }, 'rulesets.not a name'],
])('a policy with the rulesets %j is refused', (rulesets, path) => {
  const parsed = parsePolicy({ ...defaultPolicy({}), rulesets });
  expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.path)).toContain(path);
});
