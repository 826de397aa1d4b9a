import ipaddr from 'ipaddr.js';
import type { ThreatEvent } from '../actors/contracts.ts';

/** What `tail` shows: an event must fit every filter that is set, by any one of its values. */
export interface EventFilter {
  readonly decision?: readonly string[];
  readonly category?: readonly string[];
  /** Rule ids; `942*` means all that begin so. */
  readonly rule?: readonly string[];
  readonly country?: readonly string[];
  readonly asn?: readonly number[];
  /** Addresses and CIDR ranges. */
  readonly ip?: readonly string[];
  /** Beginnings of the path. */
  readonly path?: readonly string[];
}

export function isWanted(event: ThreatEvent, filter: EventFilter): boolean {
  const { client, request, rules = [] } = event;
  const ruleIds = event.ruleIds ?? rules.map(({ id }) => id);
  return (
    any(filter.decision, (decision) => event.outcome === decision) &&
    any(filter.category, (category) => rules.some((rule) => rule.category === category)) &&
    any(filter.rule, (rule) => ruleIds.some((id) => isRule(rule, id))) &&
    any(filter.country, (country) => client?.country?.toUpperCase() === country.toUpperCase()) &&
    any(filter.asn, (asn) => client?.asn === asn) &&
    any(filter.ip, (range) => client !== undefined && isInside(range, client.ip)) &&
    any(filter.path, (path) => request?.path.startsWith(path) ?? false)
  );
}

function any<T>(wanted: readonly T[] | undefined, fits: (value: T) => boolean): boolean {
  return wanted === undefined || wanted.some(fits);
}

function isRule(wanted: string, id: string): boolean {
  return wanted.endsWith('*') ? id.startsWith(wanted.slice(0, -1)) : id === wanted;
}

/** Whether `text` is an address or a range: to complain before listening in vain. */
export function isRange(text: string): boolean {
  return ipaddr.isValid(text) || ipaddr.isValidCIDR(text);
}

function isInside(range: string, ip: string): boolean {
  if (!ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  if (!range.includes('/')) return address.toNormalizedString() === ipaddr.process(range).toNormalizedString();
  const [network, prefix] = ipaddr.parseCIDR(range);
  return network.kind() === address.kind() && address.match(network, prefix);
}
