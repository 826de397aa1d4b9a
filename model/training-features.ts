import { fingerprint } from '../src/edge/bot/fingerprint.ts';
import { extractFeatures, setReputation } from '../src/edge/score/features.ts';
import { Lexicon } from '../src/edge/score/lexicon.ts';
import type { ActiveRuleset } from '../src/edge/active-rulesets.ts';
import { Inspection } from '../src/edge/inspect.ts';
import { sourceOf, viewLabelled, type LabelledRequest } from './labelled-request.ts';
import { lexiconExample, type LexiconExample } from './lexicon-texts.ts';
import { trainLexicon, type LexiconOptions } from './lexicon-trainer.ts';
import type { NetworkExample } from './network-trainer.ts';
import { seededRandom } from './random.ts';
import { OWN_SOURCE } from './payloads/synthetic-requests.ts';
import { FEATURES } from './schema.ts';
import { drawBotScore, drawReputation, hasOwnAgent } from './synthetic-draws.ts';

export interface CrossFitExample extends NetworkExample {
  /** True when the lexicon behind the features had seen nothing of the row's source, and the source is not our own grammars. */
  readonly unseenSource: boolean;
}

/** What the network learns beside. */
export interface TrainingRulesets {
  /** Those that every shield has. */
  readonly blocking: readonly ActiveRuleset[];
  /** Those that a site may have beside them. */
  readonly weighing: readonly ActiveRuleset[];
}

/** Rows dealt into so many parts for the second reading. */
const PARTS = 3;
/** A scanner's name is the only evidence against it, and the corpora hold few: each counts for several. */
const SCANNER_WEIGHT = 4;
const BOT = FEATURES.indexOf('bot_score');

/**
 * The network's training rows. A lexicon flatters the texts it was fitted on, so each row is read by lexicons that were not:
 * once by one that lacks the row's whole source (the attack nobody knows), once by one that lacks the row alone and its part
 * (the attack in a known manner). Traffic is of both kinds. With a ruleset that weighs, each of these readings comes once with its
 * evidence and once without: a site has such a ruleset or has none, and the network serves both.
 */
export function crossFit(
  rows: readonly LabelledRequest[],
  rulesets: TrainingRulesets,
  options: LexiconOptions,
  report: (line: string) => void,
): CrossFitExample[] {
  const random = seededRandom(options.seed + 1);
  const lexical = rows.map(lexiconExample);
  const sizes = new Map<string, number>();
  for (const row of rows) sizes.set(sourceOf(row), (sizes.get(sourceOf(row)) ?? 0) + 1);
  const parts = rows.map(() => Math.floor(random() * PARTS));
  const examples: CrossFitExample[] = [];

  const readWithout = (name: string, unseenSource: boolean, isLeftOut: (index: number) => boolean): void => {
    const rest = lexical.filter((example, i): example is LexiconExample => example !== null && !isLeftOut(i));
    const lexicon = new Lexicon(trainLexicon(rest, options));
    let count = 0;
    for (const [i, row] of rows.entries()) {
      if (!isLeftOut(i)) continue;
      const size = sizes.get(sourceOf(row)) ?? 1;
      const weight = (Math.min(2, Math.sqrt(1000 / size)) * (row.category === 'scanner' ? SCANNER_WEIGHT : 1)) / 2;
      const readings = readRow(row, rulesets, lexicon, random);
      for (const features of readings) {
        examples.push({
          features,
          attack: row.label === 'attack',
          weight: weight / readings.length,
          unseenSource: unseenSource && !row.source.startsWith(OWN_SOURCE),
        });
      }
      count++;
    }
    report(`read ${count} rows without ${name}`);
  };

  for (const source of [...sizes.keys()].sort()) readWithout(source, true, (i) => sourceOf(rows[i]!) === source);
  for (let part = 0; part < PARTS; part++) readWithout(`part ${part + 1} of ${PARTS}`, false, (i) => parts[i] === part);
  return examples;
}

function readRow(
  row: LabelledRequest,
  { blocking, weighing }: TrainingRulesets,
  lexicon: Lexicon,
  random: () => number,
): readonly Float64Array[] {
  const view = viewLabelled(row);
  const bot = fingerprint(view, { ip: '' });
  const botScore = hasOwnAgent(row) ? bot.score : drawBotScore(row.label, random);
  const reputation = { score: drawReputation(row.label, random), signals: [] };
  const sets = weighing.length === 0 ? [blocking] : [blocking, [...blocking, ...weighing]];
  return sets.map((active) => {
    const features = extractFeatures(view, new Inspection(active, view).result, bot, lexicon);
    features[BOT] = botScore;
    setReputation(features, reputation);
    return features;
  });
}
