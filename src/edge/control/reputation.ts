import * as v from 'valibot';
import { clientKey, namesOneClient } from '../reputation/client-key.ts';
import { answerResponse, invalidResponse } from './json-response.ts';
import { operation } from './operation.ts';

const Address = v.strictObject({ ip: v.pipe(v.string(), v.maxLength(64)) });

const NOT_AN_ADDRESS = [{ path: 'ip', message: 'must be an IPv4 or IPv6 address' }];

/** `2001:db8::/64` is how a client key is shown, so it is also understood. */
function readClient(ip: string): string | null {
  const client = clientKey(ip.endsWith('/64') ? ip.slice(0, -3) : ip);
  return namesOneClient(client) ? client : null;
}

const showReputation = operation({
  method: 'get',
  path: '/admin/reputation/{ip}',
  id: 'showReputation',
  summary: 'What is remembered of the client at an address, and why',
  tag: 'reputation',
  access: 'operator',
  scope: 'read',
  params: Address,
  responses: { 200: { description: 'The reputation' }, 422: { description: 'Not an address' } },
  async handle({ actors, requestId, params }) {
    const client = readClient(params.ip);
    if (client === null) return invalidResponse(NOT_AN_ADDRESS, requestId);
    return answerResponse(await actors.lookUp(client), requestId, (state) => ({ ...state, seq: undefined }));
  },
});

const pardon = operation({
  method: 'delete',
  path: '/admin/reputation/{ip}',
  id: 'pardon',
  summary: 'Forget everything about the client at an address',
  tag: 'reputation',
  access: 'operator',
  scope: 'blocklist:write',
  params: Address,
  responses: { 200: { description: 'Forgotten' }, 422: { description: 'Not an address' } },
  async handle({ actors, requestId, params, note }) {
    const client = readClient(params.ip);
    if (client === null) return invalidResponse(NOT_AN_ADDRESS, requestId);
    const was = await actors.lookUp(client);
    const before = was.ok ? { score: Number(was.value.score.toFixed(3)), blocked_until: was.value.blockedUntil } : null;
    note({ target: client, before });
    return answerResponse(await actors.forget(client), requestId, () => ({ client, forgotten: true }));
  },
});

export const reputationOperations = [showReputation, pardon];
