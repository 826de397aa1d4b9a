import * as v from 'valibot';
import { conflict } from './intel-sources.ts';
import { actorProblem, answerResponse, invalidResponse, jsonResponse } from './json-response.ts';
import { operation } from './operation.ts';

const RangeText = v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(64));

const listAllowed = operation({
  method: 'get',
  path: '/intel/allowlist',
  id: 'listAllowed',
  summary: 'Ranges that no threat may touch, each with a note',
  tag: 'intelligence',
  access: 'operator',
  responses: { 200: { description: 'The entries, with where they come from' } },
  handle: async ({ actors, requestId }) =>
    answerResponse(await actors.allowlist(), requestId, (entries) => ({ entries })),
});

const allow = operation({
  method: 'post',
  path: '/intel/allowlist',
  id: 'allow',
  summary: 'Spare an address or a range, whatever is said of it',
  tag: 'intelligence',
  access: 'operator',
  scope: 'enforcement:write',
  body: v.strictObject({ range: RangeText, note: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)) }),
  bodyLimit: 4096,
  responses: { 201: { description: 'Spared' }, 422: { description: 'Not an address or range' } },
  async handle({ actors, requestId, body, note }) {
    const answer = await actors.allow(body.range, body.note);
    if (!answer.ok) return actorProblem(answer, requestId);
    if (!answer.value.ok) return invalidResponse(answer.value.problems, requestId);
    const { entry } = answer.value;
    note({ target: entry.range, after: { note: entry.note } });
    return jsonResponse({ entry }, 201);
  },
});

const disallow = operation({
  method: 'delete',
  path: '/intel/allowlist/{range}',
  id: 'disallow',
  summary: 'Take back what an operator spared',
  tag: 'intelligence',
  access: 'operator',
  scope: 'enforcement:write',
  params: v.strictObject({ range: RangeText }),
  responses: {
    200: { description: '`removed` tells whether it was there' },
    409: { description: 'No operator entered it' },
  },
  async handle({ actors, requestId, params, note }) {
    const answer = await actors.disallow(params.range);
    if (!answer.ok) return actorProblem(answer, requestId);
    const { removed, problem } = answer.value;
    note(removed ? { target: params.range, after: { allowed: false } } : null);
    return problem === undefined ? jsonResponse({ removed }) : conflict(problem, requestId);
  },
});

export const allowlistOperations = [listAllowed, allow, disallow];
