/** The ranges around an address that an operator may want to block: itself, its neighbours, its network. */
export interface RangeChoice {
  readonly range: string;
  readonly title: string;
}

/** `client.ip` as Cloudflare gave it; `asn` of its network, where it is known. */
export function rangesAround(ip: string, asn?: number): readonly RangeChoice[] {
  const network = asn === undefined ? [] : [{ range: `AS${asn}`, title: `its whole network, AS${asn}` }];
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(ip)) {
    const around = `${ip.slice(0, ip.lastIndexOf('.'))}.0/24`;
    return [{ range: ip, title: ip }, { range: around, title: `its neighbours, ${around}` }, ...network];
  }
  return [{ range: `${ip}/64`, title: `its /64 network` }, ...network];
}
