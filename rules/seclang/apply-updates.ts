import type { WrittenEntry, WrittenRule } from './assemble.ts';
import { lastArgument } from './assemble.ts';
import type { SecAction, SecDirective, SecProblem, SecVariable } from './ast.ts';
import { describeSelection, makeSelector, type Selectable } from './select-rules.ts';

/** Actions that a rule has once: a new one takes the place of the old. */
const SINGLE = new Set([
  'msg',
  'severity',
  'rev',
  'ver',
  'maturity',
  'accuracy',
  'status',
  'logdata',
  'skip',
  'skipafter',
]);
/** Of these a rule has one of each group. */
const GROUPS: readonly ReadonlySet<string>[] = [
  new Set(['pass', 'block', 'deny', 'drop', 'allow', 'redirect', 'proxy']),
  new Set(['log', 'nolog']),
  new Set(['auditlog', 'noauditlog']),
];

/**
 * Carries out `SecRuleUpdate*` and `SecRuleRemove*`, wherever they stand: whoever writes one means the rule, and files are read in
 * an order that is not always the writer's.
 */
export function applyUpdates(
  entries: readonly WrittenEntry[],
  directives: readonly SecDirective[],
): { readonly entries: readonly WrittenEntry[]; readonly removed: number; readonly problems: readonly SecProblem[] } {
  const problems: SecProblem[] = [];
  let current = entries;
  let removed = 0;
  for (const directive of directives) {
    if (directive.kind !== 'remove' && directive.kind !== 'updateTarget' && directive.kind !== 'updateAction') continue;
    const isMeant = makeSelector(directive.selection);
    let count = 0;
    current = current.flatMap((entry): WrittenEntry[] => {
      if (entry.kind !== 'rule' || !isMeant(selectable(entry))) return [entry];
      count++;
      if (directive.kind === 'remove') return [];
      if (directive.kind === 'updateAction')
        return [changeHead(entry, { actions: mergeActions(entry, directive.actions) })];
      return [changeHead(entry, { variables: mergeVariables(entry, directive.variables, directive.replaced) })];
    });
    if (directive.kind === 'remove') removed += count;
    if (count > 0) continue;
    problems.push({ place: directive.place, message: `no rule with ${describeSelection(directive.selection)}` });
  }
  return { entries: current, removed, problems };
}

function selectable({ id, links }: WrittenRule): Selectable {
  const { actions } = links[0]!;
  const tags = actions.filter(({ name }) => name === 'tag').map(({ argument }) => argument ?? '');
  return { id, message: lastArgument(actions, 'msg') ?? '', tags };
}

function changeHead(rule: WrittenRule, change: Partial<WrittenRule['links'][number]>): WrittenRule {
  const [head, ...rest] = rule.links;
  return { ...rule, links: [{ ...head!, ...change }, ...rest] };
}

function mergeActions(rule: WrittenRule, added: readonly SecAction[]): readonly SecAction[] {
  const changes = added.filter(({ name }) => name !== 'id' && name !== 'phase');
  const isReplaced = (name: string): boolean =>
    changes.some((change) => {
      if (SINGLE.has(name)) return change.name === name;
      return GROUPS.some((group) => group.has(name) && group.has(change.name));
    });
  return [...rule.links[0]!.actions.filter(({ name }) => !isReplaced(name)), ...changes];
}

function mergeVariables(
  rule: WrittenRule,
  added: readonly SecVariable[],
  replaced: readonly SecVariable[] | null,
): readonly SecVariable[] {
  const { variables } = rule.links[0]!;
  if (replaced === null) return [...variables, ...added];
  return [...variables.filter((one) => !replaced.some((other) => isSame(one, other))), ...added];
}

function isSame(a: SecVariable, b: SecVariable): boolean {
  return (
    a.name === b.name &&
    a.selector?.toLowerCase() === b.selector?.toLowerCase() &&
    a.isPattern === b.isPattern &&
    a.exclude === b.exclude &&
    a.count === b.count
  );
}
