import { TIERS, type ResponseRules, type Tier } from '../../edge/reputation/graduated-response.ts';
import type { AllowEntry, ListTier } from '../contracts.ts';
import { LIST_NAMES } from './list-names.ts';

/** Sources named in a reason; the comment and the look-up have all. */
const NAMED_SOURCES = 6;

export function tierAt(index: number): Tier {
  return TIERS[index] ?? 'log_only';
}

/** Two digits; 255ths are finer than that. */
export function showScore(byte: number): string {
  return (byte / 255).toFixed(2);
}

export function addReason(tier: ListTier, score: number, sources: readonly string[], rules: ResponseRules): string {
  const more = sources.length > NAMED_SOURCES ? ` and ${sources.length - NAMED_SOURCES} more` : '';
  const from = sources.length > 0 ? ` from ${sources.slice(0, NAMED_SOURCES).join(', ')}${more}` : '';
  const threshold = rules.thresholds[tier];
  // Scores are rounded down to 255ths, so a score on the threshold may lie one step under it.
  return score + 1 > threshold * 255
    ? `score ${showScore(score)}${from}; enters ${tier} at ${threshold}`
    : `score ${showScore(score)}${from}; stays in ${tier} down to ${leaveAt(tier, rules)}`;
}

export type Leaving =
  | { readonly why: 'kill-switch' | 'list-unused' | 'unlisted' }
  | { readonly why: 'allowed'; readonly entry: AllowEntry; readonly within: boolean }
  | { readonly why: 'within'; readonly range: string }
  | { readonly why: 'no-room'; readonly newcomers: number }
  | { readonly why: 'other-tier'; readonly score: number; readonly now: Tier };

export function leaveReason(tier: ListTier, leaving: Leaving, rules: ResponseRules): string {
  switch (leaving.why) {
    case 'kill-switch':
      return 'the kill switch is on';
    case 'list-unused':
      return `the account has no room for ${LIST_NAMES[tier].displayName}: the Worker enforces this tier`;
    case 'unlisted':
      return 'no source lists it any more';
    case 'allowed':
      return leaving.within
        ? `now on the allow-list: ${leaving.entry.note}`
        : `holds ${leaving.entry.range}, now on the allow-list: ${leaving.entry.note}`;
    case 'within':
      return `within ${leaving.range}, which is listed`;
    case 'no-room':
      return leaving.newcomers > 0
        ? `made room: the list is full and ${leaving.newcomers} new addresses score higher`
        : 'made room: the account may hold fewer items now';
    case 'other-tier':
      return otherTier(tier, leaving, rules);
  }
}

function otherTier(tier: ListTier, { score, now }: { score: number; now: Tier }, rules: ResponseRules): string {
  const moved = now === 'log_only' ? '' : `; now ${now}`;
  if (TIERS.indexOf(now) > TIERS.indexOf(tier)) return `score ${showScore(score)}: moved up to ${now}`;
  const leave = leaveAt(tier, rules);
  // Rounded, a score just under the line would be told as on it.
  const shown = Math.min(Number(showScore(score)), Math.ceil(leave * 100 - 1) / 100);
  return score < leave * 255
    ? `score fell to ${shown.toFixed(2)}, under ${leave}${moved}`
    : `score ${showScore(score)}: no longer ${tier} by the rules in force${moved}`;
}

/** Thresholds are given to a few digits; binary fractions would show as 0.6500000000000001. */
function leaveAt(tier: ListTier, { thresholds, hysteresis }: ResponseRules): number {
  return Math.round((thresholds[tier] - hysteresis) * 1000) / 1000;
}
