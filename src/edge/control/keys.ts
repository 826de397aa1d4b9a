import * as v from 'valibot';
import type { ApiKey } from '../../actors/contracts.ts';
import { isKeyName, KEY_BYTES, KEY_LIMIT, KEY_NAME_RULE, keyState, writeApiKey } from '../api-key.ts';
import { problemResponse } from '../pages/problem.ts';
import { ALL_SCOPES, type Scope } from '../scopes.ts';
import { sha256 } from '../sha256.ts';
import { lacksScope } from './door.ts';
import { actorProblem, answerResponse, invalidResponse, jsonResponse } from './json-response.ts';
import { operation } from './operation.ts';
import type { Proof } from './operator.ts';

/** Ten years: whoever wants a key for longer leaves the expiry out. */
const DAYS_LIMIT = 3650;
const DAY_MS = 86_400_000;

const NewKey = v.strictObject({
  name: v.pipe(v.string(), v.trim(), v.check(isKeyName, KEY_NAME_RULE)),
  scopes: v.pipe(
    v.array(v.picklist(ALL_SCOPES)),
    v.minLength(1),
    v.maxLength(ALL_SCOPES.length),
    v.check((scopes) => new Set(scopes).size === scopes.length, 'must name each scope once'),
  ),
  expires_in_days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(DAYS_LIMIT))),
});

const Id = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/, 'must be the id of a key: twelve hex digits')),
});

/** A key as lists show it. The hash is not among it: it is of use to nobody who may see it. */
function show({ id, name, scopes, created, expires, used, revoked }: ApiKey, now: number) {
  return {
    id,
    name,
    scopes,
    state: keyState({ expires, revoked }, now),
    created_at: toIso(created),
    expires_at: toIso(expires),
    last_used_at: toIso(used),
    revoked_at: toIso(revoked),
  };
}

function toIso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

const listKeys = operation({
  method: 'get',
  path: '/admin/keys',
  id: 'listKeys',
  summary: 'API keys, the oldest first, also those that are over; never the keys themselves',
  tag: 'keys',
  access: 'operator',
  scope: 'keys:admin',
  responses: { 200: { description: '`state` is live, expired or revoked; `last_used_at` is true to ten minutes' } },
  async handle({ actors, requestId }) {
    const answer = await actors.keys();
    const now = Date.now();
    return answerResponse(answer, requestId, (keys) => ({ keys: keys.map((key) => show(key, now)) }));
  },
});

const createKey = operation({
  method: 'post',
  path: '/admin/keys',
  id: 'createKey',
  summary: `Create an API key: shown in this answer and never again. At most ${KEY_LIMIT} are kept; no key grants a scope that it lacks`,
  tag: 'keys',
  access: 'operator',
  scope: 'keys:admin',
  body: NewKey,
  bodyLimit: 4096,
  responses: {
    201: { description: '`key` is what goes into X-Admin-Key; only its hash is kept' },
    403: { description: 'The caller lacks a scope that the new key would have' },
    422: { description: 'Not a name or scope, a name that a live key has, or too many keys' },
  },
  async handle({ actors, requestId, body, proof, keyRing, note }) {
    const missing = body.scopes.filter((scope) => !allows(proof, scope));
    if (missing.length > 0) return lacksScope(missing, requestId);
    const { id, text } = writeApiKey(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
    const now = Date.now();
    const { name, scopes, expires_in_days: days } = body;
    const expires = days === undefined ? null : now + days * DAY_MS;
    note({ target: id, after: { name, scopes, expires_at: toIso(expires) } });
    const answer = await actors.createKey({ id, name, scopes, hash: await sha256(text), expires });
    if (!answer.ok) return actorProblem(answer, requestId);
    if (!answer.value.ok) return invalidResponse(answer.value.problems, requestId);
    keyRing.put(answer.value.key);
    return jsonResponse({ key: text, ...show(answer.value.key, now) }, 201);
  },
});

/** Else whoever may make keys could make one that may do everything. */
function allows(proof: Proof, scope: Scope): boolean {
  return proof.kind === 'operator' && proof.operator.scopes.includes(scope);
}

const revokeKey = operation({
  method: 'delete',
  path: '/admin/keys/{id}',
  id: 'revokeKey',
  summary: 'Revoke an API key for good, with its sessions and sockets: here at once, everywhere within 30 seconds',
  tag: 'keys',
  access: 'operator',
  scope: 'keys:admin',
  params: Id,
  responses: { 200: { description: 'Revoked' }, 404: { description: 'There is no such key' } },
  async handle({ actors, requestId, params, keyRing, note }) {
    note({ target: params.id });
    const answer = await actors.revokeKey(params.id);
    if (!answer.ok) return actorProblem(answer, requestId);
    if (answer.value === null) {
      const detail = 'GET /admin/keys lists those there are.';
      return problemResponse({ status: 404, kind: 'not-found', title: 'No such key', detail }, requestId);
    }
    const { key, changed } = answer.value;
    keyRing.put(key);
    note(changed ? { target: key.id, before: { name: key.name, scopes: key.scopes }, after: { revoked: true } } : null);
    return jsonResponse(show(key, Date.now()));
  },
});

export const keyOperations = [listKeys, createKey, revokeKey];
