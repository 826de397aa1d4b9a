import type { Rule } from '../schema.ts';
import { toLink, type Draft } from './draft.ts';

/** The full anomaly score of this project's rulesets: from it on, rules block together. */
const FULL = 100;

/** From how many points on a ruleset refuses requests and answers; null where it never does. */
export interface Thresholds {
  readonly inbound: number | null;
  readonly outbound: number | null;
}

/** The lowest thresholds with which a ruleset's blocking rules compare what the others added up (949110 and 959100 in CRS). */
export function findThresholds(drafts: readonly Draft[]): Thresholds {
  const lowest = (isOutbound: boolean) => {
    const values = drafts
      .filter((draft) => draft.phase > 2 === isOutbound)
      .map(thresholdOf)
      .filter((value) => value !== null);
    return values.length === 0 ? null : Math.min(...values);
  };
  return { inbound: lowest(false), outbound: lowest(true) };
}

/**
 * What a rule adds to the anomaly score: its points as a share of the threshold, so that 100 is the threshold here too. Rounded
 * down, for the ruleset's own sum decides. Nothing for the rule that compares the sum, and all for one that refuses by itself.
 */
export function anomalyScore(draft: Draft, { inbound, outbound }: Thresholds): Rule['score'] {
  if (thresholdOf(draft) !== null) return 0;
  if (draft.action === 'block') return FULL;
  const threshold = draft.phase > 2 ? outbound : inbound;
  return threshold === null ? 0 : Math.min(FULL, Math.floor((FULL * pointsOf(draft)) / threshold));
}

function thresholdOf({ action, links: [head] }: Draft): number | null {
  if (action !== 'block' || head === undefined) return null;
  const { targets, operator } = toLink(head);
  if (operator.name !== 'ge' || operator.negate === true || typeof operator.value !== 'string') return null;
  const value = Number(operator.value);
  return targets.every(({ collection }) => collection === 'TX') && value > 0 ? value : null;
}

/** Added to the scores of the paranoia levels; those by kind of attack say the same again. */
function pointsOf({ links }: Draft): number {
  let points = 0;
  for (const { assignments = [] } of links.map(toLink)) {
    for (const { variable, operation, value } of assignments) {
      if (operation !== 'add' || typeof variable !== 'string' || typeof value !== 'string') continue;
      if (/anomaly_score_pl\d$/.test(variable)) points += Number(value) || 0;
    }
  }
  return points;
}
