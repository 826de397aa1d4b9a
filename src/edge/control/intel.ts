import * as v from 'valibot';
import type { IntelligenceStatus, ThreatPage, ThreatQuery } from '../../actors/contracts.ts';
import { preferredType } from '../pages/negotiate.ts';
import { problemResponse } from '../pages/problem.ts';
import { allowlistOperations } from './intel-allowlist.ts';
import { sourceOperations } from './intel-sources.ts';
import { actorProblem, answerResponse, invalidResponse, jsonResponse } from './json-response.ts';
import { operation } from './operation.ts';
import { snakeCase } from './snake-case.ts';
import { CONTENT_TYPES, THREAT_FORMATS, THREAT_TYPES, type ThreatFormat, writeThreats } from './threat-formats.ts';

/** A page of them is about 100 KB as JSON, a megabyte at most. */
const PAGE_STANDARD = '1000';
const PAGE_LIMIT = 10_000;

const SourceId = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/, 'must be the id of a source'));

const showIntelligence = operation({
  method: 'get',
  path: '/intel/status',
  id: 'showIntelligence',
  summary: 'How the feeds are, and what they add up to',
  tag: 'intelligence',
  access: 'operator',
  responses: { 200: { description: 'State, counts, sources and the latest events' } },
  handle: async ({ actors, requestId }) => answerResponse(await actors.intelligence(), requestId, snakeCase),
});

const listThreats = operation({
  method: 'get',
  path: '/intel/threats',
  id: 'listThreats',
  summary: 'Threats, the highest score first, as JSON, CSV, plain text or a STIX 2.1 bundle',
  tag: 'intelligence',
  access: 'operator',
  query: v.strictObject({
    min_score: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^(?:0|1|0?\.\d{1,6}|1\.0{1,6})$/, 'must be a number from 0 to 1'),
        v.transform(Number),
      ),
    ),
    source: v.optional(SourceId),
    limit: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^\d{1,5}$/, 'must be a whole number'),
        v.transform(Number),
        v.minValue(1),
        v.maxValue(PAGE_LIMIT),
      ),
      PAGE_STANDARD,
    ),
    cursor: v.optional(v.pipe(v.string(), v.maxLength(100))),
    format: v.optional(v.picklist(THREAT_FORMATS)),
  }),
  responses: { 200: { description: 'A page; the next begins at its `cursor`, also told in Link and X-Next-Cursor' } },
  async handle({ actors, requestId, query, request, url }) {
    const asked: ThreatQuery = {
      limit: query.limit,
      ...(query.min_score !== undefined && { minScore: query.min_score }),
      ...(query.source !== undefined && { source: query.source }),
      ...(query.cursor !== undefined && { cursor: query.cursor }),
    };
    const answer = await actors.threats(asked);
    if (!answer.ok) return actorProblem(answer, requestId);
    const byAccept = THREAT_FORMATS[preferredType(request.headers.get('Accept'), THREAT_TYPES)] ?? 'json';
    return pageResponse(answer.value, query.format ?? byAccept, url);
  },
});

const showThreat = operation({
  method: 'get',
  path: '/intel/threats/{ip}',
  id: 'showThreat',
  summary: 'What each source says of an address, since when, and whether it is spared',
  tag: 'intelligence',
  access: 'operator',
  params: v.strictObject({ ip: v.pipe(v.string(), v.maxLength(64)) }),
  responses: {
    200: { description: 'Score, sources and the allow-list’s verdict' },
    422: { description: 'Not an address' },
  },
  async handle({ actors, requestId, params }) {
    const answer = await actors.lookUpThreat(params.ip);
    if (!answer.ok) return actorProblem(answer, requestId);
    if (answer.value === null)
      return invalidResponse([{ path: 'ip', message: 'must be an IPv4 or IPv6 address' }], requestId);
    return jsonResponse(snakeCase(answer.value));
  },
});

const collectFeeds = operation({
  method: 'post',
  path: '/intel/collect',
  id: 'collectFeeds',
  summary: 'Fetch now: the sources named, or all that are on',
  tag: 'intelligence',
  access: 'operator',
  scope: 'enforcement:write',
  query: v.strictObject({
    /** Ids, apart by commas. */
    sources: v.optional(
      v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}(?:,[a-z0-9-]{1,40}){0,31}$/, 'must be ids of sources, with commas')),
    ),
    /** `true`: a list that shrank by more than half is believed. */
    accept: v.optional(v.picklist(['true', 'false'])),
  }),
  responses: {
    200: { description: 'The status when they are done, or after 25 s' },
    404: { description: 'There is no such source' },
  },
  async handle({ actors, requestId, query, note }) {
    const ids = query.sources?.split(',');
    const accept = query.accept === 'true';
    const before = await actors.intelligence();
    const target = ids?.join(' ') ?? 'all that are on';
    const was = before.ok ? { before: noteSources(before.value, ids) } : {};
    note({ target, ...was, after: { accept } });
    const answer = await actors.collectFeeds(ids, accept);
    if (answer.ok) note({ target, ...was, after: { accept, ...noteSources(answer.value, ids) } });
    if (!answer.ok) return actorProblem(answer, requestId);
    const missing = ids?.find((id) => !answer.value.sources.some((source) => source.id === id));
    if (missing !== undefined) {
      const problem = { status: 404, kind: 'not-found', title: 'There is no such source', detail: missing };
      return problemResponse(problem, requestId);
    }
    return jsonResponse(snakeCase(answer.value));
  },
});

/** Rows and health of the sources that are meant, for the audit log. */
function noteSources({ threats, sources }: IntelligenceStatus, ids: readonly string[] | undefined) {
  const meant = sources.filter(({ id, enabled }) => ids?.includes(id) ?? enabled);
  return { threats, sources: meant.map(({ id, rows, health }) => `${id} ${rows} rows, ${health}`) };
}

function pageResponse(page: ThreatPage, format: ThreatFormat, url: URL): Response {
  const headers: Record<string, string> = { 'X-Total-Count': String(page.total), Vary: 'Accept' };
  if (page.cursor !== null) {
    const next = new URLSearchParams(url.search);
    next.set('cursor', page.cursor);
    headers['Link'] = `<${url.pathname}?${next.toString()}>; rel="next"`;
    headers['X-Next-Cursor'] = page.cursor;
  }
  if (format === 'json') return jsonResponse(snakeCase(page), 200, headers);
  return new Response(writeThreats(page, format), {
    headers: {
      ...headers,
      'Content-Type': CONTENT_TYPES[format],
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}

export const intelOperations = [
  showIntelligence,
  ...sourceOperations,
  listThreats,
  showThreat,
  ...allowlistOperations,
  collectFeeds,
];
