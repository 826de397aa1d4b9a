import type { Collection } from '../../../../rules/schema.ts';
import type { CompiledLink, CompiledRule } from '../compile-rule.ts';
import { NEVER, type PreparedLink } from '../prepared-ruleset.ts';
import type { TransformationChains } from '../transformation-chains.ts';
import { coversName, type CompiledTarget } from '../variables/compile-target.ts';
import { isGated } from './gated-rules.ts';

/** One way in which a rule's head can match, and what it takes: a text of one chain that holds literals. */
interface Gate {
  readonly rule: number;
  readonly branch: number;
  /** Caseless (see `TransformationChains`). */
  readonly chain: number;
  /** Ids of literals, each of which must be found. */
  readonly needs: readonly number[];
}

/** Chains that the same literals trigger. */
export interface TriggeredChains {
  readonly trigger: number;
  readonly chains: Int32Array;
}

/** The gates of a member of a collection: which rules look at it. */
export interface Profile {
  /** Nothing looks here. */
  readonly isIdle: boolean;
  /** By rule: 0 it does not look here, 1 it does, 2 it may: that depends on a regular expression. */
  readonly looks: Uint8Array;
  /** Gates that need no literal. */
  readonly open: Int32Array;
  /** The chains that any gate asks for, by what triggers them: literals, or `ALWAYS`. */
  readonly chains: readonly TriggeredChains[];
}

export interface Source {
  /** Of members that no rule names. */
  readonly others: Profile;
  /** By lower-case name; null where no rule names any. */
  readonly named: ReadonlyMap<string, Profile> | null;
  /** By length, up to 31 and from there on, whether a rule names any so long: most names need not be looked up. */
  readonly lengths: number;
}

/** The gates of all rules, laid out for the scan: columns, and lists by the literal that opens them. */
export interface Gates {
  readonly rule: Int32Array;
  readonly branch: Int32Array;
  readonly chain: Int32Array;
  readonly needs: readonly (readonly number[])[];
  /** By literal: the gates that need it first. A text without it never gets to look at them. */
  readonly byLiteral: readonly (Int32Array | undefined)[];
  readonly sources: Readonly<Partial<Record<Collection, Source>>>;
}

export function buildGates(
  rules: readonly CompiledRule[],
  prepared: readonly (readonly PreparedLink[])[],
  chains: TransformationChains,
  literals: number,
): Gates {
  const gated = rules.filter(isGated);
  const gates = gated.flatMap((rule) => gatesOf(rule, prepared[rule.index]![0]!, chains));
  const byLiteral: (number[] | undefined)[] = Array.from({ length: literals });
  for (const [index, { needs }] of gates.entries()) {
    const [first] = needs;
    if (first !== undefined) (byLiteral[first] ??= []).push(index);
  }
  return {
    rule: Int32Array.from(gates, ({ rule }) => rule),
    branch: Int32Array.from(gates, ({ branch }) => branch),
    chain: Int32Array.from(gates, ({ chain }) => chain),
    needs: gates.map(({ needs }) => needs),
    byLiteral: byLiteral.map((list) => (list === undefined ? undefined : Int32Array.from(list))),
    sources: buildSources(gated, rules.length, gates, chains.triggers),
  };
}

function gatesOf({ index, head }: CompiledRule, prepared: PreparedLink, chains: TransformationChains): Gate[] {
  const stages = new Set((head.stages ?? [head.chain]).map((chain) => chains.caseless[chain]!));
  return prepared.branches.flatMap(({ needs }, branch) =>
    [...stages].map((chain) => ({ rule: index, branch, chain, needs })),
  );
}

function buildSources(
  rules: readonly CompiledRule[],
  count: number,
  gates: readonly Gate[],
  triggers: Int32Array,
): Gates['sources'] {
  const lookers = new Map<Collection, CompiledRule[]>();
  for (const rule of rules) {
    for (const member of new Set(rule.head.targets.flatMap(({ members }) => members))) {
      const list = lookers.get(member);
      if (list === undefined) lookers.set(member, [rule]);
      else list.push(rule);
    }
  }
  const sources: Partial<Record<Collection, Source>> = {};
  for (const [collection, list] of lookers) {
    const names = new Set(list.flatMap(({ head }) => namesIn(head, collection)));
    const build = (name: string | null) => buildProfile(list, collection, name, count, gates, triggers);
    const named = names.size === 0 ? null : new Map([...names].map((name) => [name, build(name)]));
    const lengths = [...names].reduce((bits, name) => bits | lengthBit(name), 0);
    sources[collection] = { others: build(null), named, lengths };
  }
  return sources;
}

export function lengthBit(name: string): number {
  return 1 << Math.min(31, name.length);
}

function namesIn({ targets, exclusions }: CompiledLink, collection: Collection): string[] {
  return [...targets, ...exclusions]
    .filter(({ members }) => members.includes(collection))
    .flatMap(({ selector }) => (selector === null ? [] : [selector]));
}

function buildProfile(
  rules: readonly CompiledRule[],
  collection: Collection,
  name: string | null,
  count: number,
  gates: readonly Gate[],
  triggers: Int32Array,
): Profile {
  const looks = new Uint8Array(count);
  for (const { index, head } of rules) looks[index] = lookOf(head, collection, name);
  // By rule and branch: one that looks after each of several transformations is open once.
  const open = new Map<number, number>();
  const asked = new Set<number>();
  for (const [at, { rule, branch, chain, needs }] of gates.entries()) {
    if (looks[rule] === 0) continue;
    asked.add(chain);
    if (needs.length === 0) open.set(rule * BRANCHES_LIMIT + branch, at);
  }
  return {
    isIdle: asked.size === 0,
    looks,
    open: Int32Array.from(open.values()),
    chains: groupByTrigger([...asked], triggers),
  };
}

/** More than a pattern of 32 KB can have. */
const BRANCHES_LIMIT = 65_536;

function groupByTrigger(asked: readonly number[], triggers: Int32Array): TriggeredChains[] {
  const groups = new Map<number, number[]>();
  for (const chain of asked) {
    const trigger = triggers[chain]!;
    if (trigger === NEVER) continue;
    const group = groups.get(trigger);
    if (group === undefined) groups.set(trigger, [chain]);
    else group.push(chain);
  }
  return [...groups].map(([trigger, chains]) => ({ trigger, chains: Int32Array.from(chains) }));
}

/** `name`: null for a member that no rule names. */
function lookOf({ targets, exclusions }: CompiledLink, collection: Collection, name: string | null): 0 | 1 | 2 {
  const here = (target: CompiledTarget) => target.members.includes(collection);
  const sure = (target: CompiledTarget) => (name === null ? target.selector === null : coversName(target, name));
  const maybe = (target: CompiledTarget) => name === null && target.pattern !== null;
  const selecting = targets.filter(here);
  const excluding = exclusions.filter(here);
  if (excluding.some((target) => !maybe(target) && sure(target))) return 0;
  const isSure = selecting.some((target) => !maybe(target) && sure(target));
  if (!isSure && !selecting.some(maybe)) return 0;
  return isSure && !excluding.some(maybe) ? 1 : 2;
}
