import { expect, test } from 'vitest';
import { hasCorpus, corpusPath } from '../../../model/corpora.ts';
import { measure } from '../../../model/evaluate.ts';
import type { LabelledRequest } from '../../../model/labelled-request.ts';
import { isPermissive } from '../../../model/licences.ts';
import { LEXICON_OPTIONS } from '../../../model/lexicon-trainer.ts';
import { areaUnderRoc, truePositiveRateAt } from '../../../model/metrics.ts';
import { NETWORK_OPTIONS } from '../../../model/network-trainer.ts';
import { parseModel } from '../../../model/schema.ts';
import { train } from '../../../model/train.ts';
import weights from '../../../model/weights.json' with { type: 'json' };
import { compileRuleset } from '../../../src/edge/waf/compile.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';

/** A small corpus of two sources, enough to fit something. */
function makeRows(): LabelledRequest[] {
  return Array.from({ length: 80 }, (_, i): LabelledRequest => {
    const attack = i % 2 === 0;
    const text = attack ? `${i}' or ${i}=${i} union select ${i}--` : `size ${i} of the red shoes`;
    return {
      id: String(i),
      source: i % 4 < 2 ? 'one' : 'two',
      licence: 'MIT',
      label: attack ? 'attack' : 'benign',
      category: attack ? 'sqli' : 'benign-text',
      method: 'GET',
      path: `/search?q=${encodeURIComponent(text)}`,
      headers: { host: 'example.com' },
    };
  });
}

const noRules = compileRuleset(prepareRuleset({ name: 'none', version: '0', rules: [] }));
const rulesets = { blocking: [{ name: 'none', mode: 'block', ruleset: noRules }], weighing: [] } as const;
const lexicon = { ...LEXICON_OPTIONS, epochs: 2, leastRequests: 2, leastSources: 1 };
const network = { ...NETWORK_OPTIONS, epochs: 3 };
const fit = (rows: readonly LabelledRequest[]) => train(rows, [], rulesets, () => {}, lexicon, network);

test('the same rows and seeds give the same bytes', () => {
  expect(JSON.stringify(fit(makeRows()))).toBe(JSON.stringify(fit(makeRows())));
});

test('another seed gives another model: the comparison above is not of constants', () => {
  const other = train(makeRows(), [], rulesets, () => {}, lexicon, { ...network, seed: 2 });
  expect(JSON.stringify(other.model)).not.toBe(JSON.stringify(fit(makeRows()).model));
});

test('rows without a permissive licence change nothing', () => {
  const foreign = makeRows().map((row) => ({
    ...row,
    id: `x${row.id}`,
    licence: 'none stated',
    label: 'benign' as const,
  }));
  expect(JSON.stringify(fit([...makeRows(), ...foreign]))).toBe(JSON.stringify(fit(makeRows())));
});

test.each([
  ['MIT', true],
  ['Apache-2.0', true],
  ['CC BY 4.0', true],
  ['none stated', false],
  ['mostly MIT', false],
  ['Debian main', false],
  ['CC BY-NC-SA 4.0', false],
  ['GPL-3.0', false],
])('licence %s: may be trained on is %s', (licence, allowed) => {
  expect(isPermissive({ ...makeRows()[0]!, licence })).toBe(allowed);
});

test('the door refuses models that are not of this shape', () => {
  expect(parseModel(weights).ok).toBe(true);
  const spoiled: unknown[] = [
    null,
    { ...weights, features: weights.features.toReversed() },
    { ...weights, features: weights.features.slice(1) },
    { ...weights, hiddenWeights: weights.hiddenWeights.slice(1) },
    { ...weights, hiddenBiases: [...weights.hiddenBiases, 0] },
    { ...weights, outputBias: Number.NaN },
    { ...weights, outputBias: '0' },
    { ...weights, outputWeights: [1, 2, 3, Number.POSITIVE_INFINITY] },
    { ...weights, extra: true },
  ];
  for (const data of spoiled) expect(parseModel(data).ok).toBe(false);
});

test('metrics agree with a case reckoned by hand', () => {
  // Pairs won: 0.9 beats both, 0.4 beats 0.1 and ties 0.4: (2 + 1.5) / 4.
  expect(areaUnderRoc([0.9, 0.4], [0.1, 0.4])).toBe(0.875);
  expect(truePositiveRateAt([0.9, 0.4], [0.1, 0.4], 0.01)).toBe(0.5);
});

test.skipIf(!hasCorpus('dev.jsonl.gz'))(
  'the bundled rules and model keep their quality on the dev corpus (skipped where the corpora are absent)',
  async () => {
    const { report } = await measure(corpusPath('dev.jsonl.gz'), [], () => {});
    const { attack, benign } = report.decision;
    expect(report.auc).toBeGreaterThan(0.975);
    expect(report.tprAtFpr['0.01']).toBeGreaterThan(0.82);
    expect((attack.block + attack.challenge) / attack.n).toBeGreaterThan(0.78);
    expect((benign.block + benign.challenge) / benign.n).toBeLessThan(0.01);
  },
);
