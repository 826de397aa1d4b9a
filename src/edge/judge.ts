import type { ActiveRuleset } from './active-rulesets.ts';
import { fingerprint } from './bot/fingerprint.ts';
import { decide } from './decide.ts';
import type { RequestExclusions } from './exclusions/exclusions.ts';
import { Inspection } from './inspect.ts';
import type { NetworkFacts } from './network.ts';
import type { Policy } from './policy.ts';
import { extractFeatures, setReputation } from './score/features.ts';
import { scoreFeatures, type CompiledModel } from './score/mlp.ts';
import type { BotResult, ReputationResult, Verdict, WafResult } from './verdict.ts';
import type { RequestView } from './waf/request-view.ts';

/** What of the isolate's snapshot the judgement needs. */
export interface JudgeSnapshot {
  readonly active: readonly ActiveRuleset[];
  readonly model: CompiledModel;
  readonly policy: Pick<Policy, 'thresholds'>;
}

/** What the request itself tells, before anyone's memory is asked. */
export interface Examination {
  readonly waf: WafResult;
  readonly inspection: Inspection;
  /** The inspection goes on with the answer. */
  readonly awaitsAnswer: boolean;
  readonly bot: BotResult;
  readonly features: Float64Array;
}

/**
 * Rules, fingerprint and features, in this order: all that depends on the request alone. Pure and synchronous; done once,
 * however often reputation changes its mind while the request waits. `exclusions`: those that apply to this request;
 * `wantsAnswer`: whether its answer is to be inspected.
 */
export function examine(
  view: RequestView,
  network: NetworkFacts,
  snapshot: JudgeSnapshot,
  exclusions: RequestExclusions | null = null,
  wantsAnswer = false,
): Examination {
  const inspection = new Inspection(snapshot.active, view, exclusions);
  const awaitsAnswer = wantsAnswer && inspection.looksAtAnswers && !inspection.result.blocking;
  if (!awaitsAnswer) inspection.finish();
  let waf = inspection.result;
  const bot = fingerprint(view, network);
  const features = extractFeatures(view, waf, bot);
  const visible = exclusions?.hideFromScore(view) ?? null;
  if (exclusions === null || visible === null) return { waf, inspection, awaitsAnswer, bot, features };
  const fewer = extractFeatures(visible, waf, bot);
  if (levelOf(features, snapshot) > levelOf(fewer, snapshot)) {
    exclusions.countHidden();
    waf = { ...waf, excluded: [...exclusions.hits] };
  }
  return { waf, inspection, awaitsAnswer, bot, features: fewer };
}

/** How many of the policy's thresholds the score of these features reaches. */
function levelOf(features: Float64Array, { model, policy }: JudgeSnapshot): number {
  const score = scoreFeatures(model, features);
  const { log, challenge, block } = policy.thresholds;
  return [log, challenge, block].filter((threshold) => score >= threshold).length;
}

/** Network and decision over an examination, with what is known of the address by now. Cheap enough to ask twice. */
export function conclude(examination: Examination, reputation: ReputationResult, snapshot: JudgeSnapshot): Verdict {
  const { waf, bot, features } = examination;
  setReputation(features, reputation);
  return decide(
    { waf, bot, reputation, score: scoreFeatures(snapshot.model, features), features },
    snapshot.policy.thresholds,
  );
}

/** The whole pure pipeline; reputation comes first in the order of things, so it is given. */
export function judge(
  view: RequestView,
  network: NetworkFacts,
  reputation: ReputationResult,
  snapshot: JudgeSnapshot,
): Verdict {
  return conclude(examine(view, network, snapshot), reputation, snapshot);
}
