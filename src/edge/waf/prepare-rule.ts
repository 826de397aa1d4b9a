import type { Control, Rule, Target } from '../../../rules/schema.ts';
import type { Parsed, Problem } from '../../parse.ts';
import { prepareOperator, type DraftBranch } from './prepare-operator.ts';
import { linksOf } from './prepared-ruleset.ts';
import { prepareRegex } from './regex/prepare-regex.ts';

/** What was worked out about a rule by itself, before literals and chains of transformations are numbered. */
export interface DraftRule {
  /** The branches of each link's operator: the rule's own, then those of its chain. */
  readonly links: readonly (readonly DraftBranch[])[];
  /** By pattern: the branches of the regular expressions that select members. */
  readonly selectors: ReadonlyMap<string, readonly DraftBranch[]>;
}

/** Prepares a rule's operators and selectors. Paths of problems begin in the rule. */
export function prepareRule(rule: Rule): Parsed<DraftRule> {
  const problems: Problem[] = [];
  const links: (readonly DraftBranch[])[] = [];
  const selectors = new Map<string, readonly DraftBranch[]>();
  const addSelector = ({ pattern }: Target, path: string) => {
    if (pattern === undefined || selectors.has(pattern)) return;
    const prepared = prepareRegex(pattern, true);
    if (prepared.ok) selectors.set(pattern, prepared.branches);
    else problems.push({ path, message: `${rule.id}: ${prepared.reason}` });
  };
  for (const [at, link] of linksOf(rule).entries()) {
    const path = at === 0 ? '' : `chain.${at - 1}.`;
    const prepared = prepareOperator(link);
    if (prepared.ok) links.push(prepared.value);
    else
      problems.push(
        ...prepared.problems.map(({ message }) => ({ path: `${path}operator`, message: `${rule.id}: ${message}` })),
      );
    for (const [index, target] of link.targets.entries()) addSelector(target, `${path}targets.${index}.pattern`);
  }
  for (const [index, control] of (rule.controls ?? []).entries()) {
    if (isTargetRemoval(control)) addSelector(control.target, `controls.${index}.target.pattern`);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { links, selectors } };
}

function isTargetRemoval(control: Control): control is Extract<Control, { name: 'removeTarget' }> {
  return control.name === 'removeTarget';
}
