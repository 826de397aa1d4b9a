import * as v from 'valibot';
import { RulesetSchema } from '../../../rules/schema.ts';
import { rulesetUse } from '../active-rulesets.ts';
import type { Actors } from '../actors.ts';
import { bundledRuleset } from '../bundled.ts';
import { problemResponse } from '../pages/problem.ts';
import { RULESET_MODES } from '../policy.ts';
import { BUNDLED_RULESETS, DEFAULT_RULESET, isRulesetName, RULESET_NAME_RULE } from '../ruleset-names.ts';
import { sha256 } from '../sha256.ts';
import type { Snapshot } from '../snapshot.ts';
import { splitPreparation } from '../waf/prepared-ruleset.ts';
import { actorProblem, invalidResponse, jsonResponse } from './json-response.ts';
import { noteRelease } from './note-release.ts';
import { operation } from './operation.ts';
import { isDryRun, readReleased, ReloadQuery, ShowQuery } from './reload.ts';

/** Bytes of a ruleset's body; the registry holds the same limit. */
const BODY_LIMIT = 8 * 1024 * 1024;

const Named = v.strictObject({ name: v.pipe(v.string(), v.check(isRulesetName, RULESET_NAME_RULE)) });

/** What a list shows of each ruleset. */
function listRulesets({ rulesets, policy }: Snapshot) {
  return [...rulesets].map(([name, { hash, compiled }]) => ({
    name,
    title: compiled.name,
    version: compiled.version,
    rules: compiled.rules.length,
    bundled: hash === undefined,
    ...(hash !== undefined && { hash }),
    ...rulesetUse(name, policy),
  }));
}

/** One ruleset as people write it, without what the registry worked out for the machine; a response where there is none. */
async function readRuleset(name: string, snapshot: Snapshot, actors: Actors, requestId: string, builtIn = false) {
  const bundled = BUNDLED_RULESETS.includes(name) ? { hash: undefined } : undefined;
  const loaded = builtIn ? bundled : snapshot.rulesets.get(name);
  if (loaded === undefined) {
    const detail = `The rulesets in force are ${[...snapshot.rulesets.keys()].join(', ')}.`;
    return problemResponse({ status: 404, kind: 'not-found', title: 'No such ruleset', detail }, requestId);
  }
  const data = loaded.hash === undefined ? bundledRuleset(name) : await readReleased(loaded.hash, actors, requestId);
  if (data instanceof Response) return data;
  const hash = loaded.hash ?? (await sha256(JSON.stringify(data)));
  return { hash, bundled: loaded.hash === undefined, ruleset: splitPreparation(data).source };
}

const showRules = operation({
  method: 'get',
  path: '/admin/rules',
  id: 'listRulesets',
  summary: 'The rulesets in force, each with its mode, and the rules of owasp-core',
  tag: 'releases',
  access: 'operator',
  scope: 'read',
  responses: {
    200: {
      description: '`rulesets` lists all of them; `hash`, `bundled` and `ruleset` are those of owasp-core',
      schema: v.object({
        seq: v.number(),
        rulesets: v.array(
          v.object({
            name: v.string(),
            title: v.string(),
            version: v.string(),
            rules: v.number(),
            bundled: v.boolean(),
            hash: v.optional(v.string()),
            mode: v.picklist(RULESET_MODES),
            paranoia: v.optional(v.number()),
          }),
        ),
        hash: v.string(),
        bundled: v.boolean(),
        ruleset: RulesetSchema,
      }),
    },
  },
  async handle({ actors, requestId, refresh }) {
    const snapshot = await refresh();
    const core = await readRuleset(DEFAULT_RULESET, snapshot, actors, requestId);
    if (core instanceof Response) return core;
    return jsonResponse({ seq: snapshot.seq, rulesets: listRulesets(snapshot), ...core });
  },
});

const showRuleset = operation({
  method: 'get',
  path: '/admin/rules/{name}',
  id: 'showRuleset',
  summary: 'One ruleset in force, with its rules',
  tag: 'releases',
  access: 'operator',
  scope: 'read',
  params: Named,
  query: ShowQuery,
  responses: {
    200: { description: 'The ruleset; with bundled=1 the built-in one of this name' },
    404: { description: 'No ruleset of this name is in force, or built in' },
  },
  async handle({ actors, requestId, refresh, params, query }) {
    const snapshot = await refresh();
    const read = await readRuleset(params.name, snapshot, actors, requestId, query.bundled !== undefined);
    if (read instanceof Response) return read;
    return jsonResponse({ seq: snapshot.seq, name: params.name, ...rulesetUse(params.name, snapshot.policy), ...read });
  },
});

const reloadRules = operation({
  method: 'post',
  path: '/admin/rules/reload',
  id: 'reloadRuleset',
  summary:
    'Put a ruleset in force under its own name, beside the others or in the place of the one of that name; with dry_run=1 only validate it and tell what it would change',
  tag: 'releases',
  access: 'operator',
  scope: 'rules:write',
  query: ReloadQuery,
  body: RulesetSchema,
  unchecked: true,
  bodyLimit: BODY_LIMIT,
  responses: {
    200: { description: 'In force, or what would change: ids added, removed and altered against the one of that name' },
    400: { description: 'Not JSON' },
    413: { description: 'Too large' },
    422: { description: 'Not a valid ruleset, or too many; nothing was changed' },
  },
  async handle({ actors, requestId, author, refresh, text, query, snapshot, note }) {
    const dryRun = isDryRun(query);
    const answer = await actors.publish({ kind: 'ruleset', body: text, author, dryRun, note: query.note ?? '' });
    if (!answer.ok) return actorProblem(answer, requestId);
    if (!answer.value.ok) return invalidResponse(answer.value.problems, requestId);
    const { ok: _, ruleset = DEFAULT_RULESET, ...result } = answer.value;
    note(!dryRun && result.changed ? noteRelease(`ruleset ${ruleset}`, result, query.note) : null);
    const { policy } = !dryRun && result.changed ? await refresh() : snapshot;
    return jsonResponse({ dry_run: dryRun, ruleset, ...rulesetUse(ruleset, policy), ...result });
  },
});

const removeRuleset = operation({
  method: 'delete',
  path: '/admin/rules/{name}',
  id: 'removeRuleset',
  summary: 'Take a ruleset out of force; in the place of a bundled one the bundled release is in force again',
  tag: 'releases',
  access: 'operator',
  scope: 'rules:write',
  params: Named,
  responses: { 200: { description: '`removed` tells whether a release of this name was in force' } },
  async handle({ actors, requestId, author, refresh, params, note }) {
    const answer = await actors.removeRuleset(params.name, author);
    if (!answer.ok) return actorProblem(answer, requestId);
    const { removed, seq, before = null } = answer.value;
    note(removed ? { target: `ruleset ${params.name}`, before: { hash: before }, after: { seq } } : null);
    if (removed) await refresh();
    return jsonResponse({ removed, seq });
  },
});

export const rulesetOperations = [showRules, reloadRules, showRuleset, removeRuleset];
