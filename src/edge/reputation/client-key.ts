import ipaddr from 'ipaddr.js';

/**
 * An address reduced to what decides who a client is: 64 bits, as two unsigned halves. IPv4 fills the upper half; of
 * IPv6 the network half stays, since the lower half is the subscriber's to change with every request (RFC 4291 2.5.1,
 * RFC 6177). So an IPv4 /24 and an IPv6 /48 are both simply 64-bit prefixes, and one table serves both.
 */
export interface Address {
  /** The client key: `203.0.113.7` or `2001:db8:1:2::/64`; for an address that stands for nobody, one of the two constants below. */
  readonly key: string;
  /** 0: stands for nobody, is in no range. */
  readonly family: 0 | 4 | 6;
  readonly high: number;
  readonly low: number;
}

/** No address, or none that can be read: all such requests are one client. */
export const UNKNOWN_CLIENT = 'unknown';
/** Other zones' Workers all come from one address: it names nobody, so it is never blocked and no rate or reputation hangs on it. */
export const WORKER_CLIENT = 'worker';

const UNKNOWN: Address = Object.freeze({ key: UNKNOWN_CLIENT, family: 0, high: 0, low: 0 });
const WORKER: Address = Object.freeze({ key: WORKER_CLIENT, family: 0, high: 0, low: 0 });
/** `2a06:98c0:3600::103`: developers.cloudflare.com/fundamentals/reference/http-headers, "CF-Connecting-IP in Worker subrequests". */
const WORKER_PARTS = [0x2a06, 0x98c0, 0x3600, 0, 0, 0, 0, 0x103];

/** The longest text of an address: an IPv4-mapped IPv6 one (INET6_ADDRSTRLEN less its terminator). */
const TEXT_LIMIT = 45;

/** Reads an address as `CF-Connecting-IP` gives it. Never throws; what is no address is the unknown client. */
export function readAddress(ip: string): Address {
  const ipv4 = readIpv4(ip);
  if (ipv4 >= 0) return { key: ip, family: 4, high: ipv4, low: 0 };
  const parts = readIpv6(ip);
  if (parts === null) return UNKNOWN;
  if (isMapped(parts)) {
    const value = join(parts[6], parts[7]);
    return { key: writeIpv4(value), family: 4, high: value, low: 0 };
  }
  if (parts.every((part, i) => part === WORKER_PARTS[i])) return WORKER;
  const high = join(parts[0], parts[1]);
  const low = join(parts[2], parts[3]);
  return { key: `${writeIpv6(high, low)}/64`, family: 6, high, low };
}

/** The name under which a client's rate and reputation are kept. */
export function clientKey(ip: string): string {
  return readAddress(ip).key;
}

/** False for keys that stand for nobody in particular: they must not be watched, remembered or blocked. */
export function namesOneClient(key: string): boolean {
  return key !== UNKNOWN_CLIENT && key !== WORKER_CLIENT;
}

/**
 * Dotted quad to its 32-bit value, or -1. By hand since it runs for every request. Leading zeros are refused: some
 * parsers read `010` as 8, so one text would name two clients.
 */
export function readIpv4(text: string): number {
  const length = text.length;
  if (length < 7 || length > 15) return -1;
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (octet < 0 || dots === 3) return -1;
      value = value * 256 + octet;
      octet = -1;
      dots += 1;
    } else {
      if (code < 48 || code > 57 || octet === 0) return -1;
      octet = (octet < 0 ? 0 : octet * 10) + code - 48;
      if (octet > 255) return -1;
    }
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1;
}

/** The eight 16-bit parts of an IPv6 address, or null. Zones (`%eth0`) are links of this machine, not addresses. */
export function readIpv6(text: string): readonly number[] | null {
  if (text.length > TEXT_LIMIT || !IPV6_CHARACTERS.test(text)) return null;
  try {
    // Asking `isValid` first would parse it twice.
    return ipaddr.IPv6.parse(text).parts;
  } catch {
    return null;
  }
}

const IPV6_CHARACTERS = /^[0-9a-f:.]*:[0-9a-f:.]*$/i;

/** `::ffff:a.b.c.d` (RFC 4291 2.5.5.2): an IPv4 client as a dual-stack socket shows it. */
export function isMapped(parts: readonly number[]): boolean {
  return parts[5] === 0xffff && parts.slice(0, 5).every((part) => part === 0);
}

export function writeIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** The address whose upper half is given and whose lower half is zero, as RFC 5952 writes it. */
export function writeIpv6(high: number, low: number): string {
  return new ipaddr.IPv6([high >>> 16, high & 0xffff, low >>> 16, low & 0xffff, 0, 0, 0, 0]).toRFC5952String();
}

export function join(upper = 0, lower = 0): number {
  return upper * 0x10000 + lower;
}
