import type { Head } from '../actors/contracts.ts';

/** The ruleset that `Head.hashes` names: all there was before rulesets had names. */
export const DEFAULT_RULESET = 'owasp-core';

/** The names of the rulesets that the Worker carries with it. */
export const BUNDLED_RULESETS: readonly string[] = [DEFAULT_RULESET, 'owasp-extended'];

/** A name stands in URLs, in the policy and in events. */
const NAME = /^(?!(?:reload|test)$)[a-z0-9][a-z0-9._-]{0,63}$/i;

export const RULESET_NAME_RULE =
  'must be 1 to 64 letters, digits, dots, dashes or underscores, and neither "reload" nor "test"';

export function isRulesetName(name: string): boolean {
  // `constructor` and its like mean something else as keys.
  return NAME.test(name) && !(name in {});
}

/** The hashes of the released rulesets in force, by name; what is bundled and was never replaced is not among them. */
export function rulesetHashes({
  hashes,
  rulesets = {},
}: Pick<Head, 'hashes' | 'rulesets'>): ReadonlyMap<string, string> {
  const named = new Map(Object.entries(rulesets));
  if (hashes.ruleset !== undefined) named.set(DEFAULT_RULESET, hashes.ruleset);
  return named;
}
