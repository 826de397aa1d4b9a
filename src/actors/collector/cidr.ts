import { join, readIpv4, readIpv6 } from '../../edge/reputation/client-key.ts';
import { mask } from '../../edge/reputation/range.ts';
import type { Prefix } from './prefix.ts';

/**
 * Reads a CIDR range that comes with the shield: of any width, unlike `parseRange`, for what must be spared may be as wide as it is
 * (multicast is a /4). Throws on what is none: a slip in the program.
 */
export function readCidr(text: string): Prefix {
  const [ip = '', bits = ''] = text.split('/', 2);
  const ipv4 = readIpv4(ip);
  const parts = ipv4 < 0 ? readIpv6(ip) : null;
  const prefix = Math.min(Number(bits), ipv4 < 0 ? 64 : 32);
  if (ipv4 >= 0) return { family: 4, high: mask(ipv4, prefix), low: 0, prefix };
  if (parts === null) throw new Error(`not a CIDR range: ${text}`);
  const high = mask(join(parts[0], parts[1]), prefix);
  return { family: 6, high, low: mask(join(parts[2], parts[3]), prefix - 32), prefix };
}
