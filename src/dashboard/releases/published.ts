import type { ReleaseChanges } from '../../actors/contracts.ts';
import type { RulesetMode } from '../../edge/policy.ts';

/** What comes of a release, or of trying one. */
export interface Published {
  readonly dry_run: boolean;
  readonly seq: number;
  readonly changed: boolean;
  readonly changes: ReleaseChanges;
  /** Of a ruleset: what the policy lets its matches do. */
  readonly mode?: RulesetMode;
}
