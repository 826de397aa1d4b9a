import * as v from 'valibot';
import { splitPreparation } from '../waf/prepared-ruleset.ts';
import { actorProblem, answerResponse, invalidResponse, jsonResponse } from './json-response.ts';
import { noteRelease } from './note-release.ts';
import { operation } from './operation.ts';
import { readReleased } from './reload.ts';

const KINDS = ['ruleset', 'model', 'blocklist', 'watchlist', 'threats', 'policy'] as const;

const wholeNumber = v.pipe(v.string(), v.regex(/^\d{1,12}$/, 'must be a whole number'), v.transform(Number));

const listReleases = operation({
  method: 'get',
  path: '/admin/releases',
  id: 'listReleases',
  summary: 'Releases, newest first',
  tag: 'releases',
  access: 'operator',
  scope: 'read',
  query: v.strictObject({
    kind: v.optional(v.picklist(KINDS)),
    limit: v.optional(v.pipe(wholeNumber, v.minValue(1), v.maxValue(200)), '50'),
  }),
  responses: { 200: { description: 'The releases' } },
  async handle({ actors, requestId, query, snapshot }) {
    const history = await actors.history(query.kind ?? null, query.limit);
    return answerResponse(history, requestId, (releases) => ({ seq: snapshot.seq, releases }));
  },
});

const showBody = operation({
  method: 'get',
  path: '/admin/releases/{hash}/body',
  id: 'showReleaseBody',
  summary: 'What a release holds, by its hash; of a ruleset what people wrote, without what the registry worked out',
  tag: 'releases',
  access: 'operator',
  scope: 'read',
  params: v.strictObject({ hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex')) }),
  responses: {
    200: { description: '`body` is the data of the release' },
    404: { description: 'No release with this hash is kept' },
  },
  async handle({ actors, requestId, params }) {
    const data = await readReleased(params.hash, actors, requestId);
    if (data instanceof Response) return data;
    return jsonResponse({ hash: params.hash, body: splitPreparation(data).source });
  },
});

const rollBack = operation({
  method: 'post',
  path: '/admin/releases/{seq}/rollback',
  id: 'rollBack',
  summary: 'Put an earlier release in force again, under a new number',
  tag: 'releases',
  access: 'operator',
  scope: 'rules:write',
  params: v.strictObject({ seq: wholeNumber }),
  responses: {
    200: { description: 'In force again' },
    422: { description: 'There is no such release' },
  },
  async handle({ actors, requestId, params, author, refresh, note }) {
    const answer = await actors.rollback(params.seq, author);
    if (!answer.ok) return actorProblem(answer, requestId);
    if (!answer.value.ok) return invalidResponse(answer.value.problems, requestId);
    const { ok: _, ...result } = answer.value;
    note(result.changed ? noteRelease(`release ${params.seq}`, result, '', result.ruleset ?? result.kind) : null);
    await refresh();
    return jsonResponse(result);
  },
});

export const releaseOperations = [listReleases, showBody, rollBack];
