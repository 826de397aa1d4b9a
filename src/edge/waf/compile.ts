import type { Collection, Rule, Target, ValueCollection } from '../../../rules/schema.ts';
import { sourceOf } from './location.ts';
import { LiteralAutomaton } from './literal-automaton.ts';
import { makeMatcher, type Matcher } from './operators.ts';
import type { PreparedRuleset } from './prepared-ruleset.ts';
import { TRANSFORMS, type Transform } from './transformations/transform.ts';

/** A chain of transformations: the one it extends, and one step more. Chains that begin alike share their beginning. */
export interface Chain {
  /** Index of the chain without the last step; -1 for the raw value, which is chain 0. */
  readonly parent: number;
  readonly apply: Transform['apply'];
  /** Id of the literals without which the whole chain changes nothing but case, or `NEVER` or `ALWAYS`. */
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
  /** Lower-case names of members that no check looks at: their values need not even be scanned. */
  readonly unseen: ReadonlySet<string>;
}

interface Lists extends CollectionChecks {
  readonly checks: Check[];
  readonly unseen: Set<string>;
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

/**
 * Makes a prepared ruleset ready for evaluation: builds tables, and analyses nothing, for isolates do this while requests
 * wait. Wants what `parsePreparedRuleset` has read.
 */
export function compileRuleset({ name, version, rules, prepared }: PreparedRuleset): CompiledRuleset {
  const groups: Partial<Record<ValueCollection, Lists>> = {};
  for (const [index, rule] of rules.entries()) {
    const { chain, branches } = prepared.rules[index]!;
    const ready = branches.map((branch) => ({ needs: branch.needs, match: makeMatcher(rule.operator, branch) }));
    for (const target of rule.targets) {
      if (target.exclude === true) continue;
      const check: Check = {
        rule: index,
        collection: target.collection,
        selector: target.selector?.toLowerCase(),
        excluded: excludedNames(rule.targets, target),
      };
      const gated = ready.map(({ needs, match }): GatedBranch => ({ check, needs, match }));
      const { collections, names } = sourceOf(target.collection);
      for (const collection of collections) {
        const lists = (groups[collection] ??= { values: [], names: [], checks: [], unseen: new Set() });
        lists.checks.push(check);
        const list = names ? lists.names : lists.values;
        let group = list.find((one) => one.chain === chain);
        if (group === undefined) list.push((group = { chain, gated: new Map(), open: [] }));
        for (const branch of gated) addBranch(group, branch);
      }
    }
  }
  for (const { checks, unseen } of Object.values(groups)) findUnseen(checks, unseen);
  const chains = prepared.chains.map(({ parent, step, trigger }): Chain => {
    return { parent, apply: step === null ? same : TRANSFORMS[step].apply, trigger };
  });
  return { name, version, rules, chains, groups, literals: new LiteralAutomaton(prepared.literals) };
}

/** Builds every engine, so that no request has to: for where time is to be had, as at a Worker's start-up. */
export function buildEngines({ groups }: CompiledRuleset): void {
  // Most branches stand in the groups of many collections, with one matcher.
  const matchers = new Set<Matcher>();
  for (const { values, names } of Object.values(groups)) {
    for (const { gated, open } of [...values, ...names]) {
      for (const { match } of [...open, ...[...gated.values()].flat()]) matchers.add(match);
    }
  }
  for (const match of matchers) match('');
}

function same(text: string): string {
  return text;
}

/** Only an excluded name can be unseen, and only if every check that does not ask for another name excludes it. */
function findUnseen(checks: readonly Check[], unseen: Set<string>): void {
  for (const name of checks.flatMap(({ excluded }) => [...(excluded ?? [])])) {
    const isSeen = checks.some(
      ({ selector, excluded }) => (selector === undefined || selector === name) && excluded?.has(name) !== true,
    );
    if (!isSeen) unseen.add(name);
  }
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

function excludedNames(targets: readonly Target[], from: Target): ReadonlySet<string> | undefined {
  const sources = new Set(sourceOf(from.collection).collections);
  const names = targets
    .filter((target) => target.exclude === true && sourceOf(target.collection).collections.some((c) => sources.has(c)))
    .map((target) => target.selector?.toLowerCase() ?? '');
  return names.length > 0 ? new Set(names) : undefined;
}
