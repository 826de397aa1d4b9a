/** `npm run model:evaluate`: measures the model on the dev corpus and writes `model/CARD.md`. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Tally } from '../scripts/evaluate/tally.ts';
import { BUNDLED_RULESETS } from '../src/edge/ruleset-names.ts';
import { defaultPolicy } from '../src/edge/default-policy.ts';
import type { ActiveRuleset } from '../src/edge/active-rulesets.ts';
import { judge, type JudgeSnapshot } from '../src/edge/judge.ts';
import { compileModel } from '../src/edge/score/mlp.ts';
import { writeCard, type Measured } from './card.ts';
import { corpusPath } from './corpora.ts';
import { readLabelledRequests, viewLabelled } from './labelled-request.ts';
import { parseModel } from './schema.ts';
import { bundledRulesets, nameRuleset, weighedRuleset } from './rulesets.ts';
import weights from './weights.json' with { type: 'json' };

/** Runs the bundled rules and model over a corpus, with the evidence of what weighs beside them. Throws on files or lines that cannot be read. */
export async function measure(
  path: string,
  weighing: readonly ActiveRuleset[],
  report: (line: string) => void,
): Promise<Measured> {
  const model = parseModel(weights);
  if (!model.ok) throw new Error('the bundled model cannot be read');
  const active = [...bundledRulesets(), ...weighing];
  const snapshot: JudgeSnapshot = {
    active,
    model: compileModel(model.value),
    policy: defaultPolicy({}),
  };
  const tally = new Tally(snapshot.policy.thresholds.challenge, BUNDLED_RULESETS);
  const bins = Array.from({ length: 10 }, () => ({ attacks: 0, benign: 0 }));
  let rows = 0;
  for await (const { line, request } of readLabelledRequests(path)) {
    if (!request.ok) throw new Error(`${path}, line ${line}: ${request.problems[0]?.message ?? 'cannot be read'}`);
    const verdict = judge(viewLabelled(request.value), { ip: '' }, { score: 0, signals: [] }, snapshot);
    tally.add(request.value, verdict);
    const bin = bins[Math.min(9, Math.floor(verdict.score * 10))]!;
    if (request.value.label === 'attack') bin.attacks++;
    else bin.benign++;
    if (++rows % 2000 === 0) report(`${rows} requests judged`);
  }
  return { rulesets: active.map(nameRuleset), model: model.value, report: tally.report(), bins };
}

const HELP = `Usage: npm run model:evaluate -- [FILE.jsonl.gz] [--ruleset FILE]...

Measures the bundled model on labelled requests (default: the dev corpus) and writes model/CARD.md.

  --ruleset FILE  an imported ruleset (npm run rules:import): measured once more with its evidence; may be repeated
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
  const path = positionals[0] ?? corpusPath('dev.jsonl.gz');
  const measured = await measure(path, [], tell);
  const weighing = values.ruleset.map(weighedRuleset);
  const weighed = weighing.length === 0 ? null : await measure(path, weighing, tell);
  writeFileSync(new URL('CARD.md', import.meta.url), writeCard(measured, weighed));
  for (const { rulesets, report } of weighed === null ? [measured] : [measured, weighed]) {
    tell(
      `${rulesets.join(' + ')}: AUC ${report.auc?.toFixed(4)}, TPR ${report.tprAtFpr['0.001']?.toFixed(4)} at FPR 0.1 %, ${report.tprAtFpr['0.01']?.toFixed(4)} at FPR 1 %`,
    );
  }
  tell('wrote model/CARD.md');
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (import.meta.main) await main();
