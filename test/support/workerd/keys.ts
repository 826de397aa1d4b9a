import { expect } from 'vitest';
import type { Scope } from '../../../src/edge/scopes.ts';
import { freshClient, type startIsolate, type Visit } from './isolate.ts';

type Isolate = ReturnType<typeof startIsolate>;

/** What POST /admin/keys answers. */
export interface CreatedKey {
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expires_at: string | null;
}

let keys = 0;

/** An API key with these scopes, made with the bootstrap key. */
export async function createKey(isolate: Isolate, scopes: readonly Scope[], more: object = {}): Promise<CreatedKey> {
  keys += 1;
  const body = { name: `test key ${keys}`, scopes, ...more };
  const response = await isolate.admin('POST', '/admin/keys', body, freshClient());
  expect(response.status).toBe(201);
  return response.json<CreatedKey>();
}

/** A call of a program with this key. */
export function callWith(
  isolate: Isolate,
  key: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  const headers = { 'X-Admin-Key': key, Accept: 'application/json' };
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  return isolate.visit(path, { method, headers, ip: freshClient(), ...sent });
}

/** A call of a page of the control plane itself. */
export function askAsPage(isolate: Isolate, path: string, visit: Visit = {}): Promise<Response> {
  const headers = { Accept: 'application/json', 'Sec-Fetch-Site': 'same-origin', ...visit.headers };
  return isolate.visit(path, { ip: freshClient(), ...visit, headers });
}

/** Signs in; the `Cookie` header of the session. */
export async function signInWith(isolate: Isolate, key: string): Promise<string> {
  const response = await askAsPage(isolate, '/admin/session', { method: 'POST', body: JSON.stringify({ key }) });
  expect(response.status).toBe(200);
  return (response.headers.get('Set-Cookie') ?? '').split(';', 1)[0] ?? '';
}

export async function problemOf(
  response: Response,
): Promise<{ readonly status: number; readonly kind: string; readonly detail: string }> {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  const { type, status, detail } = await response.json<{ type: string; status: number; detail: string }>();
  return { status, kind: type.replace('/problems/', ''), detail };
}
