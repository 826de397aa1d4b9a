/**
 * Graduated response: how hard a threat is met. One pure function for the edge, the enforcement engine and `/test/response-logic`.
 */

/** From the mildest to the hardest. */
export const TIERS = ['log_only', 'rate_limit', 'challenge', 'block'] as const;
export type Tier = (typeof TIERS)[number];

/** Shifts the answer for where an address is; the edge knows that of a request, a feed does not tell it. */
export interface ResponseCondition {
  /** ISO 3166-1 alpha-2 (or `T1`); absent: every country. */
  readonly countries?: readonly string[] | undefined;
  readonly asns?: readonly number[] | undefined;
  /** Never milder than this where the score is above 0. */
  readonly atLeast?: Tier | undefined;
  /** Never harder than this. */
  readonly atMost?: Tier | undefined;
}

export interface ResponseRules {
  /** Score from which on a tier is entered. */
  readonly thresholds: { readonly rate_limit: number; readonly challenge: number; readonly block: number };
  /** A tier is left only when the score has fallen this far under its threshold. */
  readonly hysteresis: number;
  /** Nor before it has lasted so long. */
  readonly dwellSeconds: number;
  readonly conditions?: readonly ResponseCondition[] | undefined;
}

/** Enter a list at 0.8, leave under 0.65: an address whose score hovers at the line would be written each half hour. */
export const DEFAULT_RESPONSE: ResponseRules = Object.freeze({
  thresholds: Object.freeze({ rate_limit: 0.4, challenge: 0.6, block: 0.8 }),
  hysteresis: 0.15,
  dwellSeconds: 7200,
});

export interface ResponseContext {
  /** On the allow-list: whatever the score. */
  readonly allowed?: boolean;
  readonly country?: string | undefined;
  readonly asn?: number | undefined;
  /** The tier it has had, and since when (Unix milliseconds). */
  readonly previous?: { readonly tier: Tier; readonly since: number } | null | undefined;
  /** Unix milliseconds. */
  readonly now?: number;
}

/** The tier for a score of 0 to 1. An allow-listed address is always `log_only`. */
export function respond(score: number, context: ResponseContext, rules: ResponseRules): Tier {
  if (context.allowed === true) return 'log_only';
  return applyConditions(holdOn(tierOf(score, rules), score, context, rules), score, context, rules);
}

/** What the conditions make of a tier that was decided without knowing where the address is. */
export function applyConditions(
  tier: Tier,
  score: number,
  { country, asn }: Pick<ResponseContext, 'country' | 'asn'>,
  { conditions }: ResponseRules,
): Tier {
  let index = TIERS.indexOf(tier);
  for (const { countries, asns, atLeast, atMost } of conditions ?? []) {
    if (countries !== undefined && (country === undefined || !countries.includes(country))) continue;
    if (asns !== undefined && (asn === undefined || !asns.includes(asn))) continue;
    if (atLeast !== undefined && score > 0) index = Math.max(index, TIERS.indexOf(atLeast));
    if (atMost !== undefined) index = Math.min(index, TIERS.indexOf(atMost));
  }
  return TIERS[index] ?? tier;
}

function tierOf(score: number, { thresholds }: ResponseRules): Tier {
  if (score >= thresholds.block) return 'block';
  if (score >= thresholds.challenge) return 'challenge';
  return score >= thresholds.rate_limit ? 'rate_limit' : 'log_only';
}

/** A harder tier is entered at once; a milder one when the score is clearly lower, and the dwell is over. */
function holdOn(entered: Tier, score: number, { previous, now = 0 }: ResponseContext, rules: ResponseRules): Tier {
  if (previous === null || previous === undefined) return entered;
  if (TIERS.indexOf(entered) >= TIERS.indexOf(previous.tier)) return entered;
  if (now - previous.since < rules.dwellSeconds * 1000) return previous.tier;
  const lowered = tierOf(score + rules.hysteresis, rules);
  const held = TIERS[Math.min(TIERS.indexOf(previous.tier), TIERS.indexOf(lowered))];
  return held ?? entered;
}
