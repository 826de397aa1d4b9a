import type { NetworkFacts } from '../network.ts';
import type { ReputationResult, Signal } from '../verdict.ts';
import type { Address } from './client-key.ts';
import { NOTORIOUS_ASNS, SCANNING_PREFIXES } from './notorious.ts';
import { parseRange } from './range.ts';
import { compileRanges, findRange } from './range-table.ts';

/**
 * How much each sign says against an address, 0 to 1. All stay under the standard challenge threshold of 0.5: where a
 * request comes from may tip a doubtful one, never condemn an innocent one. A listing weighs least: feeds list exits of Tor and
 * networks with a record for being just that, so it often comes with another sign, and the network's score rises steeply from 0.6 on.
 */
const WEIGHTS = { scanning_prefix: 0.4, malicious_asn: 0.4, tor: 0.35, listed: 0.25 } as const;

/** Cloudflare's own documentation called a threat score above 10 suspicious, while the score was still given. */
const THREAT_SCORE_FLOOR = 10;

/** The score an actor remembers below which it is noise: one sixteenth, four half-lives of the worst. */
const REMEMBERED_FLOOR = 1 / 16;

const CLEAN: ReputationResult = Object.freeze({ score: 0, signals: Object.freeze([]) });

const asns = new Set(NOTORIOUS_ASNS.map((network) => network.asn));
const prefixes = compileRanges(
  SCANNING_PREFIXES.flatMap((text) => {
    const parsed = parseRange(text);
    return parsed.ok ? [{ range: parsed.range, until: Number.POSITIVE_INFINITY }] : [];
  }),
);

/**
 * What is known against where a request comes from. `remembered` is the decayed score of the client's reputation actor
 * (0 to 1), null when it has none or was not asked; `listed` the score under which threat feeds list the address, 0 when they
 * do not. Signs add up as independent doubts: 1 - (1-a)(1-b)...
 */
export function judgeAddress(
  facts: NetworkFacts,
  address: Address,
  remembered: number | null,
  listed = 0,
): ReputationResult {
  let signals: Signal[] | null = null;
  let doubt = 1;
  const note = (name: string, weight: number): void => {
    (signals ??= []).push({ name, weight });
    doubt *= 1 - weight;
  };
  if (findRange(prefixes, address, 0) >= 0) note('scanning_prefix', WEIGHTS.scanning_prefix);
  if (facts.asn !== undefined && asns.has(facts.asn)) note('malicious_asn', WEIGHTS.malicious_asn);
  if (facts.country === 'T1') note('tor', WEIGHTS.tor);
  if (listed > 0) note('listed', WEIGHTS.listed * Math.min(listed, 1));
  if (facts.threatScore !== undefined && facts.threatScore > THREAT_SCORE_FLOOR) {
    note('cf_threat_score', Math.min(facts.threatScore, 100) / 100);
  }
  if (remembered !== null && remembered >= REMEMBERED_FLOOR) note('remembered', Math.min(remembered, 1));
  return signals === null ? CLEAN : { score: 1 - doubt, signals };
}
