import type { Ruleset, Transformation } from '../../../rules/schema.ts';
import { prepareOperator, type OperatorBranch } from './prepare-operator.ts';
import { ALWAYS, NEVER, PREPARATION_FORMAT, type PreparedChain, type PreparedRuleset } from './prepared-ruleset.ts';
import type { AnyOf } from './regex/required-literals.ts';
import { TRANSFORMS } from './transformations/transform.ts';

/** Prepares a ruleset without asking for its examples: for tools and tests. Throws on a pattern that cannot run in linear time. */
export function prepareRuleset(ruleset: Ruleset): PreparedRuleset {
  const branches = ruleset.rules.map((rule) => {
    const prepared = prepareOperator(rule.operator);
    if (!prepared.ok) throw new Error(`${rule.id}: ${prepared.problems[0]?.message ?? ''}`);
    return prepared.value;
  });
  return numberLiterals(ruleset, branches);
}

/** Joins a ruleset with the branches of its rules, in their order: literals and chains get their numbers. */
export function numberLiterals(ruleset: Ruleset, operators: readonly (readonly OperatorBranch[])[]): PreparedRuleset {
  const literals = new Literals();
  const chains = new Chains(literals);
  const rules = ruleset.rules.map((rule, index) => ({
    chain: chains.add(rule.transformations),
    branches: (operators[index] ?? []).map((branch) => ({
      ...branch,
      needs: branch.needs.map((texts) => literals.number(texts)),
    })),
  }));
  const { name, version } = ruleset;
  const prepared = { format: PREPARATION_FORMAT, rules, chains: chains.list, literals: literals.list };
  return { name, version, rules: ruleset.rules, prepared };
}

/** Numbers the sets of literals that branches need; equal sets share a number. */
class Literals {
  readonly list: AnyOf[] = [];
  readonly #ids = new Map<string, number>();

  number(texts: AnyOf): number {
    const key = JSON.stringify(texts);
    let id = this.#ids.get(key);
    if (id === undefined) this.#ids.set(key, (id = this.list.push(texts) - 1));
    return id;
  }
}

/** Numbers the chains; chain 0 is the raw value. Chains that begin alike share their beginning. */
class Chains {
  readonly list: PreparedChain[] = [{ parent: -1, step: null, trigger: NEVER }];
  readonly #indexes = new Map<string, number>();
  readonly #literals: Literals;

  constructor(literals: Literals) {
    this.#literals = literals;
  }

  add(steps: readonly Transformation[]): number {
    let parent = 0;
    let triggers: Set<string> | null = new Set();
    for (const [at, step] of steps.entries()) {
      const added: readonly string[] | null = TRANSFORMS[step].triggers;
      triggers = triggers === null || added === null ? null : new Set([...triggers, ...added]);
      const key = steps.slice(0, at + 1).join();
      let index = this.#indexes.get(key);
      if (index === undefined) {
        const trigger = this.#numberTriggers(triggers);
        index = this.list.push({ parent, step, trigger }) - 1;
        this.#indexes.set(key, index);
      }
      parent = index;
    }
    return parent;
  }

  #numberTriggers(triggers: ReadonlySet<string> | null): number {
    if (triggers === null) return ALWAYS;
    return triggers.size === 0 ? NEVER : this.#literals.number([...triggers]);
  }
}
