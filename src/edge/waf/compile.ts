import type { Collection, Rule, Ruleset, Target, Transformation, ValueCollection } from '../../../rules/schema.ts';
import { sourceOf } from './location.ts';
import { LiteralAutomaton } from './literal-automaton.ts';
import { compileOperator, type Matcher } from './operators.ts';
import type { AnyOf } from './regex/required-literals.ts';
import { TRANSFORMS, type Transform } from './transformations/transform.ts';

/** A chain of transformations: the one it extends, and one step more. Chains that begin alike share their beginning. */
export interface Chain {
  /** Index of the chain without the last step; -1 for the raw value, which is chain 0. */
  readonly parent: number;
  readonly apply: Transform['apply'];
  /** Id of the literals without which the whole chain changes nothing but case; -1 when it never does. */
  readonly trigger: number;
}

/** One rule looking at one collection. */
export interface Check {
  /** Index of the rule. */
  readonly rule: number;
  readonly collection: Collection;
  /** Lower-case member name; undefined looks at every member. */
  readonly selector: string | undefined;
  /** Lower-case names of members left out. */
  readonly excluded: ReadonlySet<string> | undefined;
}

/** The checks that look at a collection's values, and those that look at its members' names. */
export interface CollectionChecks {
  readonly values: CheckGroup[];
  readonly names: CheckGroup[];
}

/** One way in which a check can match, and what a text needs for it: ids in the ruleset's literal automaton. */
export interface GatedBranch {
  readonly check: Check;
  readonly needs: readonly number[];
  readonly match: Matcher;
}

/** The checks that look at the same text: what one chain makes of it. */
export interface CheckGroup {
  readonly chain: number;
  /** By the first id they need, the most telling: a text without it never gets to look at them. */
  readonly gated: Map<number, GatedBranch[]>;
  /** Those that need nothing, and so must run on every text. */
  readonly open: GatedBranch[];
}

export interface CompiledRuleset {
  readonly name: string;
  readonly version: string;
  readonly rules: readonly Rule[];
  readonly chains: readonly Chain[];
  readonly groups: Readonly<Partial<Record<ValueCollection, CollectionChecks>>>;
  /** The literals that any branch needs, found in one pass over a text. */
  readonly literals: LiteralAutomaton;
}

/** Prepares a ruleset for evaluation. Wants one that `checkRuleset` has passed: throws on a pattern that cannot run in linear time. */
export function compileRuleset(ruleset: Ruleset): CompiledRuleset {
  const chains = new Chains();
  const groups: Partial<Record<ValueCollection, CollectionChecks>> = {};
  const needs = new Needs();
  for (const [index, rule] of ruleset.rules.entries()) {
    const branches = compileOperator(rule.operator).map(({ needs: literals, match }) => ({
      needs: literals.map((texts) => needs.number(texts)),
      match,
    }));
    const chain = chains.add(rule.transformations, needs);
    for (const target of rule.targets) {
      if (target.exclude === true) continue;
      const check: Check = {
        rule: index,
        collection: target.collection,
        selector: target.selector?.toLowerCase(),
        excluded: excludedNames(rule.targets, target),
      };
      const { collections, names } = sourceOf(target.collection);
      for (const collection of collections) {
        const lists = (groups[collection] ??= { values: [], names: [] });
        const list = names ? lists.names : lists.values;
        let group = list.find((one) => one.chain === chain);
        if (group === undefined) list.push((group = { chain, gated: new Map(), open: [] }));
        for (const branch of branches) addBranch(group, { check, ...branch });
      }
    }
  }
  return {
    name: ruleset.name,
    version: ruleset.version,
    rules: ruleset.rules,
    chains: chains.list,
    groups,
    literals: new LiteralAutomaton(needs.literals),
  };
}

function addBranch(group: CheckGroup, branch: GatedBranch): void {
  const first = branch.needs[0];
  if (first === undefined) {
    group.open.push(branch);
    return;
  }
  const others = group.gated.get(first);
  if (others === undefined) group.gated.set(first, [branch]);
  else others.push(branch);
}

/** Numbers the sets of literals that branches need; equal sets share a number. */
class Needs {
  readonly literals: AnyOf[] = [];
  readonly #ids = new Map<string, number>();

  number(texts: AnyOf): number {
    const key = JSON.stringify(texts);
    let id = this.#ids.get(key);
    if (id === undefined) this.#ids.set(key, (id = this.literals.push(texts) - 1));
    return id;
  }
}

/** Numbers the chains; chain 0 is the raw value. */
class Chains {
  readonly list: Chain[] = [{ parent: -1, apply: (text) => text, trigger: -1 }];
  readonly #indexes = new Map<string, number>();

  add(steps: readonly Transformation[], needs: Needs): number {
    let parent = 0;
    const triggers = new Set<string>();
    for (const [at, step] of steps.entries()) {
      const { apply, triggers: own } = TRANSFORMS[step];
      for (const text of own) triggers.add(text);
      const key = steps.slice(0, at + 1).join();
      let index = this.#indexes.get(key);
      if (index === undefined) {
        const trigger = triggers.size === 0 ? -1 : needs.number([...triggers]);
        index = this.list.push({ parent, apply, trigger }) - 1;
        this.#indexes.set(key, index);
      }
      parent = index;
    }
    return parent;
  }
}

function excludedNames(targets: readonly Target[], from: Target): ReadonlySet<string> | undefined {
  const sources = new Set(sourceOf(from.collection).collections);
  const names = targets
    .filter((target) => target.exclude === true && sourceOf(target.collection).collections.some((c) => sources.has(c)))
    .map((target) => target.selector?.toLowerCase() ?? '');
  return names.length > 0 ? new Set(names) : undefined;
}
