import type { EventRequest, EventRule } from '../../actors/contracts.ts';
import { matchesPath, readPathPattern } from '../../edge/exclusions/path-pattern.ts';
import { selectRules } from '../../edge/exclusions/rule-selector.ts';
import type { Exclusion } from '../../edge/exclusions/schema.ts';
import { readTarget, type TargetPattern } from '../../edge/exclusions/target-pattern.ts';
import { matchesWildcard } from '../../edge/exclusions/wildcard.ts';
import { normaliseHost } from '../../edge/route.ts';
import { isWithin, membersOf } from '../../edge/waf/location.ts';

/** What of an event says whether an exclusion is about it. */
interface About {
  readonly request?: EventRequest | undefined;
  readonly rules?: readonly EventRule[] | undefined;
}

/**
 * Whether an exclusion already does all that the one drafted for an event would: the same rules, on its path, in the same place. It does
 * not look at its end. By tags alone it names no rule here, since events do not tell the tags of theirs.
 */
export function covers(exclusion: Exclusion, draft: Exclusion, { request, rules = [] }: About): boolean {
  const { path, host, methods } = exclusion;
  if (draft.score === true && exclusion.score !== true) return false;
  if (host !== undefined && (request === undefined || !matchesWildcard(host, normaliseHost(request.host))))
    return false;
  if (methods !== undefined && (request === undefined || !methods.includes(request.method))) return false;
  if (path !== undefined && (draft.path === undefined || !matchesPath(readPathPattern(path), draft.path))) return false;
  if (!coversTargets(exclusion.targets, draft.targets)) return false;
  return (draft.rules ?? []).every((id) => {
    const { ruleset = '', category = 'other' } = rules.find((rule) => rule.id === id) ?? {};
    return selectRules(exclusion, ruleset, [{ id, category, tags: [] }]).length > 0;
  });
}

function coversTargets(given: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean {
  if (given === undefined) return true;
  if (wanted === undefined) return false;
  const patterns = given.flatMap((text) => read(text) ?? []);
  return wanted.every((text) => {
    const target = read(text);
    const colon = text.indexOf(':');
    if (target === null) return false;
    return patterns.some(
      ({ collection, isMeant }) =>
        membersOf(target.collection).every((member) => isWithin(member, collection)) &&
        (isMeant === undefined || (colon >= 0 && isMeant(text.slice(colon + 1)))),
    );
  });
}

function read(text: string): TargetPattern | null {
  const target = readTarget(text);
  return target.ok ? target.value : null;
}
