/**
 * `npm run model:train`: fits the lexicon and the network on the permissively licensed rows of the training corpus and writes
 * `model/lexicon.json` and `model/weights.json`. Seeded: the same corpus and code give the same bytes.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import ruleset from '../rules/owasp-core.json' with { type: 'json' };
import { parseRuleset } from '../rules/schema.ts';
import { compileModel, scoreFeatures } from '../src/edge/score/mlp.ts';
import { compileRuleset, type CompiledRuleset } from '../src/edge/waf/compile.ts';
import { prepareRuleset } from '../src/edge/waf/prepare-ruleset.ts';
import { calibrate } from './calibrate.ts';
import { corpusPath } from './corpora.ts';
import { readLabelledRequests, sourceOf, type LabelledRequest } from './labelled-request.ts';
import { lexiconExample } from './lexicon-texts.ts';
import { LEXICON_OPTIONS, trainLexicon, type LexiconOptions } from './lexicon-trainer.ts';
import type { LexiconData } from '../src/edge/score/lexicon.ts';
import { isPermissive } from './licences.ts';
import { areaUnderRoc, truePositiveRateAt } from './metrics.ts';
import { NETWORK_OPTIONS, trainNetwork, type NetworkOptions } from './network-trainer.ts';
import { FEATURES, parseModel, type Model } from './schema.ts';
import { crossFit } from './training-features.ts';

export interface Trained {
  readonly lexicon: LexiconData;
  readonly model: Model;
}

/** Fits both parts. Pure but for `report`: no clock, no chance but the seeds'. */
export function train(
  rows: readonly LabelledRequest[],
  rules: CompiledRuleset,
  report: (line: string) => void,
  lexiconOptions: LexiconOptions = LEXICON_OPTIONS,
  networkOptions: NetworkOptions = NETWORK_OPTIONS,
): Trained {
  const used = rows.filter(isPermissive);
  report(`${used.length} of ${rows.length} rows have a permissive licence`);
  const examples = crossFit(used, rules, lexiconOptions, report);
  const raw = trainNetwork(examples, networkOptions);
  const unseen = examples.filter((example) => example.unseenSource);
  const benign = unseen.filter((example) => !example.attack);
  const uncalibrated = compileModel({ name: '', version: '', features: [], ...raw });
  const logits = benign.map(({ features }) => {
    const score = scoreFeatures(uncalibrated, features);
    return Math.log(score / (1 - score));
  });
  const parameters = round(calibrate(raw, logits));
  const compiled = compileModel({ name: '', version: '', features: [], ...parameters });
  const attackScores = unseen.filter(({ attack }) => attack).map(({ features }) => scoreFeatures(compiled, features));
  const benignScores = benign.map(({ features }) => scoreFeatures(compiled, features));
  const heldOut = {
    auc: Number(areaUnderRoc(attackScores, benignScores).toFixed(4)),
    tprAtFpr: {
      '0.001': Number(truePositiveRateAt(attackScores, benignScores, 0.001).toFixed(4)),
      '0.01': Number(truePositiveRateAt(attackScores, benignScores, 0.01).toFixed(4)),
    },
  };
  report(`sources held out one by one: ${JSON.stringify(heldOut)}`);
  report('fitting the lexicon on all sources');
  const lexicon = trainLexicon(
    used.map(lexiconExample).filter((example) => example !== null),
    lexiconOptions,
  );
  const model: Model = {
    name: 'mlp-v1',
    version: '1.0.0',
    features: [...FEATURES],
    ...parameters,
    training: {
      seeds: { lexicon: lexiconOptions.seed, network: networkOptions.seed },
      dataHash: hashRows(used),
      rows: countBySource(used),
      heldOutBySource: heldOut,
    },
  };
  return { lexicon, model };
}

/** Six digits are more than the data knows, and keep the file readable; adding 0 makes a 0 of -0. */
function short(value: number): number {
  return Number(value.toPrecision(6)) + 0;
}

function round(parameters: ReturnType<typeof trainNetwork>): ReturnType<typeof trainNetwork> {
  return {
    hiddenWeights: parameters.hiddenWeights.map((row) => row.map(short)),
    hiddenBiases: parameters.hiddenBiases.map(short),
    outputWeights: parameters.outputWeights.map(short),
    outputBias: short(parameters.outputBias),
  };
}

function hashRows(rows: readonly LabelledRequest[]): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
  return hash.digest('hex');
}

function countBySource(rows: readonly LabelledRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const source of rows.map(sourceOf).sort()) counts[source] = (counts[source] ?? 0) + 1;
  return counts;
}

async function main(): Promise<void> {
  const path = process.argv[2] ?? corpusPath('train.jsonl.gz');
  const rows: LabelledRequest[] = [];
  for await (const { line, request } of readLabelledRequests(path)) {
    if (!request.ok) throw new Error(`${path}, line ${line}: ${request.problems[0]?.message ?? 'cannot be read'}`);
    rows.push(request.value);
  }
  const parsed = parseRuleset(ruleset);
  if (!parsed.ok) throw new Error('rules/owasp-core.json is not a ruleset');
  const { lexicon, model } = train(rows, compileRuleset(prepareRuleset(parsed.value)), (line) =>
    process.stderr.write(`${line}\n`),
  );
  const checked = parseModel(model);
  if (!checked.ok) throw new Error(`the trained model is not one: ${JSON.stringify(checked.problems)}`);
  writeFileSync(new URL('lexicon.json', import.meta.url), `${JSON.stringify(lexicon, null, 2)}\n`);
  writeFileSync(new URL('weights.json', import.meta.url), `${JSON.stringify(checked.value, null, 2)}\n`);
  process.stderr.write('wrote model/lexicon.json and model/weights.json; now run npm run model:evaluate\n');
}

if (import.meta.main) await main();
