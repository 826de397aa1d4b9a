import type { Rule } from '../../../rules/schema.ts';
import type { RuleMatch } from '../verdict.ts';
import type { CompiledLink } from './compile-rule.ts';
import { formatLocation } from './location.ts';
import { locateIn, type OperatorBranch } from './operators/operator.ts';
import { locateInRaw } from './transformations/locate.ts';
import type { CompiledTarget } from './variables/compile-target.ts';
import type { MacroSource } from './variables/expand.ts';
import type { Selected } from './variables/select-values.ts';

/** Enough to see what matched; more would only make events large. */
const MATCHED_LIMIT = 200;

/** Where a link of a rule matched. */
export interface MatchPlace {
  readonly link: CompiledLink;
  readonly target: CompiledTarget;
  readonly selected: Selected;
  /** The value after `steps` of the link's transformations. */
  readonly text: string;
  readonly steps: number;
  /** Those of the operator's branches that may match. */
  readonly branches: readonly OperatorBranch[];
}

/** Tells a match to people. Only now is it asked what exactly matched, and where that came from. */
export function describeMatch(rule: Rule, place: MatchPlace, values: number, source: MacroSource): RuleMatch {
  const { id, name, category, severity, score, action, tags, paranoia = 1 } = rule;
  const { link, target, selected, text, steps, branches } = place;
  const transformations = link.transformations.slice(0, steps);
  const found = link.negate ? null : locateIn(branches, text, source);
  const { start, end } = found ?? { start: 0, end: text.length };
  const isOfView = target.kind === 'view' && !target.count;
  return {
    id,
    name,
    category,
    severity,
    score,
    action,
    tags,
    paranoia,
    location: `${target.count ? '&' : ''}${formatLocation(target.collection, selected.name)}`,
    matched: text.slice(start, Math.min(end, start + MATCHED_LIMIT)),
    decoded: { start, end },
    text,
    rawText: isOfView ? selected.value : null,
    raw: isOfView ? locateInRaw(selected.value, transformations, start, end) : null,
    transformations,
    values,
  };
}
