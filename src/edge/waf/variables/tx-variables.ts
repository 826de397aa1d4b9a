/** A TX variable's value: sums stay numbers, for most are only ever added to and compared. */
export type TxValue = string | number;

/** Where TX:0 to TX:9 live: what the last rule with `capture` captured. */
export const CAPTURE_SLOTS = 10;

/** Variables whose names are made while rules run (`tx.paramcounter_%{MATCHED_VAR_NAME}`): as many as a request may have arguments, twice. */
const NAMED_LIMIT = 4096;

/** The names of TX variables that a ruleset spells out, each with its slot; known when a ruleset is compiled. */
export class TxNames {
  readonly list: string[] = Array.from({ length: CAPTURE_SLOTS }, (_, index) => String(index));
  readonly #slots = new Map(this.list.map((name, slot) => [name, slot]));

  slot(name: string): number {
    let slot = this.#slots.get(name);
    if (slot === undefined) this.#slots.set(name, (slot = this.list.push(name) - 1));
    return slot;
  }

  find(name: string): number | undefined {
    return this.#slots.get(name);
  }
}

/** The TX variables of one transaction. Names that the ruleset spells out have slots; the others stand in a map. */
export class TxVariables {
  readonly #names: TxNames;
  #slots: (TxValue | undefined)[];
  #named: Map<string, TxValue> | undefined;

  /** `initial`: values by slot, which are copied. */
  constructor(names: TxNames, initial: readonly (TxValue | undefined)[]) {
    this.#names = names;
    this.#slots = initial.slice();
  }

  get(slot: number): TxValue | undefined {
    return this.#slots[slot];
  }

  set(slot: number, value: TxValue | undefined): void {
    this.#slots[slot] = value;
  }

  getNamed(name: string): TxValue | undefined {
    const slot = this.#names.find(name);
    return slot === undefined ? this.#named?.get(name) : this.#slots[slot];
  }

  setNamed(name: string, value: TxValue | undefined): void {
    const slot = this.#names.find(name);
    if (slot !== undefined) {
      this.#slots[slot] = value;
    } else if (value === undefined) {
      this.#named?.delete(name);
    } else if ((this.#named ??= new Map()).size < NAMED_LIMIT || this.#named.has(name)) {
      this.#named.set(name, value);
    }
  }

  /** Visits all that are set. */
  forEach(visit: (name: string, value: TxValue) => void): void {
    for (let slot = 0; slot < this.#slots.length; slot++) {
      const value = this.#slots[slot];
      if (value !== undefined) visit(this.#names.list[slot]!, value);
    }
    this.#named?.forEach((value, name) => visit(name, value));
  }

  /** Puts the values after what a rule captured; groups that took no part are unset. */
  capture(groups: readonly (string | undefined)[]): void {
    for (let slot = 0; slot < CAPTURE_SLOTS; slot++) this.#slots[slot] = groups[slot];
  }

  /** All values as they stand, to come back to. */
  save(): () => void {
    const slots = this.#slots.slice();
    const named = this.#named === undefined ? undefined : new Map(this.#named);
    return () => {
      this.#slots = slots;
      this.#named = named;
    };
  }
}

/** As ModSecurity's `atoi`: an optional sign and digits, after blanks; whatever else is 0. */
export function toInteger(value: TxValue | undefined): number {
  if (typeof value === 'number') return value;
  if (value === undefined || value === '') return 0;
  const integer = Number.parseInt(value, 10);
  return Number.isNaN(integer) ? 0 : integer;
}
