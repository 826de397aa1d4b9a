import * as v from 'valibot';
import type { ExclusionCount } from '../../actors/contracts.ts';
import type { CompiledExclusion } from '../exclusions/exclusions.ts';
import { Exclusion } from '../exclusions/schema.ts';
import { previewExclusion } from '../hindsight/preview-exclusion.ts';
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

/** The latest of what the bus keeps: one page of it. */
const LOOKED_AT = 500;

const preview = operation({
  method: 'post',
  path: '/admin/exclusions/preview',
  id: 'previewExclusion',
  summary:
    'What an exclusion would have done to the requests of recent events: the matches it would have kept away, and what would have passed. Nothing is published',
  tag: 'releases',
  access: 'operator',
  scope: 'read',
  body: v.strictObject({ exclusion: Exclusion }),
  responses: {
    200: {
      description:
        '`would_pass` were blocked or challenged and would not have been; `changes` are those affected, the newest first, at most 50; `certain` is false where the event does not tell all that it depends on',
    },
    422: { description: 'Not an exclusion' },
  },
  async handle({ actors, requestId, refresh, body }) {
    const { seq, rulesets, model, policy } = await refresh();
    const events = await actors.events({ limit: LOOKED_AT });
    if (!events.ok) return actorProblem(events, requestId);
    const against = { rulesets, model, thresholds: policy.thresholds };
    return jsonResponse({ seq, ...previewExclusion(body.exclusion, events.value, against, Date.now()) });
  },
});

export const exclusionOperations = [listExclusions, preview];
