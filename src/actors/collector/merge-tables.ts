import { ageOfListed, decay } from './decay.ts';
import { HOUR_MS, type IndicatorTable, LISTED } from './indicator-table.ts';
import { toScoreUnits } from './noisy-or.ts';
import { lastHigh, lastLow } from './prefix.ts';
import { ThreatColumns, type ThreatRows } from './threat-rows.ts';

/** What one source gives to the merge. */
export interface MergeSource {
  readonly family: string;
  /** 0 for a label: its rows are marked and weigh nothing. */
  readonly weight: number;
  readonly table: IndicatorTable;
  /** When the copy that stands was last heard of, and how often it is asked for: Unix milliseconds, milliseconds. */
  readonly heardAt: number;
  readonly intervalMs: number;
  readonly lifetimeMs: number;
}

/** One bit for each source. */
export const MERGE_LIMIT = 32;
/** Ranges nest by the length of their prefix: 8 to 32, or 12 to 64. */
const DEPTH = 64;
const NEVER = 0xffffffff;

/**
 * One sweep over all sorted tables at once: each distinct range that any source lists, with what everything that holds it adds up to. Of
 * each family the strongest counts, and families are joined by noisy-OR. The ranges around the one in hand lie on a stack, each with the
 * families' strengths so far. What weighs nothing (labels alone, or faded away) gives no row. Linear in the rows, times the sources.
 */
export function mergeTables(sources: readonly MergeSource[], now: number): ThreatRows {
  if (sources.length > MERGE_LIMIT) throw new Error(`more than ${MERGE_LIMIT} sources`);
  const families = [...new Set(sources.map(({ family }) => family))];
  const width = families.length;
  const heads = sources.map((source) => new Head(source, families.indexOf(source.family), now));
  const out = new ThreatColumns(sources.reduce((rows, { table }) => rows + table.high.length, 0));
  const stack = new Stack(width);
  for (const family of [4, 6] as const) {
    stack.clear();
    for (const head of heads) head.enter(family);
    for (let first = earliest(heads); first !== null; first = earliest(heads)) {
      const { high, low, prefix } = first;
      stack.enter(high, low, prefix);
      let weighs = false;
      for (let i = 0; i < heads.length; i += 1) {
        const head = heads[i]!;
        if (head.done || head.high !== high || head.low !== low || head.prefix !== prefix) continue;
        const strength = head.strength();
        if (strength > 0) weighs = true;
        stack.note(head.family, strength, (1 << i) >>> 0, head.since());
        head.next();
      }
      const score = weighs ? toScoreUnits(stack.score()) : 0;
      if (score > 0) out.add({ family, high, low, prefix, score, bits: stack.bits(), since: stack.since() });
    }
  }
  return out.finish();
}

/** The place of the sweep in one source's table. */
class Head {
  readonly family: number;
  high = 0;
  low = 0;
  prefix = 0;
  done = true;
  readonly #source: MergeSource;
  readonly #now: number;
  /** What a listed row of full confidence weighs. */
  readonly #listed: number;
  #row = 0;
  #end = 0;

  constructor(source: MergeSource, family: number, now: number) {
    this.family = family;
    this.#source = source;
    this.#now = now;
    this.#listed = source.weight * decay(ageOfListed(now, source.heardAt, source.intervalMs), source.lifetimeMs);
  }

  enter(family: 4 | 6): void {
    const { ipv4, high } = this.#source.table;
    this.#row = family === 4 ? 0 : ipv4;
    this.#end = family === 4 ? ipv4 : high.length;
    this.#look();
  }

  next(): void {
    this.#row += 1;
    this.#look();
  }

  strength(): number {
    const { table, weight, lifetimeMs } = this.#source;
    const confidence = table.confidence[this.#row]! / 255;
    const seen = table.lastSeen[this.#row]!;
    if (seen === LISTED) return this.#listed * confidence;
    return weight * confidence * decay(this.#now - seen * HOUR_MS, lifetimeMs);
  }

  since(): number {
    return this.#source.table.firstSeen[this.#row]!;
  }

  #look(): void {
    this.done = this.#row >= this.#end;
    if (this.done) return;
    this.high = this.#source.table.high[this.#row]!;
    this.low = this.#source.table.low[this.#row]!;
    this.prefix = this.#source.table.prefix[this.#row]!;
  }
}

function earliest(heads: readonly Head[]): Head | null {
  let first: Head | null = null;
  for (const head of heads) {
    if (head.done) continue;
    if (
      first === null ||
      head.high < first.high ||
      (head.high === first.high && (head.low < first.low || (head.low === first.low && head.prefix < first.prefix)))
    )
      first = head;
  }
  return first;
}

/** The ranges around the one in hand, and that one on top. */
class Stack {
  readonly #width: number;
  readonly #strengths: Float64Array;
  readonly #bits = new Uint32Array(DEPTH);
  readonly #since = new Uint32Array(DEPTH);
  readonly #endHigh = new Uint32Array(DEPTH);
  readonly #endLow = new Uint32Array(DEPTH);
  #depth = 0;

  constructor(width: number) {
    this.#width = width;
    this.#strengths = new Float64Array(DEPTH * width);
  }

  clear(): void {
    this.#depth = 0;
  }

  /** Leaves what ends before the range begins; on the range's own level stands what is around it. */
  enter(high: number, low: number, prefix: number): void {
    while (this.#depth > 0 && this.#endsBefore(high, low)) this.#depth -= 1;
    const level = this.#depth;
    const from = level * this.#width;
    if (level === 0) this.#strengths.fill(0, 0, this.#width);
    else this.#strengths.copyWithin(from, from - this.#width, from);
    this.#bits[level] = level === 0 ? 0 : this.#bits[level - 1]!;
    this.#since[level] = level === 0 ? NEVER : this.#since[level - 1]!;
    this.#endHigh[level] = lastHigh(high, prefix);
    this.#endLow[level] = lastLow(low, prefix);
    this.#depth += 1;
  }

  note(family: number, strength: number, bit: number, since: number): void {
    const level = this.#depth - 1;
    const at = level * this.#width + family;
    if (strength > this.#strengths[at]!) this.#strengths[at] = strength;
    this.#bits[level] = (this.#bits[level]! | bit) >>> 0;
    this.#since[level] = Math.min(this.#since[level]!, since);
  }

  score(): number {
    const from = (this.#depth - 1) * this.#width;
    let doubt = 1;
    for (let i = from; i < from + this.#width; i += 1) doubt *= 1 - this.#strengths[i]!;
    return 1 - doubt;
  }

  bits(): number {
    return this.#bits[this.#depth - 1]!;
  }

  since(): number {
    return this.#since[this.#depth - 1]!;
  }

  #endsBefore(high: number, low: number): boolean {
    const end = this.#endHigh[this.#depth - 1]!;
    return end < high || (end === high && this.#endLow[this.#depth - 1]! < low);
  }
}
