import lexiconData from '../../../model/lexicon.json' with { type: 'json' };
import { FEATURES } from '../../../model/schema.ts';
import type { Category } from '../../../rules/schema.ts';
import type { BotResult, ReputationResult, WafEvidence, WafResult } from '../verdict.ts';
import type { RequestView } from '../waf/request-view.ts';
import { FAMILY_COUNT, Lexicon, PATH_START, VALUE_START } from './lexicon.ts';
import { reveal } from './reveal.ts';
import { visitTexts } from './texts.ts';

/** The lexicon that the bundled model was trained with. */
export const LEXICON = new Lexicon(lexiconData);

const REPUTATION = FEATURES.indexOf('ip_reputation');
const LIKENESS = FEATURES.indexOf('sql_likeness');
const ATTACK_LIKENESS = FEATURES.indexOf('attack_likeness');
const WEIGHED_SCORE = FEATURES.indexOf('weighed_score');
const WEIGHED_AGREEMENT = FEATURES.indexOf('weighed_agreement');
const ENCODING_DEPTH = FEATURES.indexOf('encoding_depth');
const TEXT_LENGTH = FEATURES.indexOf('text_length');

/** An anomaly score of 200 is as good as any higher: two critical rules and more. */
const WAF_FULL = 200;
/** In CRS points, eight critical rules: the Core Rule Set finds one in honest code easily, and eight seldom. */
const WEIGHED_FULL = 40;
/** Of one category: two critical rules say what it is as surely as more. */
const CATEGORY_FULL = 10;
/** Log-odds map to [0,1] linearly between these; what lies outside is certain enough. */
const LEAST_LOG_ODDS = -8;
const MOST_LOG_ODDS = 12;
const LAYERS_FULL = 3;
/** 2^14 characters. */
const LENGTH_BITS_FULL = 14;

/**
 * Tokens of one request that are weighed: about 9 ms of CPU at worst, where 128 KB made of signs have four times as many and took
 * 35. Bodies come last, so only what stands behind a very dense body is left to the rules, which read all of it.
 */
const TOKEN_BUDGET = 32_768;

/** Working arrays of the one request that is judged at a time: judging never waits. */
const logOdds = new Float64Array(FAMILY_COUNT);
const most = new Float64Array(FAMILY_COUNT);

/**
 * The network's inputs but for the reputation, in the order of FEATURES, each in [0,1]:
 *
 * - `waf_score`: sum of the matched rules' scores over 200, the square root taken so that one rule shows.
 * - `bot_score`: the fingerprint's.
 * - `sql_likeness`, `markup_likeness`, `shell_likeness`, `path_likeness`: log-odds of the most suspicious window of any text,
 *   by family of attack, from the lexicon; 0.4 is even odds.
 * - `attack_likeness`: the highest of the four. A sum over families, which is all that a layer of so few units can build
 *   from them, would rank a text that resembles each a little above one that is surely one of them.
 * - `weighed_score`: as `waf_score`, of the rulesets that only weigh, in CRS points over 40. 0 where none does.
 * - `weighed_agreement`: how far these rulesets and the lexicon name the same family: the highest product of the two.
 *   Either alone is often wrong about honest code, and seldom both.
 * The rest is told of the suspect, the text with the highest log-odds of all:
 * - `encoding_depth`: layers of encoding taken off it, of 3.
 * - `text_length`: log2 of its length, of 14.
 */
export function extractFeatures(
  view: RequestView,
  waf: WafResult,
  bot: BotResult,
  lexicon: Lexicon = LEXICON,
): Float64Array {
  const features = new Float64Array(FEATURES.length);
  features[0] = wafFeature(waf.score);
  features[1] = bot.score;

  most.fill(LEAST_LOG_ODDS);
  let budget = TOKEN_BUDGET;
  let suspicion = Number.NEGATIVE_INFINITY;
  let suspect = '';
  let layers = 0;
  visitTexts(view, (value, place) => {
    if (budget <= 0) return;
    const revealed = reveal(value);
    budget -= lexicon.score(revealed.text, place === 'path' ? PATH_START : VALUE_START, logOdds, budget);
    let worst = Number.NEGATIVE_INFINITY;
    for (let f = 0; f < FAMILY_COUNT; f++) {
      const odds = logOdds[f]!;
      if (odds > most[f]!) most[f] = odds;
      if (odds > worst) worst = odds;
    }
    if (worst > suspicion) {
      suspicion = worst;
      suspect = revealed.text;
      layers = revealed.layers;
    }
  });
  for (let f = 0; f < FAMILY_COUNT; f++) {
    const likeness = Math.min(1, (most[f]! - LEAST_LOG_ODDS) / (MOST_LOG_ODDS - LEAST_LOG_ODDS));
    features[LIKENESS + f] = likeness;
    if (likeness > features[ATTACK_LIKENESS]!) features[ATTACK_LIKENESS] = likeness;
  }
  if (waf.evidence !== undefined) weighEvidence(waf.evidence, features);
  features[ENCODING_DEPTH] = Math.min(1, layers / LAYERS_FULL);
  features[TEXT_LENGTH] = Math.min(1, Math.log2(1 + suspect.length) / LENGTH_BITS_FULL);
  return features;
}

/** `waf_score` of an anomaly score. */
export function wafFeature(anomaly: number): number {
  return Math.sqrt(Math.min(1, anomaly / WAF_FULL));
}

/** Reputation comes later than the rest, and may come twice: from the snapshot, then from the client's actor. */
export function setReputation(features: Float64Array, reputation: ReputationResult): void {
  features[REPUTATION] = reputation.score;
}

/** Which of the lexicon's families a category of rules speaks of, in its order; the others are of none. */
const FAMILIES: readonly (readonly Category[])[] = [
  ['sqli'],
  ['xss'],
  ['cmdi', 'webshell'],
  ['traversal', 'rfi', 'ssrf'],
];

function weighEvidence({ score, categories }: WafEvidence, features: Float64Array): void {
  features[WEIGHED_SCORE] = Math.sqrt(Math.min(1, score / WEIGHED_FULL));
  let agreement = 0;
  for (const [family, names] of FAMILIES.entries()) {
    let named = 0;
    for (const name of names) named += categories[name] ?? 0;
    agreement = Math.max(agreement, Math.min(1, named / CATEGORY_FULL) * features[LIKENESS + family]!);
  }
  features[WEIGHED_AGREEMENT] = agreement;
}
