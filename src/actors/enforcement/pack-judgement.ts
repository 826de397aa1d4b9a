import * as v from 'valibot';
import { parseWith } from '../../parse.ts';
import type { JudgedThreats } from './judge-threats.ts';

/**
 * A judgement as bytes, 15 for a row of IPv4 and 19 for one of IPv6: a head of JSON with its length before it, padded to four
 * bytes, then the columns, the wide ones first so that each can be viewed in place. A row for each address would be a hundred
 * thousand billed writes; packed they are two or three.
 */
export function packJudgement(judgement: JudgedThreats): Uint8Array {
  const { at, origin, etag, ipv4, high, low, prefix, score, sourceBits, tier, since, sources, allow } = judgement;
  const head = new TextEncoder().encode(
    JSON.stringify({ format: FORMAT, at, origin, etag, ipv4, rows: high.length, sources, allow }),
  );
  const columns = [high, sourceBits, since, low.subarray(ipv4), prefix, score, tier];
  const start = 4 + Math.ceil(head.length / 4) * 4;
  const bytes = new Uint8Array(columns.reduce((sum, column) => sum + column.byteLength, start));
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  let offset = start;
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset);
    offset += column.byteLength;
  }
  return bytes;
}

/** The judgement again; null for what this version did not write. `bytes` must begin its buffer: the columns are views of it. */
export function unpackJudgement(bytes: Uint8Array): JudgedThreats | null {
  if (bytes.length < 4) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  if (length > bytes.length - 4) return null;
  const head = readHead(bytes.subarray(4, 4 + length));
  if (head === null) return null;
  const { at, origin, etag, ipv4, rows, sources, allow } = head;
  const start = 4 + Math.ceil(length / 4) * 4;
  if (bytes.length !== start + rows * 15 + (rows - ipv4) * 4) return null;
  const { buffer } = bytes;
  let offset = bytes.byteOffset + start;
  const wide = (count: number) => {
    const column = new Uint32Array(buffer, offset, count);
    offset += column.byteLength;
    return column;
  };
  const [high, sourceBits, since, lowOfIpv6] = [wide(rows), wide(rows), wide(rows), wide(rows - ipv4)];
  const low = new Uint32Array(rows);
  low.set(lowOfIpv6, ipv4);
  const narrow = () => {
    const column = new Uint8Array(buffer, offset, rows);
    offset += rows;
    return column;
  };
  const [prefix, score, tier] = [narrow(), narrow(), narrow()];
  return { at, origin, etag, ipv4, high, low, prefix, score, sourceBits, tier, since, sources, allow };
}

const FORMAT = 1;

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

const Head = v.object({
  format: v.literal(FORMAT),
  at: v.number(),
  origin: v.picklist(['live', 'cached', 'emergency', 'none']),
  etag: v.nullable(v.string()),
  ipv4: Count,
  rows: Count,
  sources: v.array(v.string()),
  allow: v.array(
    v.object({
      range: v.string(),
      note: v.string(),
      origin: v.picklist(['bogon', 'cloudflare', 'crawler', 'operator']),
    }),
  ),
});

function readHead(bytes: Uint8Array): v.InferOutput<typeof Head> | null {
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  const parsed = parseWith(Head, data);
  return parsed.ok && parsed.value.ipv4 <= parsed.value.rows ? parsed.value : null;
}
