import type { Ruleset } from '../../../../rules/schema.ts';

/** A rule to begin with: whole, proven by its examples, and harmless until its word is changed. */
const RULE: Omit<Ruleset['rules'][number], 'id'> = {
  name: 'What it finds',
  category: 'other',
  severity: 'warning',
  score: 40,
  action: 'block',
  targets: [{ collection: 'ARGS' }],
  transformations: ['urlDecodeUni', 'lowercase'],
  operator: { name: 'contains', text: 'change-this-word' },
  tags: [],
  examples: { match: [{ path: '/?q=change-this-word' }], noMatch: [{ path: '/?q=orange' }] },
};

/** The name of a site's own ruleset, where it has none yet. */
export const OWN_RULESET = 'site-rules';

export function newRuleset(): Ruleset {
  return { name: OWN_RULESET, version: '1', rules: [{ id: 'site-001', ...RULE }] };
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
