/** The ranges around an address that an operator may want to block: itself, its neighbours, its network. */
export interface RangeChoice {
  /** As the blocklist takes it. */
  readonly range: string;
  /** The range as it is said in few letters. */
  readonly name: string;
  /** Who is in it. */
  readonly title: string;
}

/** `ip` as Cloudflare gave it; `asn` of its network and whose that is, where it is known. */
export function rangesAround(ip: string, asn?: number, organization = ''): readonly RangeChoice[] {
  const whose = organization === '' ? 'its whole network' : `all of ${organization}`;
  const network = asn === undefined ? [] : [{ range: `AS${asn}`, name: `AS${asn}`, title: whose }];
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(ip)) {
    const around = `${ip.slice(0, ip.lastIndexOf('.'))}.0/24`;
    return [
      { range: ip, name: ip, title: 'this address alone' },
      { range: around, name: around, title: 'it and its 255 neighbours' },
      ...network,
    ];
  }
  return [{ range: `${ip}/64`, name: `${ip}/64`, title: 'its /64, which is one client’s' }, ...network];
}
