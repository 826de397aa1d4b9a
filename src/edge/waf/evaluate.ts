import type { RuleMatch, WafResult } from '../verdict.ts';
import type { Check, CompiledRuleset } from './compile.ts';
import { formatLocation } from './location.ts';
import type { RequestView, ViewValue } from './request-view.ts';

/** Enough to see what matched; more would only make events large. */
const MATCHED_LIMIT = 200;

const NOTHING: WafResult = { matches: [], score: 0, blocking: false };

/** Holds a view against a ruleset. Each rule counts once, at its first match. */
export function evaluate(compiled: CompiledRuleset, view: RequestView): WafResult {
  let matches: Map<number, RuleMatch> | undefined;
  const texts: (string | undefined)[] = [];
  let scanned: string | undefined;
  for (const value of view.values) {
    const groups = compiled.groups[value.collection];
    if (groups === undefined) continue;
    let namesCached = false;
    texts.length = 0;
    for (const group of groups) {
      if (group.names !== namesCached) {
        texts.length = 0;
        namesCached = group.names;
      }
      const source = group.names ? value.name : value.value;
      if (source === '') continue;
      const text = transform(compiled, group.chain, source, texts);
      for (const check of group.checks) {
        if (matches?.has(check.rule) === true || !selects(check, value)) continue;
        if (scanned !== text) compiled.literals.scan((scanned = text));
        const matched = match(compiled, check, text);
        if (matched !== null) (matches ??= new Map()).set(check.rule, describe(compiled, check, value, matched));
      }
    }
  }
  if (matches === undefined) return NOTHING;
  const list = [...matches.values()];
  return {
    matches: list,
    score: list.reduce((sum, match) => sum + match.score, 0),
    blocking: list.some((match) => match.action === 'block'),
  };
}

/** What the check's first matching branch matched. The text has been scanned: a branch runs only when all that it needs is there. */
function match(compiled: CompiledRuleset, check: Check, text: string): string | null {
  for (const branch of check.branches) {
    if (!branch.needs.every((id) => compiled.literals.found(id))) continue;
    const matched = branch.match(text);
    if (matched !== null) return matched;
  }
  return null;
}

/** The text after a chain, each step of which is computed once for a value. */
function transform(compiled: CompiledRuleset, chain: number, source: string, texts: (string | undefined)[]): string {
  if (chain === 0) return source;
  const known = texts[chain];
  if (known !== undefined) return known;
  const { parent, step } = compiled.chains[chain]!;
  const text = step(transform(compiled, parent, source, texts));
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
  const { id, name, category, severity, score, action } = compiled.rules[check.rule]!;
  return {
    id,
    name,
    category,
    severity,
    score,
    action,
    location: formatLocation(check.collection, value.name),
    matched: matched.slice(0, MATCHED_LIMIT),
  };
}
