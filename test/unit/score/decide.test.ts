import { expect, test } from 'vitest';
import { decide, type Findings } from '../../../src/edge/decide.ts';
import type { RuleMatch } from '../../../src/edge/verdict.ts';
import { ruleMatch } from '../../support/node/rule-match.ts';

const thresholds = { log: 0.3, challenge: 0.5, block: 0.8 };

function match(id: string, action: RuleMatch['action'], score: number): RuleMatch {
  return ruleMatch({ id, name: id, score, action, location: 'ARGS_GET:q' });
}

function findings(score: number, matches: readonly RuleMatch[] = []): Findings {
  return {
    score,
    waf: {
      matches,
      score: matches.reduce((sum, { score }) => sum + score, 0),
      blocking: matches.some(({ action }) => action === 'block'),
    },
    bot: { score: 0, signals: [] },
    reputation: { score: 0, signals: [] },
  };
}

test.each([
  [0, 'allow'],
  [0.2999, 'allow'],
  [0.3, 'log'],
  [0.4999, 'log'],
  [0.5, 'challenge'],
  [0.7999, 'challenge'],
  [0.8, 'block'],
  [1, 'block'],
])('a score of %d alone means %s', (score, decision) => {
  expect(decide(findings(score), thresholds).decision).toBe(decision);
});

test('a blocking rule blocks whatever the score, and the reason names it', () => {
  const verdict = decide(findings(0.01, [match('log-1', 'log', 5), match('sqli-9', 'block', 10)]), thresholds);
  expect(verdict).toMatchObject({ decision: 'block', by: 'rule' });
  expect(verdict.reason).toContain('sqli-9');
  expect(verdict.reason).toContain('ARGS_GET:q');
});

test.each([
  ['a blocking rule', [match('sqli-9', 'block', 10)]],
  ['a full anomaly score', [match('a', 'log', 60), match('b', 'log', 60)]],
])('%s carries the score to the block threshold, and the network orders what lies beyond', (_, matches) => {
  for (const at of [thresholds, { ...thresholds, block: 0.95 }]) {
    const scores = [0, 0.2, 0.9, 1].map((network) => decide(findings(network, matches), at).score);
    expect(scores[0]).toBe(at.block);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(new Set(scores).size).toBe(scores.length);
    expect(scores[3]).toBe(1);
  }
});

test('below that, the score is the network’s own', () => {
  expect(decide(findings(0.4, [match('a', 'log', 50)]), thresholds).score).toBe(0.4);
});

test('a rule that blocks for what others added up names them', () => {
  const tally = ruleMatch({ id: '949110', action: 'block', score: 0, ruleset: 'crs', matched: '13' });
  const parts = ['942100', '942190', '941100'].map((id) => ruleMatch({ id, score: 0, ruleset: 'crs' }));
  const other = ruleMatch({ id: 'own-1', score: 0, ruleset: 'own' });
  // What reports the sums of every request found nothing in this one.
  const report = { ...ruleMatch({ id: '980170', score: 0, ruleset: 'crs', matched: '' }), location: 'TX' };
  const matches = [other, ...parts, { ...tally, location: 'TX:blocking_inbound_anomaly_score' }, report];
  expect(decide(findings(0, matches), thresholds)).toMatchObject({
    decision: 'block',
    by: 'anomaly',
    reason: 'the rules 942100, 942190, 941100 of crs add up to 13, and rule 949110 blocks',
  });
});

test('what a rule put by is not told unless it is a sum', () => {
  const matches = [
    ruleMatch({ id: 'r' }),
    ruleMatch({ id: 't', action: 'block', location: 'TX:1', matched: 'hunter2' }),
  ];
  expect(decide(findings(0, matches), thresholds).reason).toBe('the rules r led up to it, and rule t blocks');
});

test('rules that only log block together at 100, not at 99', () => {
  expect(decide(findings(0, [match('a', 'log', 50), match('b', 'log', 50)]), thresholds)).toMatchObject({
    decision: 'block',
    by: 'anomaly',
  });
  expect(decide(findings(0, [match('a', 'log', 50), match('b', 'log', 49)]), thresholds)).toMatchObject({
    decision: 'log',
    by: 'rule',
  });
});

test('a matched logging rule does not soften a high score', () => {
  expect(decide(findings(0.9, [match('a', 'log', 5)]), thresholds)).toMatchObject({ decision: 'block', by: 'score' });
});

test("the policy's thresholds hold, not fixed ones", () => {
  const strict = { log: 0.1, challenge: 0.1, block: 0.2 };
  expect(decide(findings(0.15), strict).decision).toBe('challenge');
  expect(decide(findings(0.2), strict).decision).toBe('block');
});
