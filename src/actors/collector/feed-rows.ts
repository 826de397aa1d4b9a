import { readIpv4 } from '../../edge/reputation/client-key.ts';
import { parseRange } from '../../edge/reputation/range.ts';
import type { SourceRole } from '../contracts.ts';

/** The rows of one copy of a feed, sorted (IPv4 first, by start, the wider first), each range once. */
export interface FeedCopy {
  /** How many rows are IPv4; the rest are IPv6. */
  readonly ipv4: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly prefix: Uint8Array;
  /** The source's own confidence in the row, in 255ths. */
  readonly confidence: Uint8Array;
}

/** IPsum has 120,000 rows and is by far the longest; twice that is 4 MB while it is read. */
export const ROW_LIMIT = 250_000;

/** A published list that spares more than a /12 (IPv6: /24) at a stroke is not a crawler's. */
const WIDEST_ALLOWED = { 4: 12, 6: 24 } as const;
/** Of a range's text: the longest IPv6 address and its prefix length. */
const TEXT_LIMIT = 49;

/** Gathers what a parser reads. IPv4 rows are packed into one number each, so that they sort without a comparison function. */
export class FeedRows {
  readonly #role: SourceRole;
  /** high * 2^14 + prefix * 2^8 + confidence: 46 bits. */
  #ipv4 = new Float64Array(1024);
  #ipv4Count = 0;
  readonly #ipv6: {
    readonly high: number;
    readonly low: number;
    readonly prefix: number;
    readonly confidence: number;
  }[] = [];
  #unreadable = 0;
  #overflow = 0;

  constructor(role: SourceRole = 'threat') {
    this.#role = role;
  }

  /** Takes an address or a CIDR range; `confidence` 0 to 1. What may not be listed, or is no address, counts as unreadable. */
  take(text: string, confidence = 1): void {
    const ipv4 = readIpv4(text);
    if (ipv4 >= 0) {
      this.#add4(ipv4, 32, confidence);
      return;
    }
    const parsed = text.length <= TEXT_LIMIT ? parseRange(text) : null;
    if (parsed?.ok !== true) {
      this.#unreadable += 1;
      return;
    }
    const { family, high, low, prefix } = parsed.range;
    if (this.#role === 'allow' && prefix < WIDEST_ALLOWED[family]) this.#unreadable += 1;
    else if (family === 4) this.#add4(high, prefix, confidence);
    else if (this.#full) this.#overflow += 1;
    else this.#ipv6.push({ high, low, prefix, confidence: toByte(confidence) });
  }

  /** A line that is not of the format. */
  spoil(): void {
    this.#unreadable += 1;
  }

  /** Rows that could not be read. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** Rows past the limit, which were not kept. */
  get overflow(): number {
    return this.#overflow;
  }

  /** Sorted; of a range that came more than once, the highest confidence stays. */
  finish(): FeedCopy {
    const packed = this.#ipv4.subarray(0, this.#ipv4Count).sort();
    this.#ipv6.sort((a, b) => a.high - b.high || a.low - b.low || a.prefix - b.prefix || a.confidence - b.confidence);
    const most = packed.length + this.#ipv6.length;
    const high = new Uint32Array(most);
    const low = new Uint32Array(most);
    const prefix = new Uint8Array(most);
    const confidence = new Uint8Array(most);
    let rows = 0;
    for (let i = 0; i < packed.length; i += 1) {
      const range = Math.floor(packed[i]! / 256);
      if (rows > 0 && Math.floor(packed[i - 1]! / 256) === range) rows -= 1;
      high[rows] = Math.floor(range / 64);
      prefix[rows] = range % 64;
      confidence[rows] = packed[i]! % 256;
      rows += 1;
    }
    const ipv4 = rows;
    for (const row of this.#ipv6) {
      const last = rows - 1;
      if (rows > ipv4 && high[last] === row.high && low[last] === row.low && prefix[last] === row.prefix) rows -= 1;
      high[rows] = row.high;
      low[rows] = row.low;
      prefix[rows] = row.prefix;
      confidence[rows] = row.confidence;
      rows += 1;
    }
    return {
      ipv4,
      high: high.slice(0, rows),
      low: low.slice(0, rows),
      prefix: prefix.slice(0, rows),
      confidence: confidence.slice(0, rows),
    };
  }

  get #full(): boolean {
    return this.#ipv4Count + this.#ipv6.length >= ROW_LIMIT;
  }

  #add4(high: number, prefix: number, confidence: number): void {
    if (this.#full) {
      this.#overflow += 1;
      return;
    }
    if (this.#ipv4Count === this.#ipv4.length) {
      const grown = new Float64Array(this.#ipv4.length * 2);
      grown.set(this.#ipv4);
      this.#ipv4 = grown;
    }
    this.#ipv4[this.#ipv4Count] = (high * 64 + prefix) * 256 + toByte(confidence);
    this.#ipv4Count += 1;
  }
}

function toByte(confidence: number): number {
  return Math.min(Math.max(Math.round(confidence * 255), 0), 255);
}
