import type { EventRule, NumberedEvent } from '../../actors/contracts.ts';
import type { Exclusion } from '../../edge/exclusions/schema.ts';

/** Until then it was looked at again, or it is gone: a false positive of a page that was rewritten should not stay open for ever. */
const DAYS = 90;

/**
 * The narrowest exclusion that takes this match back: on this path, in this place, for some time, and of the rules those that matched in the
 * same place, since one of them alone would go on refusing the request. Without a `rule` the score decided alone, and it is the score that
 * looks away. `now`: Unix milliseconds. `nonce` makes its id its own.
 */
export function draftExclusion(
  rule: EventRule | undefined,
  { request, layers, rules = [] }: Pick<NumberedEvent, 'request' | 'layers' | 'rules'>,
  now: number,
  nonce: string,
): Exclusion {
  const path = request?.path.split('?', 1)[0];
  // Content that the rule takes for an attack looks like one to the network too.
  const scored = rule === undefined || (layers !== undefined && layers.model >= layers.thresholds.challenge);
  const named = (rule?.id ?? 'score')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  return {
    id: `fp-${named}-${nonce}`,
    ...(rule !== undefined && {
      rules: [...new Set([rule, ...rules.filter(({ location }) => location === rule.location)].map(({ id }) => id))],
    }),
    ...(path !== undefined && path !== '' && !path.includes('…') && { path }),
    ...(rule !== undefined &&
      rule.location.includes(':') &&
      !rule.location.startsWith('&') && { targets: [rule.location] }),
    ...(scored && { score: true as const }),
    reason: 'a false positive, found on the dashboard',
    expires: new Date(now + DAYS * 86_400_000).toISOString().slice(0, 10),
  };
}
