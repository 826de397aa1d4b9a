import { decide } from './decide.ts';
import { setReputation } from './score/features.ts';
import { scoreFeatures } from './score/mlp.ts';
import type { JudgeSnapshot } from './judge.ts';
import type { ReputationResult, Verdict } from './verdict.ts';

const NOTHING_KNOWN: ReputationResult = { score: 0, signals: [] };

/** Whether a request is refused only for what is known of its address: it would have passed had nothing been known. Pure. */
export function isRefusedByReputation(
  { by, decision, waf, bot, reputation, features }: Verdict,
  { model, policy }: Pick<JudgeSnapshot, 'model' | 'policy'>,
): boolean {
  if (by !== 'score' || reputation.score === 0 || features === undefined) return false;
  if (decision !== 'block' && decision !== 'challenge') return false;
  const own = features.slice();
  setReputation(own, NOTHING_KNOWN);
  const score = scoreFeatures(model, own);
  const { decision: otherwise } = decide({ waf, bot, reputation: NOTHING_KNOWN, score }, policy.thresholds);
  return otherwise === 'allow' || otherwise === 'log';
}
