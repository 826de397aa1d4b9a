import type { Assignment, Control, Link, Rule } from '../../../rules/schema.ts';
import type { LiteralAutomaton } from './literal-automaton.ts';
import { makeOperator } from './operators/make-operator.ts';
import type { OperatorBranch } from './operators/operator.ts';
import { linksOf, type PreparedBranch, type PreparedLink } from './prepared-ruleset.ts';
import type { TransformationChains } from './transformation-chains.ts';
import { compileTarget, type CompiledTarget } from './variables/compile-target.ts';
import { compileText, type CompiledText } from './variables/expand.ts';
import type { TxNames } from './variables/tx-variables.ts';

/** What a match does to a TX variable. */
export interface CompiledAssignment {
  /** Of a variable that the ruleset spells out, else -1. */
  readonly slot: number;
  readonly name: CompiledText;
  readonly operation: Assignment['operation'];
  readonly value: CompiledText;
}

/** What a match does to the rest of the transaction. Rules by their index. */
export type CompiledControl =
  | { readonly name: 'removeRules'; readonly rules: readonly number[] }
  | { readonly name: 'removeTarget'; readonly rules: ReadonlySet<number>; readonly target: CompiledTarget }
  | Extract<Control, { name: 'ruleEngine' | 'forceRequestBodyVariable' | 'requestBodyProcessor' }>;

/** One condition of a rule. */
export interface CompiledLink {
  readonly targets: readonly CompiledTarget[];
  readonly exclusions: readonly CompiledTarget[];
  /** Index of its chain of transformations. */
  readonly chain: number;
  /** Where the operator looks after each transformation: the chains on the way, the raw value first. */
  readonly stages: readonly number[] | null;
  readonly branches: readonly OperatorBranch[];
  readonly negate: boolean;
  readonly capture: boolean;
  readonly assignments: readonly CompiledAssignment[];
  readonly transformations: Link['transformations'];
}

export interface CompiledRule {
  readonly index: number;
  readonly phase: number;
  readonly paranoia: number;
  readonly head: CompiledLink;
  /** The links after the head. */
  readonly chain: readonly CompiledLink[];
  readonly controls: readonly CompiledControl[];
  /** Index of the rule at which the phase goes on after a match; -1 for the next. */
  readonly skipTo: number;
  /** Whether a match is told. */
  readonly told: boolean;
}

/** What the rules of a ruleset share. */
export interface RuleContext {
  readonly names: TxNames;
  readonly automaton: LiteralAutomaton;
  readonly chains: TransformationChains;
  readonly selectors: Readonly<Record<string, readonly PreparedBranch[]>>;
  readonly markers: Readonly<Record<string, number>>;
  readonly indexes: ReadonlyMap<string, number>;
}

export function compileRule(
  rule: Rule,
  index: number,
  prepared: readonly PreparedLink[],
  context: RuleContext,
): CompiledRule {
  const [head, ...chain] = linksOf(rule).map((link, at) => compileLink(link, prepared[at]!, context));
  return {
    index,
    phase: rule.phase ?? 2,
    paranoia: rule.paranoia ?? 1,
    head: head!,
    chain,
    controls: (rule.controls ?? []).map((control) => compileControl(control, context)),
    skipTo: rule.skipAfter === undefined ? -1 : (context.markers[rule.skipAfter] ?? -1),
    told: rule.action !== 'pass',
  };
}

function compileLink(link: Link, { chain, branches }: PreparedLink, context: RuleContext): CompiledLink {
  const { names, automaton, chains, selectors } = context;
  const compile = (exclude: boolean) =>
    link.targets
      .filter((target) => (target.exclude === true) === exclude)
      .map((target) => compileTarget(target, names, selectors));
  return {
    targets: compile(false),
    exclusions: compile(true),
    chain,
    stages: link.multiMatch === true ? chains.stages(chain) : null,
    branches: branches.map((branch) => makeOperator(link.operator, branch, names, automaton)),
    negate: link.operator.negate === true,
    capture: link.capture === true,
    assignments: (link.assignments ?? []).map((assignment) => compileAssignment(assignment, names)),
    transformations: link.transformations,
  };
}

function compileAssignment({ variable, operation, value = '' }: Assignment, names: TxNames): CompiledAssignment {
  const name = compileText(variable, names);
  const slot = typeof name === 'string' ? names.slot(name) : -1;
  return { slot, name, operation, value: compileText(value, names) };
}

function compileControl(control: Control, { indexes, names, selectors }: RuleContext): CompiledControl {
  switch (control.name) {
    case 'removeRules':
      return { name: control.name, rules: findRules(control.ids, indexes) };
    case 'removeTarget': {
      const target = compileTarget(control.target, names, selectors);
      return { name: control.name, rules: new Set(findRules(control.ids, indexes)), target };
    }
    case 'ruleEngine':
    case 'forceRequestBodyVariable':
    case 'requestBodyProcessor':
      return control;
  }
}

/** A rule that was left out when the ruleset was imported needs no removal. */
function findRules(ids: readonly string[], indexes: ReadonlyMap<string, number>): readonly number[] {
  return ids.map((id) => indexes.get(id)).filter((index) => index !== undefined);
}
