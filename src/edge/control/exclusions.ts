import type { ExclusionCount } from '../../actors/contracts.ts';
import type { CompiledExclusion } from '../exclusions/exclusions.ts';
import type { Exclusion } from '../exclusions/schema.ts';
import { actorProblem, jsonResponse } from './json-response.ts';
import { operation } from './operation.ts';

const listExclusions = operation({
  method: 'get',
  path: '/admin/exclusions',
  id: 'listExclusions',
  summary:
    'The exclusions of the policy in force: their state, the rules they mean, and how often each kept a match away',
  tag: 'releases',
  access: 'operator',
  scope: 'read',
  responses: {
    200: {
      description:
        '`state` is active, expired, or idle where no rule in force is meant; `hits` counts requests, `last_hit` is the time of the last or null',
    },
  },
  async handle({ actors, requestId, refresh }) {
    const { seq, policy, exclusions } = await refresh();
    const stats = await actors.stats();
    if (!stats.ok) return actorProblem(stats, requestId);
    const counts = stats.value.byExclusion ?? {};
    const now = Date.now();
    const shown = (policy.exclusions ?? []).map((exclusion, at) =>
      describe(exclusion, exclusions[at], Object.hasOwn(counts, exclusion.id) ? counts[exclusion.id] : undefined, now),
    );
    return jsonResponse({ seq, exclusions: shown });
  },
});

function describe(
  exclusion: Exclusion,
  compiled: CompiledExclusion | undefined,
  count: ExclusionCount | undefined,
  now: number,
) {
  const rules = Object.fromEntries([...(compiled?.rules ?? [])].map(([ruleset, indexes]) => [ruleset, indexes.size]));
  const expired = compiled !== undefined && now >= compiled.expires;
  return {
    ...exclusion,
    state: expired ? 'expired' : Object.keys(rules).length === 0 && compiled?.score !== true ? 'idle' : 'active',
    /** How many rules of each ruleset in force it means. */
    rules_in_force: rules,
    hits: count?.hits ?? 0,
    last_hit: count === undefined ? null : new Date(count.last).toISOString(),
  };
}

export const exclusionOperations = [listExclusions];
