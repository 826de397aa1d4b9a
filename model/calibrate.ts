import { thresholdAt } from './metrics.ts';
import type { Parameters } from './network-trainer.ts';

/** Shares of honest requests that may reach the default thresholds. A visitor lost costs the owner more than one probe passed. */
export const CHALLENGED_SHARE = 0.008;
export const BLOCKED_SHARE = 0.003;

/** Logits of the default thresholds, 0.5 and 0.8. */
const CHALLENGE_LOGIT = 0;
const BLOCK_LOGIT = Math.log(0.8 / 0.2);

/** A steeper scale would make the score a yes or no, a flatter one would leave nothing at the ends. */
const LEAST_SLOPE = 0.5;
const MOST_SLOPE = 2;

/**
 * Shifts and stretches the network's logit so that the thresholds mean what they cost: 0.5 is where CHALLENGED_SHARE of the
 * given honest requests lie above, 0.8 where BLOCKED_SHARE do. `logits` are of honest requests from sources that the
 * lexicon behind them had not seen.
 */
export function calibrate(parameters: Parameters, logits: readonly number[]): Parameters {
  const challenge = thresholdAt(logits, CHALLENGED_SHARE);
  const block = thresholdAt(logits, BLOCKED_SHARE);
  const slope = Math.min(MOST_SLOPE, Math.max(LEAST_SLOPE, (BLOCK_LOGIT - CHALLENGE_LOGIT) / (block - challenge)));
  return {
    ...parameters,
    outputWeights: parameters.outputWeights.map((weight) => weight * slope),
    outputBias: (parameters.outputBias - challenge) * slope,
  };
}
