import { hasByte, type ByteSet } from './byte-set.ts';
import type { Pattern } from './pattern.ts';

/**
 * Threads that a backtracking search may have alive at one input position, over all its start positions. Real patterns that
 * are linear stay under ten; the margin costs a constant factor, no more.
 */
const THREAD_LIMIT = 64;
/** Copies into which a bounded repetition is unrolled; a longer one is judged as if it were unbounded, which can only refuse more. */
const UNROLL_LIMIT = 8;
/** Sizes past which a proof is given up: it must stay a matter of milliseconds. */
const POSITION_LIMIT = 1500;
const STATE_LIMIT = 3000;
const STEP_LIMIT = 100_000;

export type Linearity =
  | { readonly linear: true; /** The proven bound. */ readonly threads: number }
  | { readonly linear: false; readonly reason: string };

/** Positions with the number of ways to get there. */
type Ways = Map<number, number>;

/** A piece of the position (Glushkov) automaton, where every count is a number of distinct paths. */
interface Fragment {
  /** Positions that can come first where the input begins, and elsewhere: `^` tells the two apart. */
  readonly firstAtStart: Ways;
  readonly first: Ways;
  readonly last: Ways;
  /** Ways to match nothing, where the input begins and elsewhere. */
  readonly emptyAtStart: number;
  readonly empty: number;
}

class TooComplex extends Error {}

/**
 * Proves that a backtracking engine searches with this pattern in linear time.
 *
 * A backtracking search explores, from each start, the tree of paths through the pattern's automaton. Its nodes at one input
 * position are the paths alive there; summed over all starts that is the number of paths of the unanchored search automaton
 * (any* before the pattern). We therefore determinise that automaton with multiplicities: a state is the vector of path counts.
 * If the reachable vectors are finite in number and never hold more than K paths, a text of n bytes costs at most n x K x
 * the automaton's fan-out steps. Polynomial (IDA) or exponential (EDA) ambiguity, of which super-linear backtracking is made
 * (Weber and Seidl 1991), shows as a count that grows without bound, and meets the limit. Other assertions than `^` are taken as always
 * true and repetitions beyond the unrolling limit as unbounded: both only add paths, so the proof stays sound.
 */
export function proveLinear(pattern: Pattern): Linearity {
  try {
    return new Automaton(pattern).explore();
  } catch (error) {
    if (error instanceof TooComplex) return { linear: false, reason: error.message };
    throw error;
  }
}

class Automaton {
  readonly #sets: ByteSet[] = [];
  readonly #follow: Ways[] = [];
  readonly #whole: Fragment;

  constructor(pattern: Pattern) {
    this.#whole = this.#build(pattern);
  }

  #build(pattern: Pattern): Fragment {
    switch (pattern.kind) {
      case 'bytes': {
        const position = this.#sets.push(pattern.set) - 1;
        if (position >= POSITION_LIMIT) throw new TooComplex(`has more than ${POSITION_LIMIT} positions`);
        this.#follow.push(new Map());
        const only: Ways = new Map([[position, 1]]);
        return { firstAtStart: only, first: only, last: only, emptyAtStart: 0, empty: 0 };
      }
      case 'assertion':
        return pattern.at === 'start' ? { ...EMPTY, empty: 0 } : EMPTY;
      case 'sequence': {
        let whole = EMPTY;
        for (const part of pattern.parts) whole = this.#concatenate(whole, this.#build(part));
        return whole;
      }
      case 'choice':
        return pattern.options.map((option) => this.#build(option)).reduce(unite);
      case 'repeat':
        return this.#repeat(pattern.body, pattern.min, pattern.max);
      case 'group':
        return this.#build(pattern.body);
      case 'look':
        // At the next byte alone it costs a step.
        if (pattern.ahead && pattern.body.kind === 'bytes') return EMPTY;
        throw new TooComplex('looks around');
      case 'atomic':
      case 'reference':
        throw new TooComplex('refers back, or has atomic groups');
    }
  }

