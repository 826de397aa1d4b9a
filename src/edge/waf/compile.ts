import type { Rule } from '../../../rules/schema.ts';
import { compileRule, type CompiledRule } from './compile-rule.ts';
import { LiteralAutomaton } from './literal-automaton.ts';
import { isGated } from './prefilter/gated-rules.ts';
import { buildGates } from './prefilter/gates.ts';
import { Prefilter } from './prefilter/prefilter.ts';
import type { PreparedRuleset } from './prepared-ruleset.ts';
import { TransformationChains } from './transformation-chains.ts';
import { TxNames, type TxValue } from './variables/tx-variables.ts';

/** A rule in its phase. */
export interface PhaseRule {
  readonly rule: CompiledRule;
  /** Runs only where the prefilter found candidates. */
  readonly gated: boolean;
}

export interface CompiledRuleset {
  readonly name: string;
  readonly version: string;
  /** As people wrote them. */
  readonly rules: readonly Rule[];
  /** By phase, 1 to 5, in the ruleset's order. */
  readonly phases: readonly (readonly PhaseRule[])[];
  readonly chains: TransformationChains;
  readonly prefilter: Prefilter;
  readonly names: TxNames;
  /** The TX variables that a request begins with, by slot. */
  readonly variables: readonly (TxValue | undefined)[];
}

const PHASES = [0, 1, 2, 3, 4, 5];

/**
 * Makes a prepared ruleset ready for evaluation: builds tables, and analyses nothing, for isolates do this while requests
 * wait. Wants what `parsePreparedRuleset` has read.
 */
export function compileRuleset(ruleset: PreparedRuleset): CompiledRuleset {
  const { name, version, rules, markers = {}, prepared } = ruleset;
  const names = new TxNames();
  const automaton = new LiteralAutomaton(prepared.literals);
  const chains = new TransformationChains(prepared.chains);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const context = { names, automaton, chains, selectors: prepared.selectors, markers, indexes };
  const compiled = rules.map((rule, index) => compileRule(rule, index, prepared.rules[index]!, context));
  const gates = buildGates(compiled, prepared.rules, chains, prepared.literals.length);
  const variables: TxValue[] = [];
  for (const [variable, value] of Object.entries(ruleset.variables ?? {})) variables[names.slot(variable)] = value;
  variables.length = names.list.length;
  return {
    name,
    version,
    rules,
    phases: PHASES.map((phase) =>
      compiled.filter((rule) => rule.phase === phase).map((rule) => ({ rule, gated: isGated(rule) })),
    ),
    chains,
    prefilter: new Prefilter(gates, chains, automaton, rules.length),
    names,
    variables,
  };
}

/** Whether rules of the answer's phases are there, so that the answer need be looked at. */
export function hasResponseRules({ phases }: CompiledRuleset): boolean {
  return phases[3]!.length + phases[4]!.length > 0;
}

/** Builds every engine, so that no request has to: for where time is to be had, as at a Worker's start-up. */
export function buildEngines({ phases }: CompiledRuleset): void {
  const nothing = { read: (): undefined => undefined };
  for (const { rule } of phases.flat()) {
    for (const { branches } of [rule.head, ...rule.chain]) for (const branch of branches) branch.test('', nothing);
  }
}
