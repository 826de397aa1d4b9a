import type { Collection, Rule, Ruleset, Target, Transformation, ValueCollection } from '../../../rules/schema.ts';
import { sourceOf } from './location.ts';
import { LiteralAutomaton } from './literal-automaton.ts';
import { compileOperator, type Branch, type Matcher } from './operators.ts';
import type { AnyOf } from './regex/required-literals.ts';
import { TRANSFORMS, type Transform } from './transformations/transform.ts';

/** A chain of transformations: the one it extends, and one step more. Chains that begin alike share their beginning. */
export interface Chain {
  /** Index of the chain without the last step; -1 for the raw value, which is chain 0. */
  readonly parent: number;
  readonly step: Transform;
}

/** A branch whose needs are ids in the ruleset's literal automaton. */
export interface GatedBranch {
  readonly needs: readonly number[];
  readonly match: Matcher;
}

/** One rule looking at one collection. */
export interface Check {
  /** Index of the rule. */
  readonly rule: number;
  readonly branches: readonly GatedBranch[];
  readonly collection: Collection;
  /** Lower-case member name; undefined looks at every member. */
  readonly selector: string | undefined;
  /** Lower-case names of members left out. */
  readonly excluded: ReadonlySet<string> | undefined;
}

/** The checks that look at the same text: the names or the values of a collection, after one chain. */
export interface CheckGroup {
  readonly names: boolean;
  readonly chain: number;
  readonly checks: Check[];
}

export interface CompiledRuleset {
  readonly name: string;
  readonly version: string;
  readonly rules: readonly Rule[];
  readonly chains: readonly Chain[];
  readonly groups: Readonly<Partial<Record<ValueCollection, readonly CheckGroup[]>>>;
  /** The literals that any branch needs, found in one pass over a text. */
  readonly literals: LiteralAutomaton;
}

/** Prepares a ruleset for evaluation. Wants one that `checkRuleset` has passed: throws on a pattern that cannot run in linear time. */
export function compileRuleset(ruleset: Ruleset): CompiledRuleset {
  const chains: Chain[] = [{ parent: -1, step: (text) => text }];
  const chainIndexes = new Map<string, number>([['', 0]]);
  const groups: Partial<Record<ValueCollection, CheckGroup[]>> = {};
  const needs = new Needs();
  for (const [index, rule] of ruleset.rules.entries()) {
    const branches = compileOperator(rule.operator).map((branch) => needs.gate(branch));
    const chain = addChain(rule.transformations, chains, chainIndexes);
    for (const target of rule.targets) {
      if (target.exclude === true) continue;
      const check: Check = {
        rule: index,
        branches,
        collection: target.collection,
        selector: target.selector?.toLowerCase(),
        excluded: excludedNames(rule.targets, target),
      };
      const { collections, names } = sourceOf(target.collection);
      for (const collection of collections) {
        const list = (groups[collection] ??= []);
        let group = list.find((one) => one.names === names && one.chain === chain);
        if (group === undefined) list.push((group = { names, chain, checks: [] }));
        group.checks.push(check);
      }
    }
  }
  return {
    name: ruleset.name,
    version: ruleset.version,
    rules: ruleset.rules,
    chains,
    groups,
    literals: new LiteralAutomaton(needs.literals),
  };
}

/** Numbers the sets of literals that branches need; equal sets share a number. */
class Needs {
  readonly literals: AnyOf[] = [];
  readonly #ids = new Map<string, number>();

  gate(branch: Branch): GatedBranch {
    return { needs: branch.needs.map((texts) => this.#number(texts)), match: branch.match };
  }

  #number(texts: AnyOf): number {
    const key = JSON.stringify(texts);
    let id = this.#ids.get(key);
    if (id === undefined) this.#ids.set(key, (id = this.literals.push(texts) - 1));
    return id;
  }
}

function addChain(steps: readonly Transformation[], chains: Chain[], indexes: Map<string, number>): number {
  let parent = 0;
  for (const [at, step] of steps.entries()) {
    const key = steps.slice(0, at + 1).join();
    let index = indexes.get(key);
    if (index === undefined) {
      index = chains.push({ parent, step: TRANSFORMS[step] }) - 1;
      indexes.set(key, index);
    }
    parent = index;
  }
  return parent;
}

function excludedNames(targets: readonly Target[], from: Target): ReadonlySet<string> | undefined {
  const sources = new Set(sourceOf(from.collection).collections);
  const names = targets
    .filter((target) => target.exclude === true && sourceOf(target.collection).collections.some((c) => sources.has(c)))
    .map((target) => target.selector?.toLowerCase() ?? '');
  return names.length > 0 ? new Set(names) : undefined;
}
