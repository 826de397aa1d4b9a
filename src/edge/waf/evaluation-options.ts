import type { RuleExclusions } from './rule-exclusions.ts';

/** How one request is held against one ruleset. All absent: every rule counts. */
export interface EvaluationOptions {
  /** `detect`: matches are told and carry mode `detect`, nothing weighs; `off`: nothing is evaluated. Absent: `on`. */
  readonly mode?: 'on' | 'detect' | 'off' | undefined;
  /** Indexes of the rules that are in detection-only mode by themselves. What they set in TX is undone after them. */
  readonly detectionOnly?: ReadonlySet<number> | undefined;
  /** Rules of a higher paranoia level are not evaluated. Absent: all are. */
  readonly paranoia?: number | undefined;
  /** The exclusions in force for this request; absent where there are none. */
  readonly exclusions?: RuleExclusions | undefined;
}
