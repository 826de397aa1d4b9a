import type { PreparedChain } from './prepared-ruleset.ts';
import { TRANSFORMS, type Transform } from './transformations/transform.ts';

/** Texts of one value, by the chain that made them. */
export type ChainTexts = (string | undefined)[];

/** The ruleset's chains of transformations. Chains that begin alike share their beginning, and so does the work. */
export class TransformationChains {
  readonly #parents: Int32Array;
  readonly #apply: readonly Transform['apply'][];
  /** Ids of the literals without which a chain changes nothing but case, or `NEVER` or `ALWAYS`. */
  readonly triggers: Int32Array;
  /** The chain whose text has the same letters, in whatever case: what finds literals in one finds them in the other. */
  readonly caseless: Int32Array;

  constructor(chains: readonly PreparedChain[]) {
    this.#parents = Int32Array.from(chains, ({ parent }) => parent);
    this.#apply = chains.map(({ step }) => (step === null ? same : TRANSFORMS[step].apply));
    this.triggers = Int32Array.from(chains, ({ trigger }) => trigger);
    this.caseless = new Int32Array(chains.length);
    for (const [chain, { parent, step }] of chains.entries()) {
      this.caseless[chain] = step === 'lowercase' || step === 'uppercase' ? this.caseless[parent]! : chain;
    }
  }

  get count(): number {
    return this.#apply.length;
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
