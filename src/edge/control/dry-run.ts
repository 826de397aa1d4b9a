import * as v from 'valibot';
import { RuleSchema } from '../../../rules/schema.ts';
import { dryRun } from '../hindsight/dry-run.ts';
import { parsePreparedRuleset } from '../waf/prepared-ruleset.ts';
import { actorProblem, invalidResponse, jsonResponse } from './json-response.ts';
import { operation } from './operation.ts';

/** What somebody edits at a time. */
const RULE_LIMIT = 20;
const BODY_LIMIT = 128 * 1024;
/** The latest of what the bus keeps; 300 requests in short take milliseconds. */
const LOOKED_AT = 300;

const dryRunRules = operation({
  method: 'post',
  path: '/admin/rules/dry-run',
  id: 'dryRunRules',
  summary:
    'Which requests of recent events rules would match. Held against what events keep of a request, so passes that nobody was told of are not among them; nothing is published',
  tag: 'releases',
  access: 'operator',
  scope: 'read',
  body: v.strictObject({ rules: v.pipe(v.array(RuleSchema), v.minLength(1), v.maxLength(RULE_LIMIT)) }),
  bodyLimit: BODY_LIMIT,
  responses: {
    200: {
      description:
        '`matches` of so many `events`, of which `allowed` were passed on and `fresh` no rule of the same id had matched; `hits` are the newest, at most 50',
    },
    422: { description: 'Not rules, or one cannot run in linear time or does not do what its examples say' },
  },
  async handle({ actors, requestId, body }) {
    // Each is tried by itself: it skips over no other.
    const rules = body.rules.map(({ skipAfter: _skipAfter, ...rule }) => rule);
    const [events, prepared] = await Promise.all([
      actors.events({ limit: LOOKED_AT }),
      actors.prepare(JSON.stringify({ name: 'dry-run', version: '0', rules })),
    ]);
    if (!events.ok) return actorProblem(events, requestId);
    if (!prepared.ok) return actorProblem(prepared, requestId);
    if (!prepared.value.ok) return invalidResponse(prepared.value.problems, requestId);
    const read = parsePreparedRuleset(JSON.parse(prepared.value.body));
    return read.ok ? jsonResponse(dryRun(read.value, events.value)) : invalidResponse(read.problems, requestId);
  },
});

export const dryRunOperations = [dryRunRules];
