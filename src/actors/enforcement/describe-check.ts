import type { AllowEntry, BlockEntry, CheckedNetwork, CheckResult, ThreatOrigin } from '../contracts.ts';
import type { ResponseRules, Tier } from '../../edge/reputation/graduated-response.ts';

/** What was found about an address, before it is put in words. */
export interface CheckFindings {
  readonly score: number;
  readonly tier: Tier;
  /** The row of the judgement that holds it, and the ids of those who list it; null when none does. */
  readonly range: string | null;
  readonly sources: readonly string[];
  readonly allowed: AllowEntry | null;
  readonly edge: Tier | null;
  readonly lists: CheckResult['enforced']['lists'];
  readonly blocklist: BlockEntry | null;
  readonly network: CheckedNetwork;
  /** Networks that the blocklist has by their number. */
  readonly networksBlocked: number;
  readonly origin: ThreatOrigin;
  readonly killSwitch: boolean;
  readonly rules: ResponseRules;
}

const ORIGINS: Readonly<Record<ThreatOrigin, string>> = {
  live: '',
  cached: 'The collector does not answer: the last good threats are in force.',
  emergency: 'There is no intelligence: the built-in emergency list is in force.',
  none: '',
};

/** Why an address is met as it is, in sentences. */
export function explainCheck(found: CheckFindings): string {
  return [explainTier(found), explainPlaces(found), explainBlock(found), ORIGINS[found.origin]]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function explainTier({ score, tier, range, sources, allowed, rules, killSwitch }: CheckFindings): string {
  if (killSwitch) return 'The kill switch is on: no threat is enforced.';
  if (allowed !== null)
    return `Threat intelligence spares it: ${allowed.range} (${allowed.note}). No score changes that.`;
  if (range === null && score === 0) return 'No source lists it.';
  const who = sources.length === 0 ? 'listed' : `listed by ${sources.join(', ')}`;
  const told = `${range ?? 'It'} is ${who}; the score is ${score.toFixed(2)}`;
  if (tier === 'log_only') return `${told}, under the threshold of every response (${rules.thresholds.rate_limit}).`;
  const threshold = rules.thresholds[tier];
  if (score >= threshold) return `${told}, and ${tier} begins at ${threshold}.`;
  return `${told}: under the ${threshold} of ${tier}, which is held until the score is under ${leave(threshold, rules)} and ${rules.dwellSeconds} s have passed.`;
}

function leave(threshold: number, { hysteresis }: ResponseRules): string {
  return Math.max(0, threshold - hysteresis).toFixed(2);
}

function explainPlaces({ edge, lists, tier, allowed }: CheckFindings): string {
  if (allowed !== null || tier === 'log_only') return '';
  const where = lists.map(({ displayName }) => displayName).join(', ');
  if (edge === null && where === '') return 'It is not enforced yet: the next run does.';
  const atEdge = edge === null || edge === 'log_only' ? 'not at the edge' : `at the edge (${edge})`;
  return `Enforced ${atEdge}${where === '' ? ', in no list of the account' : ` and in the account's list ${where}`}.`;
}

function explainBlock({ blocklist: entry, network, networksBlocked: blocked }: CheckFindings): string {
  if (entry === null) {
    if (network.asn !== null || blocked === 0) return '';
    const what = blocked === 1 ? 'One network is' : `${blocked} networks are`;
    return `${what} on the blocklist by number; whether this address is in one is not known here: no request of it was kept. Ask with asn.`;
  }
  const until = entry.until === undefined ? 'until it is removed' : `until ${new Date(entry.until).toISOString()}`;
  return `The blocklist holds ${entry.range} ${until}, by ${entry.source}: ${entry.reason}.`;
}
