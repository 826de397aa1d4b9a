import type { FeedRows } from '../feed-rows.ts';
import type { FeedParser } from './feed-parser.ts';
import { JsonElements } from './json-elements.ts';

/** A pattern of more text than this names a hundred addresses; indicators name one or a few. */
const PATTERN_LIMIT = 8192;

/** One comparison with an address: `ipv4-addr:value = '192.0.2.1'`, or ISSUBSET and a range (STIX 2.1, section 9). */
const COMPARISON = /^\s*\[?\s*ipv[46]-addr:value\s*(?:=|ISSUBSET)\s*'([^']{2,64})'\s*\]?\s*$/;

/**
 * The indicators of a STIX 2.1 bundle whose pattern is an address or some of them joined by OR. Patterns that ask for more (a port AND an
 * address, one thing FOLLOWEDBY another) would be wider without the rest, so they are passed over; as are other objects, and indicators
 * that are revoked or not valid at `now` (Unix milliseconds).
 */
export function stixParser(rows: FeedRows, now: number): FeedParser {
  return new JsonElements((element) => {
    if (element === null) rows.spoil();
    if (element?.type !== 'indicator' || !isInForce(element, now)) return;
    if (typeof element.pattern !== 'string') rows.spoil();
    else for (const address of addressesOf(element.pattern)) rows.take(address, confidenceOf(element.confidence));
  });
}

function isInForce(
  { revoked, valid_from: from, valid_until: until }: Readonly<Record<string, unknown>>,
  now: number,
): boolean {
  if (revoked === true) return false;
  if (typeof from === 'string' && Date.parse(from) > now) return false;
  return !(typeof until === 'string' && Date.parse(until) <= now);
}

function addressesOf(pattern: string): readonly string[] {
  if (pattern.length > PATTERN_LIMIT) return [];
  const found = pattern.split(/\sOR\s/).map((part) => COMPARISON.exec(part)?.[1]);
  const addresses = found.filter((address) => address !== undefined);
  return addresses.length === found.length ? addresses : [];
}

/** STIX counts 0 to 100; a producer that says nothing is taken at its word. */
function confidenceOf(confidence: unknown): number {
  return typeof confidence === 'number' && confidence >= 0 && confidence <= 100 ? confidence / 100 : 1;
}
