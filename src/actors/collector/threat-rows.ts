import type { Prefix } from './prefix.ts';

/** Threats in parallel columns: IPv4 first, then by start, the wider first; each range once. */
export interface ThreatRows {
  readonly ipv4: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly prefix: Uint8Array;
  /** In 10,000ths. */
  readonly score: Uint16Array;
  /** Bit i: source i of the merge lists the row, or a range around it. */
  readonly bits: Uint32Array;
  /** Hours since 1970: when the first of those sources began to. */
  readonly since: Uint32Array;
}

/** One of them. */
export interface ThreatRow extends Prefix {
  readonly score: number;
  readonly bits: number;
  readonly since: number;
}

export function rowAt(rows: ThreatRows, row: number): ThreatRow {
  return {
    family: row < rows.ipv4 ? 4 : 6,
    high: rows.high[row]!,
    low: rows.low[row]!,
    prefix: rows.prefix[row]!,
    score: rows.score[row]!,
    bits: rows.bits[row]!,
    since: rows.since[row]!,
  };
}

/** Rows to write into, of which `finish` keeps what was written. They must come IPv4 first. */
export class ThreatColumns {
  #rows = 0;
  #ipv4 = 0;
  #high: Uint32Array;
  #low: Uint32Array;
  #prefix: Uint8Array;
  #score: Uint16Array;
  #bits: Uint32Array;
  #since: Uint32Array;

  constructor(room: number) {
    const rows = Math.max(room, 16);
    this.#high = new Uint32Array(rows);
    this.#low = new Uint32Array(rows);
    this.#prefix = new Uint8Array(rows);
    this.#score = new Uint16Array(rows);
    this.#bits = new Uint32Array(rows);
    this.#since = new Uint32Array(rows);
  }

  get length(): number {
    return this.#rows;
  }

  add({ family, high, low, prefix, score, bits, since }: ThreatRow): void {
    const row = this.#rows;
    if (row === this.#high.length) this.#grow();
    this.#high[row] = high;
    this.#low[row] = low;
    this.#prefix[row] = prefix;
    this.#score[row] = score;
    this.#bits[row] = bits;
    this.#since[row] = since;
    this.#rows += 1;
    if (family === 4) this.#ipv4 += 1;
  }

  finish(): ThreatRows {
    return {
      ipv4: this.#ipv4,
      high: this.#high.slice(0, this.#rows),
      low: this.#low.slice(0, this.#rows),
      prefix: this.#prefix.slice(0, this.#rows),
      score: this.#score.slice(0, this.#rows),
      bits: this.#bits.slice(0, this.#rows),
      since: this.#since.slice(0, this.#rows),
    };
  }

  #grow(): void {
    const rows = this.#high.length * 2;
    this.#high = grown(this.#high, new Uint32Array(rows));
    this.#low = grown(this.#low, new Uint32Array(rows));
    this.#prefix = grown(this.#prefix, new Uint8Array(rows));
    this.#score = grown(this.#score, new Uint16Array(rows));
    this.#bits = grown(this.#bits, new Uint32Array(rows));
    this.#since = grown(this.#since, new Uint32Array(rows));
  }
}

function grown<Column extends Uint8Array | Uint16Array | Uint32Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
