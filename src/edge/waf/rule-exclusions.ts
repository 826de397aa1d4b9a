import type { Collection } from '../../../rules/schema.ts';

/**
 * What the engine asks of a policy's exclusions. One object serves one request and one ruleset: it knows which exclusions are in force
 * (path matched, not expired) and to which of the ruleset's rules each applies. Where none is in force the engine gets no object
 * and asks nothing.
 *
 * The engine asks only when a link of a rule has matched on a value, and before anything follows from the match: no TX variable is
 * set, nothing is told. So a question costs only where something matched, and every `true` is a match that was kept away: the
 * implementation counts it as a hit. An exclusion of a whole rule answers true for every place.
 */
export interface RuleExclusions {
  /**
   * @param rule Index in `CompiledRuleset.rules`.
   * @param collection Where the value stands, as narrowly as the view knows it: `ARGS_POST`, never `ARGS`; `ARGS_POST_NAMES` where
   *   the member's name was matched. `isWithin` (location.ts) says whether a target's collection takes it in.
   * @param name The member's name as it came (`json.items.0.note`), lower-case for headers; empty where the collection has no members.
   */
  excludes(rule: number, collection: Collection, name: string): boolean;
}
