import { expect, test } from 'vitest';
import weights from '../../../model/weights.json' with { type: 'json' };
import { parseModel } from '../../../model/schema.ts';
import { isRefusedByReputation } from '../../../src/edge/by-reputation.ts';
import { judge, type JudgeSnapshot } from '../../../src/edge/judge.ts';
import { compileModel } from '../../../src/edge/score/mlp.ts';
import { viewExample } from '../../../src/edge/waf/check-ruleset.ts';

const model = parseModel(weights);
if (!model.ok) throw new Error('the bundled model cannot be read');
const snapshot: JudgeSnapshot = {
  active: [],
  model: compileModel(model.value),
  policy: { thresholds: { log: 0.3, challenge: 0.5, block: 0.8 } },
};
const BAD_RECORD = { score: 0.95, signals: [{ name: 'remembered', weight: 0.95 }] };
const curl = viewExample({ path: '/', headers: { 'user-agent': 'curl/8.9.1', accept: '*/*' } });
const refused = judge(curl, { ip: '203.0.113.7' }, BAD_RECORD, snapshot);

test('a clean request of an address with a bad record is refused only for the record', () => {
  expect(['challenge', 'block']).toContain(refused.decision);
  const before = refused.features?.slice();
  expect(isRefusedByReputation(refused, snapshot)).toBe(true);
  // The event tells of the features as they were.
  expect(refused.features).toEqual(before);
});

test('one that would be refused of anybody is not', () => {
  const features = new Float64Array(refused.features?.length ?? 0).fill(1);
  expect(isRefusedByReputation({ ...refused, features }, snapshot)).toBe(false);
});

test('nor is one that a rule blocks, that passes, or of which nothing is known', () => {
  expect(isRefusedByReputation({ ...refused, by: 'rule' }, snapshot)).toBe(false);
  expect(isRefusedByReputation({ ...refused, decision: 'log' }, snapshot)).toBe(false);
  const unknown = { ...refused, reputation: { score: 0, signals: [] } };
  expect(isRefusedByReputation(unknown, snapshot)).toBe(false);
});
