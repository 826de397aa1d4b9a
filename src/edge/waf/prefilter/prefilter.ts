import type { Collection } from '../../../../rules/schema.ts';
import type { LiteralAutomaton } from '../literal-automaton.ts';
import { ALWAYS } from '../prepared-ruleset.ts';
import type { ChainTexts, TransformationChains } from '../transformation-chains.ts';
import { WorkBudget } from '../work-budget.ts';
import { Candidates } from './candidates.ts';
import { lengthBit, type Gates, type Profile, type Source } from './gates.ts';

/**
 * Decides which rules can possibly match on which values. Each value is scanned once as it came, for all literals at once, and
 * once more for each different text that transformations make of it: of most values none does, and the scan tells so.
 *
 * Sound: a gate stays shut only where its branch cannot match. Holds what it finds until `clear`, for one request at a time:
 * judging never waits.
 */
export class Prefilter {
  readonly candidates: Candidates;
  readonly #gates: Gates;
  readonly #chains: TransformationChains;
  readonly #literals: LiteralAutomaton;
  /** By chain: which of the texts below is its. */
  readonly #textOf: Uint16Array;
  /** The chains for which that is not the first. */
  readonly #changed: number[] = [];
  readonly #noTexts: ChainTexts;
  /** What the value at hand comes to, as it came first. */
  readonly #distinct: string[] = [];
  /** Pays for what is scanned and transformed. */
  #budget = new WorkBudget();

  constructor(gates: Gates, chains: TransformationChains, literals: LiteralAutomaton, rules: number) {
    this.#gates = gates;
    this.#chains = chains;
    this.#literals = literals;
    this.#textOf = new Uint16Array(chains.count);
    this.#noTexts = Array.from<undefined>({ length: chains.count });
    this.candidates = new Candidates(rules);
  }

  /** Makes ready for the next request, whose work `budget` counts. */
  clear(budget: WorkBudget): void {
    this.candidates.clear();
    this.#budget = budget;
  }

  /** Whether any gated rule looks at values of a collection. */
  watches(collection: Collection): boolean {
    return this.#gates.sources[collection] !== undefined;
  }

  /** Looks at one value, as it came. */
  look(collection: Collection, name: string, raw: string): void {
    const source = this.#gates.sources[collection];
    if (source === undefined) return;
    const profile = profileOf(source, name);
    if (profile.isIdle) return;
    const { rule, branch } = this.#gates;
    const { candidates } = this;
    const value = candidates.values.length;
    this.#scan(raw);
    const texts = this.#assignTexts(profile, raw);
    for (const gate of profile.open) candidates.add(rule[gate]!, branch[gate]!, value);
    let opened = this.#openGates(profile, 0, value) + profile.open.length;
    for (let text = 1; text < this.#distinct.length; text++) {
      this.#scan(this.#distinct[text]!);
      opened += this.#openGates(profile, text, value);
    }
    if (opened > 0) candidates.values.push({ collection, name, value: raw, texts });
  }

  #scan(text: string): void {
    this.#budget.spend(text.length);
    this.#literals.scan(text);
  }

  /** Works out which text each chain makes of the one just scanned. Chains that come to the same share one. Null: none changes it. */
  #assignTexts({ chains }: Profile, raw: string): ChainTexts | null {
    for (const chain of this.#changed) this.#textOf[chain] = 0;
    this.#changed.length = 0;
    const distinct = this.#distinct;
    distinct.length = 1;
    distinct[0] = raw;
    let texts: ChainTexts | null = null;
    for (const group of chains) {
      if (group.trigger !== ALWAYS && !this.#literals.found(group.trigger)) continue;
      texts ??= this.#noTexts.slice();
      for (const chain of group.chains) {
        const changed = this.#chains.transform(chain, raw, texts);
        this.#budget.spend(raw.length);
        let text = distinct.indexOf(changed);
        if (text < 0) text = distinct.push(changed) - 1;
        if (text === 0) continue;
        this.#textOf[chain] = text;
        this.#changed.push(chain);
      }
    }
    return texts;
  }

  /** Opens the gates whose literals the last scan found; answers how many. */
  #openGates({ looks }: Profile, text: number, value: number): number {
    const { rule, branch, chain, byLiteral } = this.#gates;
    const literals = this.#literals;
    let opened = 0;
    for (let at = 0; at < literals.foundCount; at++) {
      const gates = byLiteral[literals.foundId(at)];
      if (gates === undefined) continue;
      for (const gate of gates) {
        if (looks[rule[gate]!] === 0 || this.#textOf[chain[gate]!] !== text || !this.#isMet(gate)) continue;
        this.candidates.add(rule[gate]!, branch[gate]!, value);
        opened++;
      }
    }
    return opened;
  }

  #isMet(gate: number): boolean {
    for (const id of this.#gates.needs[gate]!) if (!this.#literals.found(id)) return false;
    return true;
  }
}

function profileOf({ named, others, lengths }: Source, name: string): Profile {
  if (named === null || (lengths & lengthBit(name)) === 0) return others;
  return named.get(name) ?? named.get(name.toLowerCase()) ?? others;
}
