/** `npm run model:evaluate`: measures the model on the dev corpus and writes `model/CARD.md`. */
import { writeFileSync } from 'node:fs';
import ruleset from '../rules/owasp-core.json' with { type: 'json' };
import { parseRuleset } from '../rules/schema.ts';
import { Tally, type Report } from '../scripts/evaluate/tally.ts';
import { defaultPolicy } from '../src/edge/default-policy.ts';
import { judge, type JudgeSnapshot } from '../src/edge/judge.ts';
import { compileModel } from '../src/edge/score/mlp.ts';
import { compileRuleset } from '../src/edge/waf/compile.ts';
import { prepareRuleset } from '../src/edge/waf/prepare-ruleset.ts';
import { writeCard, type CalibrationBin } from './card.ts';
import { corpusPath } from './corpora.ts';
import { readLabelledRequests, viewLabelled } from './labelled-request.ts';
import { parseModel, type Model } from './schema.ts';
import weights from './weights.json' with { type: 'json' };

export interface Measured {
  readonly model: Model;
  readonly report: Report;
  readonly bins: readonly CalibrationBin[];
}

/** Runs the bundled rules and model over a corpus. Throws on files or lines that cannot be read. */
export async function measure(path: string, report: (line: string) => void): Promise<Measured> {
  const model = parseModel(weights);
  const rules = parseRuleset(ruleset);
  if (!model.ok || !rules.ok) throw new Error('the bundled model or ruleset cannot be read');
  const snapshot: JudgeSnapshot = {
    active: [{ name: 'owasp-core', mode: 'block', ruleset: compileRuleset(prepareRuleset(rules.value)) }],
    model: compileModel(model.value),
    policy: defaultPolicy({}),
  };
  const tally = new Tally(snapshot.policy.thresholds.challenge);
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
  return { model: model.value, report: tally.report(), bins };
}

if (import.meta.main) {
  const { model, report, bins } = await measure(process.argv[2] ?? corpusPath('dev.jsonl.gz'), (line) =>
    process.stderr.write(`${line}\n`),
  );
  writeFileSync(new URL('CARD.md', import.meta.url), writeCard(model, report, bins));
  process.stderr.write(
    `AUC ${report.auc?.toFixed(4)}, TPR ${report.tprAtFpr['0.001']?.toFixed(4)} at FPR 0.1 %, ${report.tprAtFpr['0.01']?.toFixed(4)} at FPR 1 %; wrote model/CARD.md\n`,
  );
}
