import type { MacroSource } from '../variables/expand.ts';

/** What an operator matched in a text, in bytes; `groups` where it captures. */
export interface Found {
  readonly start: number;
  readonly end: number;
  /** What TX:0 to TX:9 are set to; absent: the matched text is TX:0. */
  readonly groups?: readonly (string | undefined)[];
}

/**
 * One way in which an operator can match: `rx` has one for each option of its outermost choice, every other operator has one.
 * Texts are byte strings, after the link's transformations. Linear in the text; never throws.
 */
export interface OperatorBranch {
  /** `source` answers for macros in the operator's argument. */
  test(text: string, source: MacroSource): boolean;
  /** A text whose gate opened matches for certain: the literals are all there is to it. */
  readonly isLiteral?: boolean;
  /** The first match; null where `test` is false. */
  find(text: string, source: MacroSource): Found | null;
  /** The same for people to see, where `find` takes long; need not be exact. */
  locate?(text: string): Found | null;
}

/** A branch that has no more to tell than that the whole text matches. */
export function wholeText(test: OperatorBranch['test']): OperatorBranch {
  return { test, find: (text, source) => (test(text, source) ? { start: 0, end: text.length } : null) };
}

/** The leftmost match of any branch, and of those the first's: what the whole operator matches. */
export function findIn(branches: readonly OperatorBranch[], text: string, source: MacroSource): Found | null {
  return leftmost(branches.map((branch) => branch.find(text, source)));
}

/** Where that is, for people to see. */
export function locateIn(branches: readonly OperatorBranch[], text: string, source: MacroSource): Found | null {
  return leftmost(
    branches.map((branch) => (branch.locate === undefined ? branch.find(text, source) : branch.locate(text))),
  );
}

function leftmost(matches: readonly (Found | null)[]): Found | null {
  let first: Found | null = null;
  for (const match of matches) if (match !== null && (first === null || match.start < first.start)) first = match;
  return first;
}
