import { isRulesetName, RULESET_NAME_RULE } from '../../edge/ruleset-names.ts';
import type { Problem } from '../../parse.ts';

/** Released rulesets in force at once, beside what is bundled: CRS in two versions, an own one, and one being tried. */
export const RULESET_LIMIT = 4;

/** Bytes of one as the door writes it, preparation included. RPC takes 32 MiB, and a text may travel with two bytes a character. */
export const PREPARED_BYTES = 12 * 1024 * 1024;

/** Bytes of all their bodies, which is what an isolate of 128 MB can hold compiled and still serve requests. */
export const RULESETS_BYTES = 16 * 1024 * 1024;

/** Why a ruleset of `bytes` may not be put in force under `name` beside those in force, given by name with their sizes; or null. */
export function refuseRuleset(name: string, bytes: number, inForce: ReadonlyMap<string, number>): Problem | null {
  if (!isRulesetName(name)) return { path: 'name', message: RULESET_NAME_RULE };
  const others = [...inForce].filter(([other]) => other !== name);
  if (others.length >= RULESET_LIMIT) {
    const names = others.map(([other]) => other).join(', ');
    return { path: 'name', message: `${RULESET_LIMIT} rulesets are in force already (${names}); remove one first` };
  }
  if (bytes > PREPARED_BYTES) {
    return { path: '', message: `a prepared ruleset may have ${PREPARED_BYTES} bytes, this one has ${bytes}` };
  }
  const sum = others.reduce((total, [, size]) => total + size, bytes);
  if (sum <= RULESETS_BYTES) return null;
  return {
    path: '',
    message: `all rulesets in force together may have ${RULESETS_BYTES} bytes; with this one they have ${sum}`,
  };
}
