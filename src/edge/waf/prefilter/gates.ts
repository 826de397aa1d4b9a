import type { Collection } from '../../../../rules/schema.ts';
import type { CompiledLink, CompiledRule } from '../compile-rule.ts';
import type { PreparedLink } from '../prepared-ruleset.ts';
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

/** The gates of a member of a collection: which rules look at it. */
export interface Profile {
  /** By rule: 0 it does not look here, 1 it does, 2 it may: that depends on a regular expression. */
  readonly looks: Uint8Array;
  /** Gates that need no literal. */
  readonly open: Int32Array;
  /** The chains that any gate asks for. */
  readonly chains: Int32Array;
}

export interface Source {
  /** Of members that no rule names. */
  readonly others: Profile;
  /** By lower-case name; null where no rule names any. */
  readonly named: ReadonlyMap<string, Profile> | null;
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
    sources: buildSources(gated, rules.length, gates),
  };
}

function gatesOf({ index, head }: CompiledRule, prepared: PreparedLink, chains: TransformationChains): Gate[] {
  const stages = new Set((head.stages ?? [head.chain]).map((chain) => chains.caseless[chain]!));
  return prepared.branches.flatMap(({ needs }, branch) =>
    [...stages].map((chain) => ({ rule: index, branch, chain, needs })),
  );
}

function buildSources(rules: readonly CompiledRule[], count: number, gates: readonly Gate[]): Gates['sources'] {
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
    const build = (name: string | null) => buildProfile(list, collection, name, count, gates);
    const named = names.size === 0 ? null : new Map([...names].map((name) => [name, build(name)]));
    sources[collection] = { others: build(null), named };
  }
  return sources;
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
): Profile {
  const looks = new Uint8Array(count);
  for (const { index, head } of rules) looks[index] = lookOf(head, collection, name);
  const open: number[] = [];
  const chains = new Set<number>();
  for (const [at, { rule, chain, needs }] of gates.entries()) {
    if (looks[rule] === 0) continue;
    chains.add(chain);
    if (needs.length === 0) open.push(at);
  }
  return { looks, open: Int32Array.from(open), chains: Int32Array.from(chains) };
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
