import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { CHOSEN_CODE, CODE, fieldsOf, refuse, type Answer } from './answer.ts';

export type ListKind = 'ip' | 'redirect' | 'hostname' | 'asn';

export const LIST_KINDS: readonly ListKind[] = ['ip', 'redirect', 'hostname', 'asn'];

/** Documented for list items. */
const COMMENT_LIMIT = 500;

/** An item as a request names it: `key` is what makes two the same, `order` sorts as the API does. */
export interface ItemInput {
  readonly key: string;
  readonly order: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly comment?: string;
}

/** Parses `[{ip, comment?}, ...]`, or says why the API would refuse it. */
export function readItems(kind: ListKind, body: unknown): readonly ItemInput[] | Answer {
  if (!Array.isArray(body)) return refuse(400, CHOSEN_CODE.badItems, 'the body must be an array of items');
  const inputs: ItemInput[] = [];
  const seen = new Set<string>();
  for (const [i, value] of body.entries()) {
    const read = readItem(kind, fieldsOf(value));
    if (typeof read === 'string') return refuse(400, CODE.badItem, `item ${i}: ${read}`, `/${i}`);
    if (seen.has(read.key)) {
      return refuse(400, CODE.duplicateItem, `item ${i}: "${read.key}" is in this request twice`, `/${i}`);
    }
    seen.add(read.key);
    inputs.push(read);
  }
  return inputs;
}

function readItem(kind: ListKind, fields: Readonly<Record<string, unknown>>): ItemInput | string {
  const { comment } = fields;
  if (comment !== undefined && typeof comment !== 'string') return 'comment must be a string';
  if (comment !== undefined && comment.length > COMMENT_LIMIT) return `comment is over ${COMMENT_LIMIT} characters`;
  const content = readContent(kind, fields);
  if (typeof content === 'string') return content;
  return { ...content, ...(comment === undefined || comment === '' ? {} : { comment }) };
}

function readContent(kind: ListKind, fields: Readonly<Record<string, unknown>>): Omit<ItemInput, 'comment'> | string {
  switch (kind) {
    case 'ip': {
      const range = readRange(fields['ip']);
      return typeof range === 'string' ? range : { key: range.ip, order: range.order, content: { ip: range.ip } };
    }
    case 'asn': {
      const { asn } = fields;
      if (!Number.isInteger(asn)) return 'asn must be a number';
      return { key: String(asn), order: String(asn).padStart(10, '0'), content: { asn } };
    }
    case 'hostname': {
      const { url_hostname: name } = fieldsOf(fields['hostname']);
      if (typeof name !== 'string' || name === '') return 'hostname.url_hostname must be a string';
      return { key: name, order: name, content: { hostname: fields['hostname'] } };
    }
    case 'redirect': {
      const { source_url: from, target_url: to } = fieldsOf(fields['redirect']);
      if (typeof from !== 'string' || typeof to !== 'string') return 'redirect needs source_url and target_url';
      return { key: from, order: from, content: { redirect: fields['redirect'] } };
    }
  }
}

/**
 * The documentation has IPv4 from /2 and IPv6 from /4 to /64 on one page and /8 and /12 on others; here the narrower holds,
 * so that what passes here passes there. For the same reason a single IPv6 address and a range with host bits set are refused.
 */
function readRange(value: unknown): { readonly ip: string; readonly order: string } | string {
  if (typeof value !== 'string') return 'ip must be a string';
  const [address = '', width, ...more] = value.split('/');
  const four = isIPv4(address);
  if (more.length > 0 || address.includes('%') || (!four && !isIPv6(address))) return `"${value}" is not an address`;
  if (width !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(width)) return `"${value}" has no valid prefix length`;
  const bits = width === undefined ? (four ? 32 : 128) : Number(width);
  if (four ? bits < 8 || bits > 32 : bits < 12 || bits > 64) {
    return `"${value}": ${four ? 'IPv4 ranges are /8 to /32' : 'IPv6 ranges are /12 to /64'}`;
  }
  const parsed = ipaddr.parse(address);
  const bytes = parsed.toByteArray();
  if (hasHostBits(bytes, bits)) return `"${value}" has bits set after its prefix`;
  const ip = four && bits === 32 ? parsed.toString() : `${parsed.toString()}/${bits}`;
  return { ip, order: `${four ? 4 : 6}${Buffer.from(bytes).toString('hex')}${String(bits).padStart(3, '0')}` };
}

function hasHostBits(bytes: readonly number[], bits: number): boolean {
  return bytes.some((byte, i) => (byte & (0xff >> Math.min(8, Math.max(0, bits - i * 8)))) !== 0);
}
