import { NEEDED_MORE, PROOF, Strength, type Evidence } from './evidence.ts';

/** What is known of an expression: one number, so that a parenthesis can put it aside. Its two low bits: the value on the left. */
export const Flag = {
  Left: 3,
  Comparing: 4,
  Computing: 8,
  Condition: 16,
  /** The condition came by `&&` or `||`. */
  Signed: 32,
  /** The condition has had its comparison. */
  Compared: 64,
  Select: 128,
  From: 256,
  Call: 512,
  KnownCall: 1024,
  Brace: 2048,
  Case: 4096,
  Sort: 8192,
} as const;

const PENDING = Flag.Left | Flag.Comparing | Flag.Computing;

/**
 * Parentheses whose outside is remembered. Deeper ones are counted only, so that nesting hides nothing: what is lost is how a
 * comparison outside the 64th went on.
 */
const DEPTH_LIMIT = 64;

/** The values, comparisons and parentheses of the text being read, and the evidence they give. */
export class Expression {
  flags = 0;
  depth = 0;
  /** Whether the SELECT being read can be no prose, by where it stands. */
  isSureSelect = false;
  readonly #evidence: Evidence;
  readonly #outer = new Int32Array(DEPTH_LIMIT);

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  begin(flags: number): void {
    this.flags = flags;
    this.depth = 0;
    this.isSureSelect = false;
  }

  has(flags: number): boolean {
    return (this.flags & flags) !== 0;
  }

  open(flags: number): void {
    if (this.depth < DEPTH_LIMIT) this.#outer[this.depth] = this.flags;
    this.depth++;
    this.flags = flags;
  }

  close(): void {
    this.endCondition();
    const inner = this.flags;
    this.depth--;
    this.flags = this.depth < DEPTH_LIMIT ? this.#outer[this.depth]! : 0;
    if ((inner & (Flag.Select | Flag.KnownCall)) !== 0) this.value(Strength.Call);
    else if ((inner & (Flag.Call | Flag.Brace)) !== 0) this.value(Strength.Name);
    else this.value(inner & Flag.Left || Strength.Name);
  }

  value(strength: number): void {
    const { flags } = this;
    const left = flags & Flag.Left;
    let compared = 0;
    if (this.has(Flag.Comparing)) {
      if (this.has(Flag.Condition)) {
        this.#evidence.compared(left, strength, this.has(Flag.Signed));
        compared = Flag.Compared;
      } else if (this.depth === 0 && left === Strength.Literal && strength >= Strength.Call) {
        this.#evidence.hasTopCompare = true;
      }
    }
    if (this.has(Flag.Select) && !this.has(Flag.From) && strength >= Strength.Call) {
      this.#evidence.raise(this.isSureSelect || strength === Strength.Call ? PROOF : 2);
    }
    const now = this.has(Flag.Computing) && left !== 0 ? Math.min(left, strength) : strength;
    this.flags = (flags & ~PENDING) | now | compared;
  }

  /** A condition begins, after `AND` or `WHERE`, in the place of what has been read. */
  condition(isSigned: boolean): void {
    this.flags =
      (this.flags & ~(PENDING | Flag.Compared | Flag.Signed)) | Flag.Condition | (isSigned ? Flag.Signed : 0);
  }

  /** A condition that compares nothing is one all the same when it calls a function, or when a comparison came before it. */
  endCondition(): void {
    if (!this.isLoose) return;
    const left = this.flags & Flag.Left;
    if (left === Strength.Call || (left === Strength.Literal && this.#evidence.hasTopCompare)) this.#evidence.raise(2);
  }

  /** Whether the condition being read has compared nothing yet. */
  get isLoose(): boolean {
    return (this.flags & (Flag.Condition | Flag.Compared)) === Flag.Condition;
  }

  /** The next item of a list. */
  item(): void {
    this.flags &= ~(PENDING | Flag.Compared | (this.depth === 0 ? Flag.Condition : 0));
  }

  select(isSure: boolean): void {
    this.isSureSelect = isSure;
    this.#evidence.need(NEEDED_MORE);
    this.flags = (this.flags & ~PENDING) | Flag.Select;
  }
}
