import type { ReleaseChanges } from '../../actors/contracts.ts';
import type { RulesetMode } from '../../edge/policy.ts';
import type { Problem } from '../../parse.ts';

/** What the control plane answered, or why not, in words for an operator and with the places at fault. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly text: string; readonly problems: readonly Problem[] };

/** The control plane, as these views ask it. */
export interface Control {
  get<T>(path: string): Promise<Reply<T>>;
  post<T>(path: string, body?: unknown): Promise<Reply<T>>;
}

/** What comes of a release, or of trying one. */
export interface Published {
  readonly dry_run: boolean;
  readonly seq: number;
  readonly changed: boolean;
  readonly changes: ReleaseChanges;
  /** Of a ruleset: what the policy lets its matches do. */
  readonly mode?: RulesetMode;
}
