import type { NetworkFacts } from '../network.ts';
import type { Address } from './client-key.ts';
import { applyConditions, type ResponseRules, type Tier, TIERS } from './graduated-response.ts';
import { findThreat, isAllowed, type ThreatIndex } from './threat-index.ts';

/** What the threats in force say of an address. */
export interface Listed {
  /** 0 to 1. */
  readonly score: number;
  /** With the policy's conditions on country and network applied. */
  readonly tier: Tier;
}

/** Null for an address of which nothing is said, or which is allowed: then nothing was allocated. */
export function findListed(
  { threats, response }: { readonly threats: ThreatIndex; readonly response: ResponseRules },
  address: Address,
  { country, asn }: Pick<NetworkFacts, 'country' | 'asn'>,
): Listed | null {
  const code = findThreat(threats, address);
  // The allow-list was carved out of the threats; that it always wins must not hang on it.
  if (code < 0 || isAllowed(threats, address)) return null;
  const score = (code & 255) / 255;
  const tier = TIERS[code >>> 8] ?? 'log_only';
  return { score, tier: applyConditions(tier, score, { country, asn }, response) };
}

/** The score by which the rate limit of an address is lowered, 0 to 1. */
export function limitingScore(listed: Listed | null): number {
  return listed === null || listed.tier === 'log_only' ? 0 : listed.score;
}
