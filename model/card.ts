import * as v from 'valibot';
import type { Report, Shares } from '../scripts/evaluate/tally.ts';
import { BLOCKED_SHARE, CHALLENGED_SHARE } from './calibrate.ts';
import { PERMISSIVE_LICENCES, REFUSED_LICENCES } from './licences.ts';
import { FEATURES, type Model } from './schema.ts';

/** What the trainer notes in the model. */
const TrainingRecord = v.object({
  heldOutBySource: v.object({ auc: v.number(), tprAtFpr: v.record(v.string(), v.number()) }),
  rows: v.record(v.string(), v.number()),
  dataHash: v.string(),
  seeds: v.record(v.string(), v.number()),
});

/** Requests with a score in a tenth of the scale, and how many of them were attacks. */
export interface CalibrationBin {
  readonly attacks: number;
  readonly benign: number;
}

/** The model's card, as Markdown. Says nothing that was not measured or declared. */
export function writeCard(model: Model, dev: Report, bins: readonly CalibrationBin[]): string {
  const { heldOutBySource: heldOut, rows, dataHash, seeds } = v.parse(TrainingRecord, model.training);
  const { attack, benign } = dev.decision;
  return `# Model card: ${model.name} ${model.version}

Written by \`npm run model:evaluate\`; do not edit.

## What it is

A network of 12 inputs, 4 ReLU units and a sigmoid (57 parameters), in \`weights.json\`, and the lexicon behind four of its
inputs, in \`lexicon.json\`: for each sequence of tokens, how much it speaks for an attack written in SQL, markup, shell and code,
or paths and addresses. Inputs: ${FEATURES.join(', ')}; each is explained in \`src/edge/score/features.ts\`. More evidence of
rules, fingerprint, reputation or lexicon never lowers the score: the signs of the weights hold that.

## Data

Only rows under these licences were used: ${[...PERMISSIVE_LICENCES].join(', ')}. CC BY asks for credit: rows are from tldr-pages
and from fuzzdb. Turned down:
${Object.entries(REFUSED_LICENCES)
  .map(([licence, why]) => `- ${licence}: ${why}.`)
  .join('\n')}

| source | rows |
|---|---|
${Object.entries(rows)
  .map(([source, count]) => `| ${source} | ${count} |`)
  .join('\n')}

Hash of the rows (SHA-256): \`${dataHash}\`. Seeds: ${JSON.stringify(seeds)}.

Drawn by chance, since the corpora lack it (\`synthetic-draws.ts\`): reputation for all rows, and the bot score wherever headers
were filled in. Filled headers and cookies teach the lexicon nothing.

## Held out

Sources of the training set held out one by one, each read by a lexicon that had not seen it (reputation and most bot scores drawn):
AUC ${heldOut.auc}, TPR ${percent(heldOut.tprAtFpr['0.001'])} at FPR 0.1 %, ${percent(heldOut.tprAtFpr['0.01'])} at FPR 1 %.

On \`dev\` (${dev.rows} rows, nothing of it trained on; it also served to choose settings, so treat it as slightly flattering), the whole
score: AUC ${dev.auc?.toFixed(4) ?? 'n/a'}, TPR ${percent(dev.tprAtFpr['0.001'])} at FPR 0.1 %, ${percent(dev.tprAtFpr['0.01'])} at FPR 1 %.

| | n | blocked | challenged | logged | allowed | by rules alone | by score alone |
|---|---|---|---|---|---|---|---|
${sharesRow('attack', attack)}
${sharesRow('honest', benign)}

By category:

| | n | blocked | challenged | logged | allowed | by rules alone | by score alone |
|---|---|---|---|---|---|---|---|
${Object.entries(dev.byCategory)
  .map(([name, shares]) => sharesRow(name, shares))
  .join('\n')}

## Calibration

The score is placed by what it costs: on honest requests of held-out sources, ${percent(CHALLENGED_SHARE)} lie above 0.5 and
${percent(BLOCKED_SHARE)} above 0.8. It is not a probability; that would hang on the share of attacks in a site's traffic. On \`dev\`:

| score | attacks | honest | share of attacks |
|---|---|---|---|
${bins
  .map(
    ({ attacks, benign }, i) =>
      `| ${(i / 10).toFixed(1)} to ${((i + 1) / 10).toFixed(1)} | ${attacks} | ${benign} | ${percent(attacks / (attacks + benign))} |`,
  )
  .join('\n')}

## Limits

- The attacks are mostly payloads put into made-up requests; probes that are harmless to look at (names of backup files, a lone
  quote) are passed.
- Honest text that shows SQL, markup or shell is the hard part. Most of it passes; some is challenged.
- Whoever buries a payload in the manner of honest code, or splits it over fields, lowers the score; rules still see it.
- Network and reputation inputs were never seen together with real traffic.
- Languages: the lexicon knows English words and code; other scripts are one kind of token.
`;
}

function sharesRow(name: string, { n, block, challenge, log, allow, rules, score }: Shares): string {
  return `| ${[name, n, ...[block, challenge, log, allow, rules, score].map((part) => percent(part / n))].join(' | ')} |`;
}

function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || Number.isNaN(share)) return 'n/a';
  return `${Number((share * 100).toFixed(2))} %`;
}
