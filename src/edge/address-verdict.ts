import type { BlockEntry } from '../actors/contracts.ts';
import type { Policy } from './policy.ts';
import { findBlock } from './reputation/blocklist.ts';
import type { Address } from './reputation/client-key.ts';
import type { Listed } from './reputation/listed.ts';
import { isAllowed } from './reputation/threat-index.ts';
import type { Snapshot } from './snapshot.ts';
import type { Verdict } from './verdict.ts';

/** What is in force, as far as an address alone can meet it. */
type InForce = Pick<Snapshot, 'blocklist' | 'threats' | 'policy'>;

/** The verdict on an address that is refused whatever it asks for; null: it must ask first. `asn`: its network, where it is known. */
export function judgeAddressAlone(
  snapshot: InForce,
  address: Address,
  asn: number | undefined,
  listed: Listed | null,
  now: number,
): Verdict | null {
  const entry = findEntry(snapshot, address, asn, now);
  if (entry !== null) return blockEntry(entry);
  return listed?.tier === 'block' ? blockListed(listed, address, snapshot.policy.thresholds) : null;
}

/** The entry that refuses an address, or null. What the machine blocks by itself it must not block of the allow-list. */
export function findEntry(
  { blocklist, threats }: Pick<InForce, 'blocklist' | 'threats'>,
  address: Address,
  asn: number | undefined,
  now: number,
): BlockEntry | null {
  const entry = findBlock(blocklist, address, now, asn);
  if (entry?.source !== 'reputation' || !isAllowed(threats, address)) return entry;
  return findBlock(blocklist.deliberate, address, now, asn);
}

/** The verdict on an address that is on the blocklist. */
function blockEntry({ range, reason }: BlockEntry): Verdict {
  return { ...unjudged('block', `${range} is on the blocklist: ${reason}`), score: 1, by: 'blocklist' };
}

/** The verdict on an address that is listed in the tier `block`. */
export function blockListed(listed: Listed, address: Address, thresholds: Policy['thresholds']): Verdict {
  // As everywhere, score and verdict agree: the reason has the threat's own.
  const score = Math.max(listed.score, thresholds.block);
  return { ...unjudged('block', describeListed(listed, address)), score, by: 'intelligence' };
}

/** The same verdict, unless it would let pass a client that is listed in the tier `challenge`. */
export function hardenVerdict(
  verdict: Verdict,
  listed: Listed | null,
  address: Address,
  thresholds: Policy['thresholds'],
): Verdict {
  if (listed?.tier !== 'challenge' || (verdict.decision !== 'allow' && verdict.decision !== 'log')) return verdict;
  const score = Math.max(verdict.score, thresholds.challenge);
  return { ...verdict, decision: 'challenge', score, by: 'intelligence', reason: describeListed(listed, address) };
}

/** `203.0.113.7 is a known threat (score 0.93, tier block); GET /check?ip= tells the sources`. */
export function describeListed({ score, tier }: Listed, { key }: Address): string {
  return `${key} is a known threat (score ${score.toFixed(2)}, tier ${tier}); GET /check?ip= tells the sources`;
}

/** A verdict on a request whose content was not judged. */
export function unjudged(decision: Verdict['decision'], reason: string): Verdict {
  const none = { score: 0, signals: [] };
  const waf = { matches: [], score: 0, blocking: false };
  return { decision, score: 0, by: 'none', reason, waf, bot: none, reputation: none };
}
