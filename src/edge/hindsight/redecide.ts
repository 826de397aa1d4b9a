import { FEATURES, type Feature } from '../../../model/schema.ts';
import type { EventLayers, EventRule, NumberedEvent } from '../../actors/contracts.ts';
import { ANOMALY_BLOCK, isTally } from '../decide.ts';
import type { Policy } from '../policy.ts';
import { scoreFeatures, type CompiledModel } from '../score/mlp.ts';
import type { Decision } from '../verdict.ts';
import { wafFeature } from '../score/features.ts';

/** An event of a request whose content was judged, and which was not refused for its rate: others no rule or threshold decides. */
export interface JudgedEvent extends NumberedEvent {
  readonly outcome: Decision;
  readonly layers: EventLayers;
}

export function isJudged(event: NumberedEvent): event is JudgedEvent {
  if (event.layers === undefined || event.failed !== undefined) return false;
  const { by } = event.layers;
  return event.outcome !== 'limit' && by !== 'blocklist';
}

/** What would have become of a request. */
export interface Hindsight {
  readonly outcome: Decision;
  /** False where the event does not tell all that it depends on. */
  readonly certain: boolean;
}

/** What is looked back with. */
export interface Lens {
  readonly model: CompiledModel;
  readonly thresholds: Policy['thresholds'];
  /** Whether a rule blocks by itself. */
  readonly blocks: (rule: EventRule) => boolean;
}

/** The same request under other thresholds: all that it depends on is in the event. */
export function underThresholds(event: JudgedEvent, thresholds: Policy['thresholds']): Hindsight {
  const { layers, rules = [] } = event;
  const isRuled = layers.blocking || layers.anomaly >= ANOMALY_BLOCK;
  const decided = isRuled ? 'block' : byScore(layers.model, rules.length > 0 || isUnread(event), thresholds);
  return { outcome: harden(decided, layers), certain: true };
}

/** The same request without some of its matches. `hidden`: the network would not have seen all of it either. */
export function withoutRules(
  event: JudgedEvent,
  isGone: (rule: EventRule) => boolean,
  hidden: boolean,
  { model, thresholds, blocks }: Lens,
): Hindsight {
  const { layers, rules = [], ruleIds = [] } = event;
  const gone = rules.filter(isGone);
  const left = rules.filter((rule) => !isGone(rule));
  const rest = left.filter((rule) => !isLonely(rule, left));
  const acting = gone.filter(({ mode }) => mode === undefined);
  const anomaly = layers.anomaly - acting.reduce((sum, { score }) => sum + score, 0);
  const weighs = rest.some(({ mode }) => mode === 'weigh');
  const features = readFeatures(event);
  features[FEATURES.indexOf('waf_score')] = wafFeature(anomaly);
  if (!weighs) for (const name of WEIGHED) features[FEATURES.indexOf(name)] = 0;
  if (hidden) for (const name of SEEN) features[FEATURES.indexOf(name)] = 0;
  const isRuled = rest.some((rule) => rule.mode === undefined && blocks(rule)) || anomaly >= ANOMALY_BLOCK;
  const decided = isRuled
    ? 'block'
    : byScore(scoreFeatures(model, features), rest.length > 0 || isUnread(event), thresholds);
  const isWhole = rules.length >= ruleIds.length;
  const isExact = !hidden && !(weighs && gone.some(({ mode }) => mode === 'weigh'));
  // CRS adds up in a variable: whether what is left still reaches its threshold only the rules know.
  const isTallied = gone.length > 0 && rest.some(({ location }) => isTally(location));
  return { outcome: harden(decided, layers), certain: isWhole && isExact && !isTallied };
}

/** What the rulesets that only weigh told the network, and what it read itself. */
const WEIGHED: readonly Feature[] = ['weighed_score', 'weighed_agreement'];
const SEEN: readonly Feature[] = [
  'sql_likeness',
  'markup_likeness',
  'shell_likeness',
  'path_likeness',
  'attack_likeness',
  'weighed_agreement',
  'encoding_depth',
  'text_length',
];

/** A tally to which no other rule of its ruleset adds any more. */
function isLonely(rule: EventRule, left: readonly EventRule[]): boolean {
  return isTally(rule.location) && !left.some((other) => other.ruleset === rule.ruleset && !isTally(other.location));
}

/** Told though nothing was found: part of its body was not inspected. */
function isUnread({ outcome, layers }: JudgedEvent): boolean {
  return outcome === 'log' && layers.by === 'none';
}

function byScore(score: number, matched: boolean, { block, challenge, log }: Policy['thresholds']): Decision {
  if (score >= block) return 'block';
  if (score >= challenge) return 'challenge';
  return score >= log || matched ? 'log' : 'allow';
}

/** What is listed in the tier `challenge` is challenged whatever it sends. */
function harden(decision: Decision, { listed }: EventLayers): Decision {
  return listed?.tier === 'challenge' && decision !== 'block' ? 'challenge' : decision;
}

function readFeatures({ features = {} }: NumberedEvent): Float64Array {
  return Float64Array.from(FEATURES, (name) => features[name] ?? 0);
}
