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
  | Look
  /** Its first way to match is its only one. */
  | { readonly kind: 'atomic'; readonly body: Pattern }
  | { readonly kind: 'reference'; readonly index: number; readonly ignoreCase: boolean };

/** Look-around. */
export interface Look {
  readonly kind: 'look';
  readonly ahead: boolean;
  readonly negative: boolean;
  readonly body: Pattern;
}

/** What finite automata do not do, but for a look at the next byte: only the search with a memory runs these. */
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
      return !pattern.ahead || pattern.body.kind !== 'bytes';
    case 'atomic':
    case 'reference':
      return true;
  }
}

/** The fewest and the most bytes that it takes; Infinity where there is no bound. */
export function widthOf(pattern: Pattern): readonly [number, number] {
  switch (pattern.kind) {
    case 'bytes':
      return [1, 1];
    case 'assertion':
    case 'look':
      return [0, 0];
    case 'sequence':
      return pattern.parts.map(widthOf).reduce((sum, [min, max]) => [sum[0] + min, sum[1] + max], [0, 0]);
    case 'choice': {
      const widths = pattern.options.map(widthOf);
      return [Math.min(...widths.map(([min]) => min)), Math.max(...widths.map(([, max]) => max))];
    }
    case 'repeat': {
      const [min, max] = widthOf(pattern.body);
      return [min * pattern.min, max === 0 ? 0 : max * pattern.max];
    }
    case 'group':
    case 'atomic':
      return widthOf(pattern.body);
    case 'reference':
      return [0, Infinity];
  }
}
