/** What is known of a TX variable at one place of the rules: its text, that it is not set, or nothing that holds for every request. */
export type Known = { readonly text: string | undefined } | null;

const UNSET: Known = { text: undefined };

/**
 * What is known of all TX variables at one place of the rules, whatever the request. A variable that no rule has touched is not
 * set. Never changed once others hold it: `assign` answers a new state.
 */
export class TxState {
  readonly #known: ReadonlyMap<string, Known>;
  /** Beginnings of names that rules made up from requests: any name that begins so may be set. */
  readonly #prefixes: readonly string[];

  constructor(known: ReadonlyMap<string, Known> = new Map(), prefixes: readonly string[] = []) {
    this.#known = known;
    this.#prefixes = prefixes;
  }

  get(name: string): Known {
    // What an operator captured: the engine's to set.
    if (/^\d$/.test(name)) return null;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    return this.#prefixes.some((prefix) => name.startsWith(prefix)) ? null : UNSET;
  }

  /** Whether any name that matches may be set. */
  mayHave(isMeant: (name: string) => boolean): boolean {
    if (this.#prefixes.length > 0) return true;
    for (const [name, known] of this.#known)
      if ((known === null || known.text !== undefined) && isMeant(name)) return true;
    return false;
  }

  assign(name: string, known: Known): TxState {
    return new TxState(new Map(this.#known).set(name, known), this.#prefixes);
  }

  /** A variable whose name only a request tells: everything that begins so is unknown from here on. */
  assignAny(prefix: string): TxState {
    const known = [...this.#known].map(([name, value]) => [name, name.startsWith(prefix) ? null : value] as const);
    return new TxState(new Map(known), [...new Set([...this.#prefixes, prefix])]);
  }

  /** What holds in both: where two ways through the rules meet. */
  join(other: TxState): TxState {
    const known = new Map<string, Known>();
    for (const name of [...this.#known.keys(), ...other.#known.keys()]) {
      const [mine, theirs] = [this.get(name), other.get(name)];
      known.set(name, mine !== null && theirs !== null && mine.text === theirs.text ? mine : null);
    }
    return new TxState(known, [...new Set([...this.#prefixes, ...other.#prefixes])]);
  }
}
