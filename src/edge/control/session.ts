import * as v from 'valibot';
import { isForeign, issueSession, sessionCookie, sessionEnd } from '../auth.ts';
import { problemResponse } from '../pages/problem.ts';
import { recordSignIn } from './audit-trail.ts';
import { FOREIGN, refuseProof, UNSET } from './door.ts';
import { jsonResponse } from './json-response.ts';
import { operation } from './operation.ts';
import type { Operator } from './operator.ts';
import { proveKey } from './prove-operator.ts';

const SignIn = v.strictObject({ key: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)) });

const signIn = operation({
  method: 'post',
  path: '/admin/session',
  id: 'signIn',
  summary: 'Exchange a key for a session cookie; the session may do what the key may, and ends with it',
  tag: 'session',
  access: 'public',
  body: SignIn,
  bodyLimit: 4096,
  responses: {
    200: { description: 'Signed in; the cookie is set' },
    401: { description: 'Wrong key, or one that is over' },
    429: { description: 'Too many wrong keys from this address' },
  },
  async handle(call) {
    const key = call.env.ADMIN_API_KEY ?? '';
    if (key === '') return problemResponse(UNSET, call.requestId);
    if (isForeign(call.request, call.url)) return problemResponse(FOREIGN, call.requestId);
    const proof = await proveKey(call.body.key, call);
    if (proof.kind !== 'operator') return refuseProof(proof, call);
    const { operator } = proof;
    const { scopes, until } = operator;
    const now = Date.now();
    const expires = sessionEnd(now, until);
    const holder = operator.key === null ? null : { key: operator.key.id, scopes, until };
    const token = await issueSession(key, call.url.host, now, crypto.randomUUID(), holder);
    await recordSignIn(operator, call, expires);
    const cookie = sessionCookie(token, call.url, expires - now);
    return jsonResponse(describe(operator, expires), 200, { 'Set-Cookie': cookie });
  },
});

const signOut = operation({
  method: 'delete',
  path: '/admin/session',
  id: 'signOut',
  summary: 'Drop the session cookie',
  tag: 'session',
  access: 'public',
  responses: { 200: { description: 'Signed out; the cookie is dropped' } },
  handle(call) {
    if (isForeign(call.request, call.url)) return problemResponse(FOREIGN, call.requestId);
    return jsonResponse({ signed_in: false }, 200, { 'Set-Cookie': sessionCookie('', call.url) });
  },
});

const showSession = operation({
  method: 'get',
  path: '/admin/session',
  id: 'showSession',
  summary: 'Tell whether the caller is signed in, with which key, what it may do and until when',
  tag: 'session',
  access: 'operator',
  // Also a key that may only write must be able to learn what it may do.
  scope: null,
  responses: {
    200: {
      description: 'The caller is an operator; `key` is null for the bootstrap key, `expires_at` where nothing ends',
    },
  },
  handle({ proof, requestId }) {
    if (proof.kind !== 'operator') throw new Error(`the door let ${proof.kind} in: ${requestId}`);
    return jsonResponse(describe(proof.operator, proof.operator.until));
  },
});

function describe({ scopes, key }: Operator, expires: number | null) {
  return { signed_in: true, scopes, key, expires_at: expires === null ? null : new Date(expires).toISOString() };
}

export const sessionOperations = [signIn, signOut, showSession];
