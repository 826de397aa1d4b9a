import * as v from 'valibot';
import type { BlockRequest } from '../../actors/contracts.ts';
import { actorProblem, answerResponse, invalidResponse, jsonResponse } from './json-response.ts';
import { operation } from './operation.ts';

const RangeText = v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(64));

/** A block of more than ten years is one without an end. */
const TTL_LIMIT = 10 * 365 * 86_400;

const Block = v.strictObject({
  /** An address or a CIDR range, IPv4 or IPv6, or a whole network by its number, `AS64500`; the registry reads it. */
  ip: RangeText,
  reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
  ttl_seconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(TTL_LIMIT))),
});

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

export const blocklistOperations = [listBlocks, block, unblock];
