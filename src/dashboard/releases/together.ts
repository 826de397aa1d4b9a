import type { RulesetMode } from '../../edge/policy.ts';

/** Something that a press of Publish puts in force after the release itself. */
export interface Together {
  /** Stands beside the note. */
  readonly node: HTMLElement;
  /** Null: there is nothing to do. */
  publish(note: string): Promise<TogetherResult | null>;
}

type TogetherResult =
  | { readonly ok: true; readonly seq: number; readonly mode: RulesetMode; readonly text: string }
  | { readonly ok: false; readonly text: string };
