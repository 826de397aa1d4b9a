import { isRulesetName, RULESET_NAME_RULE } from '../../edge/ruleset-names.ts';
import type { Problem } from '../../parse.ts';

/** Released rulesets in force at once, beside what is bundled: CRS in two versions, an own one, and one being tried. */
export const RULESET_LIMIT = 4;

/**
 * Bytes of all their bodies as the door writes them, preparation included. Compiled they take 4.5 times as much memory (CRS 4 at
 * level 4: 5.7 MB for 1.3), of the 128 MB that an isolate has, and while one is replaced the old one is still there.
 */
export const RULESETS_BYTES = 10 * 1024 * 1024;

/** Why a ruleset of `bytes` may not be put in force under `name` beside those in force, given by name with their sizes; or null. */
export function refuseRuleset(name: string, bytes: number, inForce: ReadonlyMap<string, number>): Problem | null {
  if (!isRulesetName(name)) return { path: 'name', message: RULESET_NAME_RULE };
  const others = [...inForce].filter(([other]) => other !== name);
  if (others.length >= RULESET_LIMIT) {
    const names = others.map(([other]) => other).join(', ');
    return { path: 'name', message: `${RULESET_LIMIT} rulesets are in force already (${names}); remove one first` };
  }
  const sum = others.reduce((total, [, size]) => total + size, bytes);
  if (sum <= RULESETS_BYTES) return null;
  return {
    path: '',
    message: `all rulesets in force together may have ${RULESETS_BYTES} bytes; with this one they have ${sum}`,
  };
}
