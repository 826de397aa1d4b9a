import type { RuleMatch, WafResult } from '../verdict.ts';
import type { Check, CheckGroup, CompiledRuleset, GatedBranch } from './compile.ts';
import type { EvaluationOptions } from './evaluation-options.ts';
import { formatLocation, namesOf } from './location.ts';
import { ALWAYS } from './prepared-ruleset.ts';
import type { RequestView, ViewValue } from './request-view.ts';

/** Enough to see what matched; more would only make events large. */
const MATCHED_LIMIT = 200;

const NOTHING: WafResult = { matches: [], score: 0, blocking: false };

/** Holds a view against a ruleset. Each rule counts once, at its first match. */
export function evaluate(compiled: CompiledRuleset, view: RequestView, options: EvaluationOptions = {}): WafResult {
  if (options.mode === 'off') return NOTHING;
  const matches = new Map<number, RuleMatch>();
  for (const value of view.values) {
    const groups = compiled.groups[value.collection];
    if (groups === undefined || groups.unseen.has(value.name)) continue;
    if (groups.values.length > 0) matchText(compiled, options, groups.values, value, value.value, matches);
    if (groups.names.length > 0) matchText(compiled, options, groups.names, value, value.name, matches);
  }
  if (matches.size === 0) return NOTHING;
  // In the ruleset's order, which does not depend on where a rule matched first.
  const list = [...matches]
    .sort((a, b) => a[0] - b[0])
    .map(([rule, match]): RuleMatch => (isDetectionOnly(rule, options) ? { ...match, mode: 'detect' } : match));
  const weighing = list.filter((match) => match.mode === undefined);
  return {
    matches: list,
    score: weighing.reduce((sum, match) => sum + match.score, 0),
    blocking: weighing.some((match) => match.action === 'block'),
  };
}

/**
 * Holds one text, a value or a name, against the checks that look at it. One scan of the text as it came serves every chain
 * that cannot change it: the literals do not care for case. Only the others are transformed and scanned for themselves.
 */
function matchText(
  compiled: CompiledRuleset,
  options: EvaluationOptions,
  groups: readonly CheckGroup[],
  value: ViewValue,
  source: string,
  matches: Map<number, RuleMatch>,
): void {
  if (source === '') return;
  const { chains, literals } = compiled;
  const texts: (string | undefined)[] = [];
  literals.scan(source);
  let changing: CheckGroup[] | undefined;
  for (const group of groups) {
    const { trigger } = chains[group.chain]!;
    if (trigger === ALWAYS || (trigger >= 0 && literals.found(trigger))) (changing ??= []).push(group);
    else matchGroup(compiled, options, group, value, source, texts, matches);
  }
  if (changing === undefined) return;
  let scanned = source;
  for (const group of changing) {
    const text = transform(compiled, group.chain, source, texts);
    if (text !== scanned) literals.scan((scanned = text));
    matchGroup(compiled, options, group, value, source, texts, matches);
  }
}

/** Runs the branches for which the scan found all that they need; the text is transformed only for them. */
function matchGroup(
  compiled: CompiledRuleset,
  options: EvaluationOptions,
  group: CheckGroup,
  value: ViewValue,
  source: string,
  texts: (string | undefined)[],
  matches: Map<number, RuleMatch>,
): void {
  for (const branch of group.open) matchBranch(compiled, options, branch, group.chain, value, source, texts, matches);
  const { literals } = compiled;
  for (let at = 0; at < literals.foundCount; at++) {
    const branches = group.gated.get(literals.foundId(at));
    if (branches === undefined) continue;
    for (const branch of branches) matchBranch(compiled, options, branch, group.chain, value, source, texts, matches);
  }
}

function matchBranch(
  compiled: CompiledRuleset,
  options: EvaluationOptions,
  branch: GatedBranch,
  chain: number,
  value: ViewValue,
  source: string,
  texts: (string | undefined)[],
  matches: Map<number, RuleMatch>,
): void {
  const { check } = branch;
  for (const id of branch.needs) if (!compiled.literals.found(id)) return;
  if (matches.has(check.rule) || !selects(check, value)) return;
  if (options.paranoia !== undefined && (compiled.rules[check.rule]!.paranoia ?? 1) > options.paranoia) return;
  const matched = branch.match(transform(compiled, chain, source, texts));
  if (matched === null) return;
  // By what the group looked at, the value itself or its name.
  const collection = source === value.name && source !== value.value ? namesOf(value.collection) : value.collection;
  if (options.exclusions?.excludes(check.rule, collection, value.name) === true) return;
  matches.set(check.rule, describe(compiled, check, value, matched));
}

function isDetectionOnly(rule: number, { mode, detectionOnly }: EvaluationOptions): boolean {
  return mode === 'detect' || detectionOnly?.has(rule) === true;
}

/** The text after a chain, each step of which is computed once for a text. */
function transform(compiled: CompiledRuleset, chain: number, source: string, texts: (string | undefined)[]): string {
  if (chain === 0) return source;
  const known = texts[chain];
  if (known !== undefined) return known;
  const { parent, apply } = compiled.chains[chain]!;
  const text = apply(transform(compiled, parent, source, texts));
  texts[chain] = text;
  return text;
}

function selects(check: Check, value: ViewValue): boolean {
  if (check.selector === undefined && check.excluded === undefined) return true;
  const name = value.name.toLowerCase();
  if (check.selector !== undefined && name !== check.selector) return false;
  return check.excluded === undefined || !(check.excluded.has(name) || check.excluded.has(''));
}

function describe(compiled: CompiledRuleset, check: Check, value: ViewValue, matched: string): RuleMatch {
  const rule = compiled.rules[check.rule]!;
  const { id, name, category, severity, score, action, tags, paranoia = 1, transformations } = rule;
  return {
    id,
    name,
    category,
    severity,
    score,
    action,
    tags,
    paranoia,
    location: formatLocation(check.collection, value.name),
    matched: matched.slice(0, MATCHED_LIMIT),
    decoded: { start: 0, end: matched.length },
    raw: null,
    transformations,
    values: 1,
  };
}
