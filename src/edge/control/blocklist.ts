import * as v from 'valibot';
import type { BlockRequest } from '../../actors/contracts.ts';
import { actorProblem, answerResponse, invalidResponse, jsonResponse } from './json-response.ts';
import { problemResponse } from '../pages/problem.ts';
import { operation } from './operation.ts';

const RangeText = v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(64));

/** A block of more than ten years is one without an end. */
const TTL_LIMIT = 10 * 365 * 86_400;

const Reason = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200));
const Ttl = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(TTL_LIMIT));

const Block = v.strictObject({
  /** An address or a CIDR range, IPv4 or IPv6, or a whole network by its number, `AS64500`; the registry reads it. */
  ip: RangeText,
  reason: Reason,
  ttl_seconds: v.optional(Ttl),
});

const BlockChange = v.pipe(
  v.strictObject({
    reason: v.optional(Reason),
    /** From now on; `null`: until removed. */
    ttl_seconds: v.optional(v.nullable(Ttl)),
  }),
  v.check(
    ({ reason, ttl_seconds }) => reason !== undefined || ttl_seconds !== undefined,
    'says nothing to change: give reason or ttl_seconds',
  ),
);

const listBlocks = operation({
  method: 'get',
  path: '/admin/blocklist',
  id: 'listBlocks',
  summary: 'Blocked addresses, ranges and networks',
  tag: 'blocklist',
  access: 'operator',
  scope: 'read',
  responses: { 200: { description: 'The entries in force' } },
  handle: async ({ actors, requestId }) =>
    answerResponse(await actors.blocklist(), requestId, (entries) => ({ entries })),
});

const block = operation({
  method: 'post',
  path: '/admin/blocklist',
  id: 'block',
  summary: 'Block an address, a range, or a network by its number (AS64500), for a time or until it is removed',
  tag: 'blocklist',
  access: 'operator',
  scope: 'blocklist:write',
  body: Block,
  bodyLimit: 4096,
  responses: {
    201: { description: 'Blocked' },
    422: { description: 'Not an address, range or network that may be blocked' },
  },
  async handle({ actors, requestId, body, author, refresh, note }) {
    const request: BlockRequest = {
      ip: body.ip,
      reason: body.reason,
      source: 'operator',
      author,
      ...(body.ttl_seconds !== undefined && { ttlSeconds: body.ttl_seconds }),
    };
    const answer = await actors.block(request);
    if (!answer.ok) return actorProblem(answer, requestId);
    if (!answer.value.ok) return invalidResponse(answer.value.problems, requestId);
    const { entry, before, seq } = answer.value;
    note({ target: entry.range, before: before ? { ...before } : null, after: { ...entry, seq } });
    await refresh();
    return jsonResponse({ entry, seq }, 201);
  },
});

const changeBlock = operation({
  method: 'patch',
  path: '/admin/blocklist/{ip}',
  id: 'changeBlock',
  summary: 'Give what is blocked another end or reason; it stays blocked meanwhile',
  tag: 'blocklist',
  access: 'operator',
  scope: 'blocklist:write',
  params: v.strictObject({ ip: RangeText }),
  body: BlockChange,
  bodyLimit: 4096,
  responses: {
    200: { description: 'The entry as it is now, and as it was `before`' },
    404: { description: 'It is not on the blocklist' },
    422: { description: 'Nothing to change, or no reason or end that may be' },
  },
  async handle({ actors, requestId, params, body, author, refresh, note }) {
    const wish = {
      ...(body.reason !== undefined && { reason: body.reason }),
      ...(body.ttl_seconds !== undefined && { ttlSeconds: body.ttl_seconds }),
    };
    const answer = await actors.changeBlock(params.ip, wish, author);
    if (!answer.ok) return actorProblem(answer, requestId);
    if (answer.value === null) {
      const problem = { status: 404, kind: 'not-listed', title: 'It is not on the blocklist', detail: params.ip };
      return problemResponse(problem, requestId);
    }
    if (!answer.value.ok) return invalidResponse(answer.value.problems, requestId);
    const { entry, before, changed, seq } = answer.value;
    note(changed ? { target: entry.range, before: before ? { ...before } : null, after: { ...entry, seq } } : null);
    await refresh();
    return jsonResponse({ entry, before, changed, seq });
  },
});

const unblock = operation({
  method: 'delete',
  path: '/admin/blocklist/{ip}',
  id: 'unblock',
  summary: 'Take an address, a range or a network off the blocklist',
  tag: 'blocklist',
  access: 'operator',
  scope: 'blocklist:write',
  params: v.strictObject({ ip: RangeText }),
  responses: { 200: { description: '`removed` tells whether it was on the list' } },
  async handle({ actors, requestId, params, author, refresh, note }) {
    const answer = await actors.unblock(params.ip, author);
    if (!answer.ok) return actorProblem(answer, requestId);
    const { removed, seq, before } = answer.value;
    note(
      removed ? { target: before?.range ?? params.ip, before: before ? { ...before } : null, after: { seq } } : null,
    );
    if (removed) await refresh();
    return jsonResponse({ removed, seq });
  },
});

export const blocklistOperations = [listBlocks, block, changeBlock, unblock];
