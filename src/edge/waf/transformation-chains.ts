import type { PreparedChain } from './prepared-ruleset.ts';
import { lowercase } from './transformations/letter-case.ts';
import { TRANSFORMS, type Transform } from './transformations/transform.ts';

/** Texts of one value, by the chain that made them; none for chains that were not asked for. */
export type ChainTexts = (string | undefined)[];

/** What a chain does to a text that none of its triggers is in. */
const NOTHING = 0;
const LOWERCASE = 1;
const OTHER_CASE = 2;

/** The ruleset's chains of transformations. Chains that begin alike share their beginning, and so does the work. */
export class TransformationChains {
  readonly #parents: Int32Array;
  readonly #apply: readonly Transform['apply'][];
  /** Ids of the literals without which a chain changes nothing but case, or `NEVER` or `ALWAYS`. */
  readonly triggers: Int32Array;
  /** The chain whose text has the same letters, in whatever case: what finds literals in one finds them in the other. */
  readonly caseless: Int32Array;
  /** What it comes to where no trigger is in the text. */
  readonly #cases: Uint8Array;

  constructor(chains: readonly PreparedChain[]) {
    this.#parents = Int32Array.from(chains, ({ parent }) => parent);
    this.#apply = chains.map(({ step }) => (step === null ? same : TRANSFORMS[step].apply));
    this.triggers = Int32Array.from(chains, ({ trigger }) => trigger);
    this.caseless = new Int32Array(chains.length);
    this.#cases = new Uint8Array(chains.length);
    for (const [chain, { parent, step }] of chains.entries()) {
      const before = parent < 0 ? NOTHING : this.#cases[parent]!;
      const isCase = step === 'lowercase' || step === 'uppercase';
      this.caseless[chain] = isCase ? this.caseless[parent]! : chain;
      // cmdLine does more, but never less.
      const lowers = step === 'lowercase' || step === 'cmdLine';
      this.#cases[chain] = lowers && before !== OTHER_CASE ? LOWERCASE : isCase || lowers ? OTHER_CASE : before;
    }
  }

  get count(): number {
    return this.#apply.length;
  }

  /** The text after a chain, of a value that was looked at for triggers: `texts` has all that changed, or is null where none did. */
  read(chain: number, raw: string, texts: ChainTexts | null): string {
    if (chain === 0) return raw;
    const cases = this.#cases[chain]!;
    if (texts !== null && (cases === OTHER_CASE || texts[this.caseless[chain]!] !== undefined)) {
      return this.transform(chain, raw, texts);
    }
    if (cases === NOTHING) return raw;
    return cases === LOWERCASE ? lowercase(raw) : this.transform(chain, raw, []);
  }

  /** The text after a chain; `texts` remembers every step. */
  transform(chain: number, raw: string, texts: ChainTexts): string {
    if (chain === 0) return raw;
    const known = texts[chain];
    if (known !== undefined) return known;
    const text = this.#apply[chain]!(this.transform(this.#parents[chain]!, raw, texts));
    texts[chain] = text;
    return text;
  }

  /** The chain and all it extends, the raw value first. */
  stages(chain: number): readonly number[] {
    return chain === 0 ? [0] : [...this.stages(this.#parents[chain]!), chain];
  }
}

function same(text: string): string {
  return text;
}
