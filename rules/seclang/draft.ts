import type { Assignment, Category, Link, Operator, Rule, Severity, Target, Transformation } from '../schema.ts';
import type { Place, SecSelection } from './ast.ts';

/** Something the importer has to say about a directive. */
export interface Remark {
  readonly place: Place;
  /** The rule's id, or null where it is about no rule. */
  readonly rule: string | null;
  readonly message: string;
}

/** A condition of a rule on its way. */
export interface DraftLink {
  targets: readonly Target[];
  readonly transformations: readonly Transformation[];
  operator: Operator;
  readonly multiMatch: boolean;
  capture: boolean;
  assignments: readonly Assignment[];
}

/** A `ctl` whose rules are known only when all files have been read. */
export type DraftControl =
  /** Up to a phase, where one is named. */
  | { readonly name: 'removeRules'; readonly selection: SecSelection; readonly upTo?: Phase }
  | { readonly name: 'removeTarget'; readonly selection: SecSelection; readonly target: Target }
  | Exclude<NonNullable<Rule['controls']>[number], { readonly name: 'removeRules' | 'removeTarget' }>;

/** A rule on its way from SecLang to the schema: changed by updates, folded and pruned until it is a rule. */
export interface Draft {
  readonly id: string;
  readonly place: Place;
  name: string;
  /** What selections by message search: as written. */
  readonly message: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly action: Rule['action'];
  readonly phase: Phase;
  readonly paranoia: Paranoia;
  readonly tags: readonly string[];
  /** At least one. */
  links: readonly DraftLink[];
  controls: readonly DraftControl[];
  skipAfter: string | null;
  /** Why it cannot be taken; empty when it can. */
  readonly faults: readonly string[];
  /** What it goes without. */
  readonly losses: readonly string[];
}

export type Phase = NonNullable<Rule['phase']>;
export type Paranoia = NonNullable<Rule['paranoia']>;

/** All rules in the order of the files, with the markers between them. */
export type Entry =
  | { readonly kind: 'rule'; readonly draft: Draft }
  | { readonly kind: 'marker'; readonly name: string };

/** A link as the schema has it: what is off or empty is left out. */
export function toLink({ targets, transformations, operator, multiMatch, capture, assignments }: DraftLink): Link {
  return {
    targets: [...targets],
    transformations: [...transformations],
    operator,
    ...(multiMatch && { multiMatch }),
    ...(capture && { capture }),
    ...(assignments.length > 0 && { assignments: [...assignments] }),
  };
}
