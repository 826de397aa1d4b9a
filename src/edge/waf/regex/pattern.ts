import type { ByteSet } from './byte-set.ts';

/**
 * A regular expression over bytes, with everything that depends on flags or dialects settled: case folding is in the sets.
 * Analysis, prefilter and all engines work on this one form, so they cannot disagree on what it means.
 */
export type Pattern =
  | { readonly kind: 'bytes'; readonly set: ByteSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | {
      readonly kind: 'repeat';
      readonly body: Pattern;
      readonly min: number;
      /** May be Infinity. */
      readonly max: number;
      readonly greedy: boolean;
    }
  | { readonly kind: 'assertion'; readonly at: 'start' | 'end' | 'word' | 'inside' }
  | { readonly kind: 'group'; /** From 1. */ readonly index: number; readonly body: Pattern }
  | Irregular;

/** What no finite automaton does: only the search with a memory runs these. */
export type Irregular =
  | { readonly kind: 'look'; readonly ahead: boolean; readonly negative: boolean; readonly body: Pattern }
  /** Its first way to match is its only one. */
  | { readonly kind: 'atomic'; readonly body: Pattern }
  | { readonly kind: 'reference'; readonly index: number; readonly ignoreCase: boolean };

export function isIrregular(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'bytes':
    case 'assertion':
      return false;
    case 'sequence':
      return pattern.parts.some(isIrregular);
    case 'choice':
      return pattern.options.some(isIrregular);
    case 'repeat':
    case 'group':
      return isIrregular(pattern.body);
    case 'look':
    case 'atomic':
    case 'reference':
      return true;
  }
}
