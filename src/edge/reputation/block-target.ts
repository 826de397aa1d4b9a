import type { Parsed } from '../../parse.ts';
import { NO_RANGE, parseRange, type Range } from './range.ts';

/** What may stand on the blocklist: a range of addresses, or a whole network by its number. `text` is canonical. */
export type BlockTarget =
  | { readonly text: string; readonly range: Range; readonly asn?: never }
  | { readonly text: string; readonly asn: number; readonly range?: never };

/** RFC 6793: 32 bits; RFC 7607: 0 is nobody's. */
const ASN_LIMIT = 0xffff_ffff;
const ASN = /^AS(\d{1,10})$/i;

const NO_TARGET =
  'must be an address (203.0.113.7, 2001:db8::1), a CIDR range (203.0.113.0/24), or a network by its number (AS64500)';

/** Reads an address, a CIDR range, or the number of a network as `AS64500`. */
export function parseBlockTarget(text: string): Parsed<BlockTarget> {
  const digits = ASN.exec(text)?.[1];
  if (digits !== undefined) {
    const asn = Number(digits);
    if (asn >= 1 && asn <= ASN_LIMIT) return { ok: true, value: { text: `AS${asn}`, asn } };
    return { ok: false, problems: [{ path: '', message: `the number of a network is from AS1 to AS${ASN_LIMIT}` }] };
  }
  const parsed = parseRange(text);
  if (parsed.ok) return { ok: true, value: { text: parsed.range.text, range: parsed.range } };
  const { problem } = parsed;
  return { ok: false, problems: [problem.message === NO_RANGE ? { ...problem, message: NO_TARGET } : problem] };
}
