import { isMapped, join, readIpv4, readIpv6 } from './client-key.ts';
import { mask, type Range } from './range.ts';

/**
 * Reads a range of the allow-list, or null. Unlike a range to block it may be of any width: multicast is a /4, and the address
 * that all Workers share is one to spare. IPv6 narrower than /64 widens to its /64, as clients are counted.
 */
export function readAllowRange(text: string): Range | null {
  const slash = text.indexOf('/');
  const ip = slash < 0 ? text : text.slice(0, slash);
  const bits = slash < 0 ? 128 : readBits(text.slice(slash + 1));
  if (bits < 0) return null;
  const ipv4 = readIpv4(ip);
  if (ipv4 >= 0) return makeIpv4(text, ipv4, slash < 0 ? 32 : bits);
  const parts = readIpv6(ip);
  if (parts === null) return null;
  if (isMapped(parts) && bits >= 96) return makeIpv4(text, join(parts[6], parts[7]), bits - 96);
  const prefix = Math.min(bits, 64);
  const high = mask(join(parts[0], parts[1]), prefix);
  return { family: 6, high, low: mask(join(parts[2], parts[3]), prefix - 32), prefix, text };
}

function makeIpv4(text: string, value: number, prefix: number): Range | null {
  return prefix > 32 ? null : { family: 4, high: mask(value, prefix), low: 0, prefix, text };
}

function readBits(text: string): number {
  return /^(?:0|[1-9][0-9]{0,2})$/.test(text) && Number(text) <= 128 ? Number(text) : -1;
}
