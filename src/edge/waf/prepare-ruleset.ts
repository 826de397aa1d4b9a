import type { Ruleset, Transformation } from '../../../rules/schema.ts';
import type { DraftBranch } from './prepare-operator.ts';
import { prepareRule, type DraftRule } from './prepare-rule.ts';
import {
  ALWAYS,
  linksOf,
  NEVER,
  PREPARATION_FORMAT,
  type PreparedBranch,
  type PreparedChain,
  type PreparedRuleset,
} from './prepared-ruleset.ts';
import type { AnyOf } from './regex/required-literals.ts';
import { TRANSFORMS } from './transformations/transform.ts';

/** Prepares a ruleset without asking for its examples: for tools and tests. Throws on a rule that cannot run in linear time. */
export function prepareRuleset(ruleset: Ruleset): PreparedRuleset {
  const drafts = ruleset.rules.map((rule) => {
    const prepared = prepareRule(rule);
    if (!prepared.ok) throw new Error(prepared.problems[0]?.message ?? rule.id);
    return prepared.value;
  });
  return numberDrafts(ruleset, drafts);
}

/** Joins a ruleset with the drafts of its rules, in their order: literals and chains get their numbers. */
export function numberDrafts(ruleset: Ruleset, drafts: readonly DraftRule[]): PreparedRuleset {
  const literals = new Literals();
  const chains = new Chains(literals);
  const selectors: Record<string, readonly PreparedBranch[]> = {};
  const rules = ruleset.rules.map((rule, index) => {
    const draft = drafts[index]!;
    for (const [pattern, branches] of draft.selectors) {
      selectors[pattern] ??= branches.map((branch) => numberBranch({ ...branch, needs: [] }, literals));
    }
    return linksOf(rule).map((link, at) => ({
      chain: chains.add(link.transformations),
      branches: draft.links[at]!.map((branch) => numberBranch(branch, literals)),
    }));
  });
  const prepared = { format: PREPARATION_FORMAT, rules, selectors, chains: chains.list, literals: literals.list };
  return { ...ruleset, prepared };
}

function numberBranch({ words, needs, ...branch }: DraftBranch, literals: Literals): PreparedBranch {
  return {
    ...branch,
    needs: needs.map((texts) => literals.number(texts)),
    ...(words !== undefined && { words: literals.number(words) }),
  };
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
