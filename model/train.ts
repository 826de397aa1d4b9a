/**
 * `npm run model:train`: fits the lexicon and the network on the permissively licensed rows of the training corpus and on the
 * project's own drawn ones, and writes
 * `model/lexicon.json` and `model/weights.json`. Seeded: the same corpus and code give the same bytes.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compileModel, scoreFeatures } from '../src/edge/score/mlp.ts';
import { calibrate } from './calibrate.ts';
import { corpusPath } from './corpora.ts';
import { readLabelledRequests, sourceOf, type LabelledRequest } from './labelled-request.ts';
import { lexiconExample } from './lexicon-texts.ts';
import { LEXICON_OPTIONS, trainLexicon, type LexiconOptions } from './lexicon-trainer.ts';
import type { LexiconData } from '../src/edge/score/lexicon.ts';
import { isPermissive } from './licences.ts';
import { areaUnderRoc, truePositiveRateAt } from './metrics.ts';
import { NETWORK_OPTIONS, trainNetwork, type NetworkOptions, type Parameters } from './network-trainer.ts';
import { drawSyntheticRequests } from './payloads/synthetic-requests.ts';
import { FEATURES, parseModel, type Model } from './schema.ts';
import { bundledRulesets, nameRuleset, weighedRuleset } from './rulesets.ts';
import { crossFit, type CrossFitExample, type TrainingRulesets } from './training-features.ts';

const DRAWN_SEED = 1;

export interface Trained {
  readonly lexicon: LexiconData;
  readonly model: Model;
}

/** A network is begun anew with each of these, and the one that ranks held-out sources best is kept. */
const NETWORK_SEEDS = [1, 2, 3, 4, 5];

/**
 * Fits both parts on the rows that may be used and on `drawn`, the project's own. Pure but for `report`: no clock, no chance but
 * the seeds'.
 */
export function train(
  rows: readonly LabelledRequest[],
  drawn: readonly LabelledRequest[],
  rulesets: TrainingRulesets,
  report: (line: string) => void,
  lexiconOptions: LexiconOptions = LEXICON_OPTIONS,
  networkOptions: NetworkOptions = NETWORK_OPTIONS,
): Trained {
  const permitted = rows.filter(isPermissive);
  report(`${permitted.length} of ${rows.length} rows have a permissive licence; ${drawn.length} are drawn`);
  const used = [...permitted, ...drawn];
  const examples = crossFit(used, rulesets, lexiconOptions, report);
  const { parameters, heldOut, seed } = bestNetwork(examples, networkOptions, report);
  report('fitting the lexicon on all sources');
  const lexicon = trainLexicon(
    used.map(lexiconExample).filter((example) => example !== null),
    lexiconOptions,
  );
  const model: Model = {
    name: 'mlp-v1',
    version: '1.2.0',
    features: [...FEATURES],
    ...parameters,
    training: {
      seeds: { drawn: DRAWN_SEED, lexicon: lexiconOptions.seed, network: seed },
      dataHash: hashRows(used),
      rows: countBySource(permitted),
      drawn: countBySource(drawn),
      rulesets: [...rulesets.blocking, ...rulesets.weighing].map(nameRuleset),
      heldOutBySource: heldOut,
    },
  };
  return { lexicon, model };
}

interface Candidate {
  readonly seed: number;
  readonly parameters: Parameters;
  readonly heldOut: { readonly auc: number; readonly tprAtFpr: Readonly<Record<string, number>> };
}

function bestNetwork(
  examples: readonly CrossFitExample[],
  options: NetworkOptions,
  report: (line: string) => void,
): Candidate {
  const unseen = examples.filter((example) => example.unseenSource);
  let best: Candidate | null = null;
  for (const seed of NETWORK_SEEDS) {
    const candidate = fitNetwork(examples, unseen, { ...options, seed: options.seed * 100 + seed });
    report(`network ${candidate.seed}, sources held out one by one: ${JSON.stringify(candidate.heldOut)}`);
    if (best === null || candidate.heldOut.auc > best.heldOut.auc) best = candidate;
  }
  return best!;
}

function fitNetwork(
  examples: readonly CrossFitExample[],
  unseen: readonly CrossFitExample[],
  options: NetworkOptions,
): Candidate {
  const raw = trainNetwork(examples, options);
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
  const tprAt = (rate: number) => Number(truePositiveRateAt(attackScores, benignScores, rate).toFixed(4));
  const heldOut = {
    auc: Number(areaUnderRoc(attackScores, benignScores).toFixed(4)),
    tprAtFpr: { '0.001': tprAt(0.001), '0.01': tprAt(0.01) },
  };
  return { seed: options.seed, parameters, heldOut };
}

/** Six digits are more than the data knows, and keep the file readable; adding 0 makes a 0 of -0. */
function short(value: number): number {
  return Number(value.toPrecision(6)) + 0;
}

function round(parameters: Parameters): Parameters {
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

const HELP = `Usage: npm run model:train -- [FILE.jsonl.gz] [--ruleset FILE]...

Fits lexicon and network on labelled requests (default: the training corpus) and writes model/lexicon.json and model/weights.json.

  --ruleset FILE  an imported ruleset (npm run rules:import) whose evidence the network learns to weigh; may be repeated
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ruleset: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  const path = positionals[0] ?? corpusPath('train.jsonl.gz');
  const rows: LabelledRequest[] = [];
  for await (const { line, request } of readLabelledRequests(path)) {
    if (!request.ok) throw new Error(`${path}, line ${line}: ${request.problems[0]?.message ?? 'cannot be read'}`);
    rows.push(request.value);
  }
  const { lexicon, model } = train(
    rows,
    drawSyntheticRequests(DRAWN_SEED),
    { blocking: bundledRulesets(), weighing: values.ruleset.map(weighedRuleset) },
    (line) => process.stderr.write(`${line}\n`),
  );
  const checked = parseModel(model);
  if (!checked.ok) throw new Error(`the trained model is not one: ${JSON.stringify(checked.problems)}`);
  writeFileSync(new URL('lexicon.json', import.meta.url), `${JSON.stringify(lexicon, null, 2)}\n`);
  writeFileSync(new URL('weights.json', import.meta.url), `${JSON.stringify(checked.value, null, 2)}\n`);
  process.stderr.write('wrote model/lexicon.json and model/weights.json; now run npm run model:evaluate\n');
}

if (import.meta.main) await main();
