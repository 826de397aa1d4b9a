import type { AddressNow, BlockEntry } from '../actors/contracts.ts';
import { findEntry, hardenVerdict } from './address-verdict.ts';
import { conclude, examine } from './judge.ts';
import type { Address } from './reputation/client-key.ts';
import { judgeAddress } from './reputation/judge-address.ts';
import { findListed, type Listed } from './reputation/listed.ts';
import { isAllowed } from './reputation/threat-index.ts';
import type { Snapshot } from './snapshot.ts';
import { buildRequestView } from './waf/request-view.ts';

/** The most harmless there is: whoever is refused this is refused everything. */
function plainRequest() {
  return buildRequestView({
    method: 'GET',
    url: 'https://example.com/',
    headers: new Map([
      ['host', 'example.com'],
      ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0'],
      ['accept', 'text/html,application/xhtml+xml'],
      ['accept-language', 'en'],
      ['accept-encoding', 'gzip, br'],
    ]),
    body: null,
    bodyTruncated: false,
  });
}

/** Under this a record is not worth a word. */
const WORTH_TELLING = 0.05;

type InForce = Pick<Snapshot, 'active' | 'blocklist' | 'model' | 'policy' | 'response' | 'threats'>;

/**
 * What becomes of an address now, and by what, in the order of the edge: blocklist, threat intelligence, reputation. `asn`: its
 * network, where it is known; `remembered`: the score of its reputation actor, 0 to 1; `now`: Unix milliseconds.
 */
export function judgeNow(
  snapshot: InForce,
  address: Address,
  asn: number | undefined,
  remembered: number,
  now: number,
): AddressNow {
  const entry = findEntry(snapshot, address, asn, now);
  if (entry !== null) return { outcome: 'block', by: 'blocklist', says: sayBlocked(entry) };
  const facts = { ip: address.key, ...(asn !== undefined && { asn }) };
  const listed = findListed(snapshot, address, facts);
  if (listed?.tier === 'block') return { outcome: 'block', by: 'intelligence', says: sayListed('blocked', listed) };
  // What is allowed answers for each request alone.
  const record = isAllowed(snapshot.threats, address) ? 0 : remembered;
  const content = conclude(
    examine(plainRequest(), facts, snapshot),
    judgeAddress(facts, address, record, listed?.score),
    snapshot,
  );
  const { decision, by } = hardenVerdict(content, listed, address, snapshot.policy.thresholds);
  if (decision === 'block' || decision === 'challenge') {
    if (by === 'intelligence' && listed !== null)
      return { outcome: decision, by: 'intelligence', says: sayListed('challenged', listed) };
    // A program asks less like a person than this, and the same record weighs more.
    const verb = decision === 'block' ? 'blocked' : 'challenged, or blocked if it looks like a program';
    const why = record < WORTH_TELLING ? 'where it comes from' : `its reputation (${record.toFixed(2)} of 1)`;
    return { outcome: decision, by: 'reputation', says: `Now: even a plain request is ${verb}, by ${why}.` };
  }
  return sayPasses(listed, record);
}

function sayPasses(listed: Listed | null, record: number): AddressNow {
  if (listed?.tier === 'rate_limit')
    return { outcome: 'limit', by: 'intelligence', says: sayListed('let in under a lowered rate limit', listed) };
  const says =
    record < WORTH_TELLING
      ? 'Now: let in. Nothing stands against the address, and each request is judged for itself.'
      : `Now: let in, if the request is harmless. Its reputation (${record.toFixed(2)} of 1) weighs against each.`;
  return { outcome: 'pass', by: record < WORTH_TELLING ? 'none' : 'reputation', says };
}

function sayBlocked({ range, source }: BlockEntry): string {
  return `Now: blocked, by the blocklist (${range}, set by ${source}).`;
}

function sayListed(what: string, { tier, score }: Listed): string {
  return `Now: ${what}, by threat intelligence at the edge (tier ${tier}, score ${score.toFixed(2)}).`;
}
