import type { Ruleset } from '../../../../rules/schema.ts';
import type { Problem } from '../../../parse.ts';

/** What the rule to begin with looks for: no site has it. */
const PLACEHOLDER = 'change-this-word';

/** A rule to begin with: whole, proven by its examples, and harmless until its word is changed. */
const RULE: Omit<Ruleset['rules'][number], 'id'> = {
  name: 'What it finds',
  category: 'other',
  severity: 'warning',
  score: 40,
  action: 'block',
  targets: [{ collection: 'ARGS' }],
  transformations: ['urlDecodeUni', 'lowercase'],
  operator: { name: 'contains', text: PLACEHOLDER },
  tags: [],
  examples: { match: [{ path: `/?q=${PLACEHOLDER}` }], noMatch: [{ path: '/?q=orange' }] },
};

/** The name of a site's own ruleset, where it has none yet. */
export const OWN_RULESET = 'site-rules';

export function newRuleset(): Ruleset {
  return { name: OWN_RULESET, version: '1', rules: [{ id: 'site-001', ...RULE }] };
}

/** Rules of a draft that still look for what the template does: in force they would be of no use to anybody. */
export function untouchedRules(data: unknown): readonly Problem[] {
  if (typeof data !== 'object' || data === null || !('rules' in data) || !Array.isArray(data.rules)) return [];
  return data.rules.flatMap((rule: unknown, index) =>
    typeof rule === 'object' && rule !== null && 'operator' in rule && looksForPlaceholder(rule.operator)
      ? [{ path: `rules.${index}.operator`, message: `Change the template first: it looks for “${PLACEHOLDER}”.` }]
      : [],
  );
}

function looksForPlaceholder(operator: unknown): boolean {
  return typeof operator === 'object' && operator !== null && 'text' in operator && operator.text === PLACEHOLDER;
}

/** The ruleset with one more rule at its end, under an id that is free; null where the data is no ruleset. */
export function withNewRule(data: unknown): { readonly data: unknown; readonly index: number } | null {
  if (typeof data !== 'object' || data === null || !('rules' in data) || !Array.isArray(data.rules)) return null;
  const rules: readonly unknown[] = data.rules;
  const taken = new Set(
    rules.map((rule) => (typeof rule === 'object' && rule !== null && 'id' in rule ? rule.id : '')),
  );
  let n = 1;
  while (taken.has(idOf(n))) n++;
  return { data: { ...data, rules: [...rules, { id: idOf(n), ...RULE }] }, index: rules.length };
}

function idOf(n: number): string {
  return `site-${String(n).padStart(3, '0')}`;
}