  #repeat(body: Pattern, min: number, max: number): Fragment {
    let whole = EMPTY;
    const copies = Math.min(min, UNROLL_LIMIT);
    for (let copy = 0; copy < copies; copy++) whole = this.#concatenate(whole, this.#build(body));
    const unroll = min === copies && max - min <= UNROLL_LIMIT ? max - min : -1;
    if (unroll < 0) {
      const loop = this.#build(body);
      // Engines cut empty iterations short in ways that counting does not model.
      if (loop.emptyAtStart > 0) throw new TooComplex('repeats something that can be empty');
      this.#connect(loop.last, loop.first);
      return this.#concatenate(whole, { ...loop, emptyAtStart: 1, empty: 1 });
    }
    // x{0,3} as (x(x(x)?)?)?: built from the inside, each copy is left out in one way only.
    let optional = EMPTY;
    for (let copy = 0; copy < unroll; copy++) {
      const one = this.#concatenate(this.#build(body), optional);
      optional = { ...one, emptyAtStart: one.emptyAtStart + 1, empty: one.empty + 1 };
    }
    return this.#concatenate(whole, optional);
  }

  #concatenate(left: Fragment, right: Fragment): Fragment {
    this.#connect(left.last, right.first);
    return {
      firstAtStart: addWays(left.firstAtStart, right.firstAtStart, left.emptyAtStart),
      first: addWays(left.first, right.first, left.empty),
      last: addWays(right.last, left.last, right.empty),
      emptyAtStart: left.emptyAtStart * right.emptyAtStart,
      empty: left.empty * right.empty,
    };
  }

  #connect(from: Ways, to: Ways): void {
    for (const [position, ways] of from) this.#follow[position] = addWays(this.#follow[position]!, to, ways);
  }

  /** Walks the reachable vectors of path counts. */
  explore(): Linearity {
    const symbols = this.#symbolsByPosition();
    const seen = new Set<string>();
    // Threads that wait for the next byte. The search starts anew at every position.
    const queue: Ways[] = [this.#whole.firstAtStart];
    let steps = 0;
    let most = 0;
    for (let alive = queue.pop(); alive !== undefined; alive = queue.pop()) {
      // What each symbol leaves alive; a symbol that leaves nothing only leads back to a fresh start.
      const after = new Map<number, [number, number][]>([[NO_SYMBOL, []]]);
      for (const [position, threads] of alive) {
        for (const symbol of symbols[position]!) {
          const survivors = after.get(symbol);
          if (survivors === undefined) after.set(symbol, [[position, threads]]);
          else survivors.push([position, threads]);
          steps++;
        }
      }
      for (const survivors of after.values()) {
        const total = survivors.reduce((sum, [, threads]) => sum + threads, 0);
        most = Math.max(most, total);
        if (total > THREAD_LIMIT) {
          return { linear: false, reason: 'an input can make a backtracking search keep ever more threads' };
        }
        const key = survivors
          .sort((a, b) => a[0] - b[0])
          .map(([position, threads]) => `${position}:${threads}`)
          .join();
        if (seen.has(key)) continue;
        seen.add(key);
        if (seen.size > STATE_LIMIT || steps > STEP_LIMIT) throw new TooComplex('is too large to be proven linear');
        let next = this.#whole.first;
        for (const [position, threads] of survivors) next = addWays(next, this.#follow[position]!, threads);
        queue.push(next);
      }
    }
    return { linear: true, threads: most };
  }

  /** For each position the symbols it consumes. A symbol stands for all bytes that no set tells apart. */
  #symbolsByPosition(): readonly (readonly number[])[] {
    const unique = new Map(this.#sets.map((set) => [set.join(), set]));
    const symbols = new Map<string, number>();
    for (let byte = 0; byte < 256; byte++) {
      const signature = [...unique.values()].map((set) => (hasByte(set, byte) ? 1 : 0)).join('');
      if (!symbols.has(signature)) symbols.set(signature, byte);
    }
    const representatives = [...symbols.values()];
    const ofSet = new Map(
      [...unique].map(([key, set]) => [key, representatives.filter((byte) => hasByte(set, byte))] as const),
    );
    return this.#sets.map((set) => ofSet.get(set.join()) ?? []);
  }
}

/** Stands for the bytes that no position consumes. */
const NO_SYMBOL = -1;

const NONE: Ways = new Map();
const EMPTY: Fragment = { firstAtStart: NONE, first: NONE, last: NONE, emptyAtStart: 1, empty: 1 };

function unite(one: Fragment, other: Fragment): Fragment {
  return {
    firstAtStart: addWays(one.firstAtStart, other.firstAtStart, 1),
    first: addWays(one.first, other.first, 1),
    last: addWays(one.last, other.last, 1),
    emptyAtStart: one.emptyAtStart + other.emptyAtStart,
    empty: one.empty + other.empty,
  };
}

/** The sum of `one` and `times` the `other`; never changes its arguments, which fragments share. */
function addWays(one: Ways, other: Ways, times: number): Ways {
  if (times === 0 || other.size === 0) return one;
  const sum = new Map(one);
  for (const [position, ways] of other) sum.set(position, (sum.get(position) ?? 0) + ways * times);
  return sum;
}
