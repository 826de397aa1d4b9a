import { readAddress, readIpv4 } from '../../edge/reputation/client-key.ts';
import { readCidr } from './cidr.ts';
import { holds } from './prefix.ts';
import { BOGONS } from './reserved-ranges.ts';

const PRIVATE = [
  ...BOGONS.map(({ range }) => range),
  // Addresses with an IPv4 address inside, which may be any.
  '2002::/16',
  '2001::/32',
].map(readCidr);

/** Names that mean this machine or its neighbours (RFC 6761, RFC 6762, RFC 8375, and ICANN's `.internal`). */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|home\.arpa|localdomain)$/;

/**
 * Why `text` is no URL to fetch a feed from, in plain words; null when it is fine. A feed is text that somebody else may change, and a
 * redirect is a URL that somebody else chose: neither may make the collector call what only it can reach. `allowHttp`, for local runs,
 * lifts all of it but the scheme (http or https) and the ban on credentials, which would show in every status.
 */
export function refuseFeedUrl(text: string, allowHttp: boolean): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'is no absolute URL';
  }
  if (url.username !== '' || url.password !== '') return 'must not have a user name or password in it';
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) return 'must begin with https://';
  if (allowHttp) return null;
  if (url.port !== '') return 'must use the usual port';
  const host = url.hostname.replace(/\.$/, '').toLowerCase();
  if (host.startsWith('[') || readIpv4(host) >= 0) {
    return isPrivate(host.replace(/^\[|\]$/g, '')) ? 'must not be a private or reserved address' : null;
  }
  if (!host.includes('.') || LOCAL_NAME.test(host)) return 'must not be a name of a private network';
  return null;
}

/** Where to ask for a feed: `https://example.org/list` of a mirror is `<mirror>/example.org/list`. */
export function mirrored(url: URL, mirror: string | undefined): URL {
  if (mirror === undefined || mirror === '') return url;
  return new URL(`${mirror.replace(/\/+$/, '')}/${url.host}${url.pathname}${url.search}`);
}

function isPrivate(ip: string): boolean {
  const { family, high, low } = readAddress(ip);
  if (family === 0) return true;
  return PRIVATE.some((range) => holds(range, { family, high, low, prefix: family === 4 ? 32 : 64 }));
}
