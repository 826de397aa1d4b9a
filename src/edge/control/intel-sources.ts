import * as v from 'valibot';
import type { AuditFacts, SourceChange, SourceSettings } from '../../actors/contracts.ts';
import type { Problem } from '../../parse.ts';
import type { Actors } from '../actors.ts';
import { problemResponse } from '../pages/problem.ts';
import { actorProblem, answerResponse, invalidResponse, jsonResponse } from './json-response.ts';
import { operation } from './operation.ts';
import { snakeCase } from './snake-case.ts';

const Id = v.pipe(v.string(), v.minLength(1), v.maxLength(40));
const Text = v.pipe(v.string(), v.maxLength(2000));

/** Shapes alone: the collector holds them against its bounds, and knows what it may fetch. */
const CHANGEABLE = {
  name: Text,
  url: Text,
  format: v.picklist(['plain', 'ipsum', 'ndjson', 'dshield', 'csv', 'stix', 'prefixes']),
  /** Of csv and ndjson: the column or key that has the address. */
  column: Text,
  /** Sources that copy from one another are one family: only the strongest of a family counts. */
  family: Text,
  /** Trust, 0 to 1. */
  weight: v.number(),
  interval_seconds: v.number(),
  lifetime_seconds: v.number(),
  licence: Text,
  enabled: v.boolean(),
  /** An empty list is an answer and not a fault. */
  empty_ok: v.boolean(),
};

const Change = v.partial(v.strictObject(CHANGEABLE));

const NewSource = v.strictObject({
  id: Id,
  name: v.optional(Text),
  url: CHANGEABLE.url,
  format: v.optional(CHANGEABLE.format, 'plain'),
  column: v.optional(Text),
  role: v.optional(v.picklist(['threat', 'label', 'allow']), 'threat'),
  family: v.optional(Text),
  weight: v.optional(v.number(), 0.5),
  interval_seconds: v.optional(v.number(), 21_600),
  lifetime_seconds: v.optional(v.number(), 259_200),
  licence: v.optional(Text, 'not said'),
  enabled: v.optional(v.boolean(), true),
  empty_ok: v.optional(v.boolean(), false),
});

const listSources = operation({
  method: 'get',
  path: '/intel/sources',
  id: 'listSources',
  summary: 'The sources, with terms, health and times',
  tag: 'intelligence',
  access: 'operator',
  responses: { 200: { description: 'The sources' } },
  handle: async ({ actors, requestId }) =>
    answerResponse(await actors.intelligence(), requestId, ({ sources }) => snakeCase({ sources })),
});

const addSource = operation({
  method: 'post',
  path: '/intel/sources',
  id: 'addSource',
  summary: 'Add a feed; it is fetched at once',
  tag: 'intelligence',
  access: 'operator',
  scope: 'enforcement:write',
  body: NewSource,
  bodyLimit: 8192,
  responses: { 201: { description: 'Added' }, 422: { description: 'Not a feed that may be fetched' } },
  async handle({ actors, requestId, body, note }) {
    const { interval_seconds, lifetime_seconds, empty_ok, column, ...rest } = body;
    const settings: SourceSettings = {
      ...rest,
      // Of its own, until somebody says that it copies from another.
      family: body.family ?? body.id,
      name: body.name ?? body.id,
      intervalSeconds: interval_seconds,
      lifetimeSeconds: lifetime_seconds,
      emptyOk: empty_ok,
      ...(column !== undefined && { column }),
    };
    const answer = await actors.addSource(settings);
    if (!answer.ok) return actorProblem(answer, requestId);
    if (!answer.value.ok) return invalidResponse(snakePaths(answer.value.problems), requestId);
    note({ target: body.id, after: factsOf(answer.value.source) });
    return jsonResponse(snakeCase(answer.value.source), 201);
  },
});

const changeSource = operation({
  method: 'patch',
  path: '/intel/sources/{id}',
  id: 'changeSource',
  summary: 'Change a source, or turn it on or off',
  tag: 'intelligence',
  access: 'operator',
  scope: 'enforcement:write',
  params: v.strictObject({ id: Id }),
  body: Change,
  bodyLimit: 8192,
  responses: {
    200: { description: 'As it is now' },
    422: { description: 'There is no such source, or not like that' },
  },
  async handle({ actors, requestId, params, body, note }) {
    const before = await sourceFacts(actors, params.id);
    const answer = await actors.changeSource(params.id, toChange(body));
    if (!answer.ok) return actorProblem(answer, requestId);
    if (!answer.value.ok) return invalidResponse(snakePaths(answer.value.problems), requestId);
    note({ target: params.id, before, after: factsOf(answer.value.source) });
    return jsonResponse(snakeCase(answer.value.source));
  },
});

const removeSource = operation({
  method: 'delete',
  path: '/intel/sources/{id}',
  id: 'removeSource',
  summary: 'Remove a source that was added, and what it listed',
  tag: 'intelligence',
  access: 'operator',
  scope: 'enforcement:write',
  params: v.strictObject({ id: Id }),
  responses: {
    200: { description: '`removed` tells whether there was one' },
    409: { description: 'It comes with the shield' },
  },
  async handle({ actors, requestId, params, note }) {
    const before = await sourceFacts(actors, params.id);
    const answer = await actors.removeSource(params.id);
    if (!answer.ok) return actorProblem(answer, requestId);
    const { removed, problem } = answer.value;
    note(removed ? { target: params.id, before } : null);
    return problem === undefined ? jsonResponse({ removed }) : conflict(problem, requestId);
  },
});

/** What the audit log keeps of a source: what decides whom it may have blocked. An address may hold a secret in its query. */
function factsOf({ url, format, role, family, weight, enabled }: SourceSettings): AuditFacts {
  return { url: url.split(/[?#]/)[0] ?? '', format, role, family, weight, enabled };
}

async function sourceFacts(actors: Actors, id: string): Promise<AuditFacts | null> {
  const status = await actors.intelligence();
  const source = status.ok ? status.value.sources.find((one) => one.id === id) : undefined;
  return source === undefined ? null : factsOf(source);
}

/** What is asked for is plain, but cannot be done to this one. */
export function conflict(detail: string, requestId: string): Response {
  const problem = { status: 409, kind: 'conflict', title: 'This one cannot be removed', detail };
  return problemResponse(problem, requestId);
}

function toChange(body: v.InferOutput<typeof Change>): SourceChange {
  const { interval_seconds: intervalSeconds, lifetime_seconds: lifetimeSeconds, empty_ok: emptyOk, ...rest } = body;
  const change = { ...rest, intervalSeconds, lifetimeSeconds, emptyOk };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** Paths as the sender spelled them. */
function snakePaths(problems: readonly Problem[]): readonly Problem[] {
  return problems.map(({ path, message }) => ({
    path: path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    message,
  }));
}

export const sourceOperations = [listSources, addSource, changeSource, removeSource];
