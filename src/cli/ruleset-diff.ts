/** What of a rule, or of a ruleset itself (`id` null), is another than it was. */
export interface Alteration {
  readonly id: string | null;
  readonly fields: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[];
}

export interface RulesetDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly altered: readonly Alteration[];
}

type Json = Readonly<Record<string, unknown>>;

/** Two rulesets as JSON, rule by rule and field by field. Order of rules and of keys does not count; that of lists in a rule does. */
export function diffRulesets(before: Json, after: Json): RulesetDiff {
  const [old, young] = [rulesById(before), rulesById(after)];
  const altered: Alteration[] = [];
  const own = diffFields(withoutRules(before), withoutRules(after));
  if (own.length > 0) altered.push({ id: null, fields: own });
  for (const [id, rule] of young) {
    const was = old.get(id);
    const fields = was === undefined ? [] : diffFields(was, rule);
    if (fields.length > 0) altered.push({ id, fields });
  }
  return {
    added: [...young.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !young.has(id)),
    altered,
  };
}

export function isSame({ added, removed, altered }: RulesetDiff): boolean {
  return added.length + removed.length + altered.length === 0;
}

function rulesById(ruleset: Json): ReadonlyMap<string, Json> {
  const { rules } = ruleset;
  const list: readonly unknown[] = Array.isArray(rules) ? rules : [];
  return new Map(list.filter(isObject).map((rule) => [String(rule['id']), rule]));
}

function withoutRules(ruleset: Json): Json {
  return Object.fromEntries(Object.entries(ruleset).filter(([name]) => name !== 'rules'));
}

function diffFields(before: unknown, after: unknown, path = ''): Alteration['fields'] {
  if (!isObject(before) || !isObject(after)) {
    return canonical(before) === canonical(after) ? [] : [{ path, before, after }];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => diffFields(before[key], after[key], path === '' ? key : `${path}.${key}`));
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
