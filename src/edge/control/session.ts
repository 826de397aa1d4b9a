import * as v from 'valibot';
import { isForeign, issueSession, sessionCookie, SESSION_MS } from '../auth.ts';
import { problemResponse } from '../pages/problem.ts';
import { checkKey, FOREIGN, UNSET } from './door.ts';
import { jsonResponse } from './json-response.ts';
import { operation } from './operation.ts';

const SignIn = v.strictObject({ key: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)) });

const signIn = operation({
  method: 'post',
  path: '/admin/session',
  id: 'signIn',
  summary: 'Exchange the admin key for a session cookie',
  tag: 'session',
  access: 'public',
  body: SignIn,
  bodyLimit: 4096,
  responses: {
    200: { description: 'Signed in; the cookie is set' },
    401: { description: 'Wrong key' },
    429: { description: 'Too many wrong keys from this address' },
  },
  async handle(call) {
    const key = call.env.ADMIN_API_KEY ?? '';
    if (key === '') return problemResponse(UNSET, call.requestId);
    if (isForeign(call.request, call.url)) return problemResponse(FOREIGN, call.requestId);
    const refused = await checkKey(call.body.key, call);
    if (refused !== null) return refused;
    const now = Date.now();
    const token = await issueSession(key, call.url.host, now, crypto.randomUUID());
    const body = { signed_in: true, expires_at: new Date(now + SESSION_MS).toISOString() };
    return jsonResponse(body, 200, { 'Set-Cookie': sessionCookie(token, call.url) });
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
  summary: 'Tell whether the caller is signed in',
  tag: 'session',
  access: 'operator',
  responses: { 200: { description: 'The caller is an operator' } },
  handle: () => jsonResponse({ signed_in: true }),
});

export const sessionOperations = [signIn, signOut, showSession];
