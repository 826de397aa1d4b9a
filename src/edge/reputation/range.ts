import type { Problem } from '../../parse.ts';
import { isMapped, join, readAddress, readIpv4, readIpv6, WORKER_CLIENT, writeIpv4, writeIpv6 } from './client-key.ts';

/** A block of addresses: the 64-bit prefix `high:low` of `prefix` bits (see Address). */
export interface Range {
  readonly family: 4 | 6;
  readonly high: number;
  readonly low: number;
  readonly prefix: number;
  /** Canonical: host bits zero, RFC 5952, a single IPv4 address without `/32`. */
  readonly text: string;
}

/** Wider than these no list may block: a slip of the pen would shut out a continent. Cloudflare's lists take the same bounds. */
const WIDEST = { 4: 8, 6: 12 } as const;
const NARROWEST = { 4: 32, 6: 64 } as const;

/** Cloudflare's one address for all Workers, as a /64. */
const WORKERS = { high: 0x2a0698c0, low: 0x36000000 };

/** Said of what is no address at all. */
export const NO_RANGE = 'must be an IPv4 or IPv6 address, or a CIDR range of them';

export type ParsedRange =
  | { readonly ok: true; readonly range: Range }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Reads an address or a CIDR range and makes it canonical. IPv6 narrower than /64 widens to its /64, as clients are
 * counted. Refused: what is no address, what is wider than /8 (IPv6: /12), and the address that all Workers share.
 */
export function parseRange(text: string): ParsedRange {
  const slash = text.indexOf('/');
  const ip = slash < 0 ? text : text.slice(0, slash);
  const bits = slash < 0 ? null : readBits(text.slice(slash + 1));
  if (bits !== null && bits < 0) return refuse('the prefix length must be a number from 0 to 128');
  const ipv4 = readIpv4(ip);
  if (ipv4 >= 0) return makeRange(4, ipv4, 0, bits ?? 32, 32);
  const parts = readIpv6(ip);
  if (parts === null) return refuse(NO_RANGE);
  if (isMapped(parts)) return makeRange(4, join(parts[6], parts[7]), 0, (bits ?? 128) - 96, 32);
  if (readAddress(ip).key === WORKER_CLIENT) return refuse('is the one address that all Cloudflare Workers share');
  return makeRange(6, join(parts[0], parts[1]), join(parts[2], parts[3]), bits ?? 128, 128);
}

/** True when `outer` holds all of `inner`. */
export function covers(outer: Range, inner: Range): boolean {
  return (
    outer.family === inner.family &&
    outer.prefix <= inner.prefix &&
    mask(inner.high, outer.prefix) === outer.high &&
    mask(inner.low, outer.prefix - 32) === outer.low
  );
}

/** Keeps the first `bits` of a 32-bit half. */
export function mask(half: number, bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? half : ((half >>> (32 - bits)) << (32 - bits)) >>> 0;
}

function makeRange(family: 4 | 6, high: number, low: number, bits: number, most: number): ParsedRange {
  if (bits > most) return refuse(`an IPv${family} prefix has at most ${most} bits`);
  if (bits < WIDEST[family]) return refuse(`wider than /${WIDEST[family]} is refused`);
  const prefix = Math.min(bits, NARROWEST[family]);
  const start = { high: mask(high, prefix), low: mask(low, prefix - 32) };
  if (family === 6 && mask(WORKERS.high, prefix) === start.high && mask(WORKERS.low, prefix - 32) === start.low) {
    return refuse('holds the one address that all Cloudflare Workers share');
  }
  const ip = family === 4 ? writeIpv4(start.high) : writeIpv6(start.high, start.low);
  const text = family === 4 && prefix === 32 ? ip : `${ip}/${prefix}`;
  return { ok: true, range: Object.freeze({ family, ...start, prefix, text }) };
}

/** Decimal digits only, no sign, no leading zero; -1 when it is not. */
function readBits(text: string): number {
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(text)) return -1;
  const bits = Number(text);
  return bits <= 128 ? bits : -1;
}

function refuse(message: string): ParsedRange {
  return { ok: false, problem: { path: '', message } };
}
