import type { Collection, Target } from '../../../../rules/schema.ts';
import { membersOf } from '../location.ts';
import type { PreparedBranch } from '../prepared-ruleset.ts';
import { makeRegexMatcher, type RegexMatcher } from '../regex/matcher.ts';
import type { TxNames } from './tx-variables.ts';

type NameTest = Pick<RegexMatcher, 'test'>;

/** Where a link looks, or must not. */
export interface CompiledTarget {
  /** As the rule names it. */
  readonly collection: Collection;
  /** `view`: values of the request or answer; `tx` and `matched`: what rules found. */
  readonly kind: 'view' | 'tx' | 'matched';
  /** The collections that it takes in, as narrow as the view knows them: `ARGS_GET`, `ARGS_POST_NAMES`. */
  readonly members: readonly Collection[];
  /** Lower-case member name; null for every member. */
  readonly selector: string | null;
  /** For the members' names; null for every member. */
  readonly pattern: NameTest | null;
  /** Of a TX variable, else -1. */
  readonly slot: number;
  readonly count: boolean;
}

/** `selectors`: the ruleset's prepared regular expressions for names, by pattern. */
export function compileTarget(
  target: Target,
  names: TxNames,
  selectors: Readonly<Record<string, readonly PreparedBranch[]>>,
): CompiledTarget {
  const { collection } = target;
  const selector = target.selector?.toLowerCase() ?? null;
  const branches = target.pattern === undefined ? undefined : selectors[target.pattern];
  return {
    collection,
    kind: collection === 'TX' ? 'tx' : collection.startsWith('MATCHED_') ? 'matched' : 'view',
    members: membersOf(collection),
    selector,
    pattern: branches === undefined ? null : anyOf(branches),
    slot: collection === 'TX' && selector !== null ? names.slot(selector) : -1,
    count: target.count === true,
  };
}

/** Whether the target takes in a value that stands in `collection`, under the name `name` as it came. */
export function covers(target: CompiledTarget, collection: Collection, name: string): boolean {
  return target.members.includes(collection) && coversName(target, name);
}

export function coversName({ selector, pattern }: CompiledTarget, name: string): boolean {
  if (selector !== null) return selector.length === name.length && selector === name.toLowerCase();
  return pattern === null || pattern.test(name);
}

function anyOf(branches: readonly PreparedBranch[]): NameTest {
  const matchers = branches.map(({ pattern = '', engine = 'dfa' }) => makeRegexMatcher({ pattern, engine }));
  return { test: (name) => matchers.some((matcher) => matcher.test(name)) };
}
