import { beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../src/edge/control/app.ts';
import { operation } from '../../src/edge/control/operation.ts';
import { ALL_SCOPES, type Scope } from '../../src/edge/scopes.ts';
import { startIsolate } from '../support/workerd/isolate.ts';
import { askAsPage, callWith, createKey, problemOf, signInWith } from '../support/workerd/keys.ts';

const isolate = startIsolate();

/** A key that has one scope alone, and one that lacks it alone. */
const only = new Map<Scope, string>();
const lacking = new Map<Scope, string>();

beforeAll(async () => {
  for (const scope of ALL_SCOPES) {
    only.set(scope, (await createKey(isolate, [scope])).key);
    const others = ALL_SCOPES.filter((other) => other !== scope);
    lacking.set(scope, (await createKey(isolate, others)).key);
  }
});

const scoped = OPERATIONS.filter((op) => op.access === 'operator').map((op) => ({
  ...op,
  /** Parameters that mean nothing: what is let in does no harm. */
  url: op.path
    .replace(/\{ip\}/, '192.0.2.77')
    .replace(/\{seq\}/, '999999')
    .replace(/\{\w+\}/g, 'nothing'),
}));

describe.each(scoped.filter((op) => op.scope !== null))('$method $path', ({ method, url, scope }) => {
  if (scope === null) return;

  it(`wants ${scope}: all other scopes are not enough, and the refusal names it`, async () => {
    const refusal = await problemOf(await callWith(isolate, lacking.get(scope) ?? '', method.toUpperCase(), url));
    expect(refusal).toMatchObject({ status: 403, kind: 'insufficient-scope' });
    expect(refusal.detail).toContain(`\`${scope}\``);
  });

  it(`is content with ${scope} alone`, async () => {
    const response = await callWith(isolate, only.get(scope) ?? '', method.toUpperCase(), url);
    expect([401, 403, 405, 500]).not.toContain(response.status);
  });
});

const handle = () => new Response();

describe('an operation that may change something', () => {
  const rest = { path: '/x', id: 'x', summary: '', tag: '', access: 'operator', responses: {} } as const;

  it('cannot be declared without what it wants; one that reads wants read', () => {
    // @ts-expect-error: no scope
    operation({ ...rest, method: 'post', handle });
    // @ts-expect-error: nobody must prove to be an operator, so there is no scope to look at
    operation({ ...rest, access: 'public', method: 'get', scope: 'read', handle });
    expect(operation({ ...rest, method: 'post', scope: 'rules:write', handle }).scope).toBe('rules:write');
    expect(operation({ ...rest, method: 'get', handle }).scope).toBe('read');
    expect(operation({ ...rest, access: 'public', method: 'post', handle }).scope).toBeNull();
  });
});

describe('the operations', () => {
  it('are open to any key only where nothing is told or changed but what the key itself is', () => {
    expect(scoped.filter((op) => op.scope === null).map((op) => op.id)).toEqual(['showSession']);
  });

  it('that may change something want more than to read, so that the audit log has them', () => {
    const reading = scoped.filter((op) => op.method !== 'get' && (op.scope === null || op.scope === 'read'));
    expect(reading.map((op) => op.id)).toEqual(['testRequest', 'dryRunRules', 'previewExclusion', 'previewPolicy']);
  });

  it('show what they want in the OpenAPI document', async () => {
    interface Described {
      readonly description?: string;
      readonly security: readonly Readonly<Record<string, readonly string[]>>[];
      readonly responses: Readonly<Record<string, unknown>>;
    }
    const response = await isolate.admin('GET', '/admin/openapi.json');
    const api = await response.json<{
      info: { description: string };
      paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
    }>();
    for (const scope of ALL_SCOPES) expect(api.info.description).toContain(`\`${scope}\``);
    for (const { path, method, scope } of scoped) {
      const described = api.paths[path]?.[method];
      const roles = scope === null ? [] : [scope];
      expect(described?.security).toEqual([{ adminKey: roles }, { session: roles }]);
      if (scope !== null) expect(described?.description).toContain(`\`${scope}\``);
    }
  });
});

describe('a session', () => {
  it('may do what the key may that began it, and tells so', async () => {
    const { key, id, name } = await createKey(isolate, ['read', 'blocklist:write'], { expires_in_days: 1 });
    const Cookie = await signInWith(isolate, key);
    expect(Cookie).not.toContain(key.slice(20));
    const session = await (await askAsPage(isolate, '/admin/session', { headers: { Cookie } })).json();
    expect(session).toEqual({
      signed_in: true,
      scopes: ['read', 'blocklist:write'],
      key: { id, name },
      expires_at: expect.stringMatching(/^\d{4}-/),
    });
    const post = (path: string, body: object) =>
      askAsPage(isolate, path, { method: 'POST', headers: { Cookie }, body: JSON.stringify(body) });
    expect((await post('/admin/blocklist', { ip: '192.0.2.78', reason: 'r' })).status).toBe(201);
    expect(await problemOf(await post('/admin/policy/reload', {}))).toMatchObject({ kind: 'insufficient-scope' });
  });

  it('of a key that may not read hears nothing', async () => {
    const Cookie = await signInWith(isolate, only.get('rules:write') ?? '');
    const headers = { Cookie, Upgrade: 'websocket', Origin: 'https://shop.test' };
    expect(await problemOf(await askAsPage(isolate, '/ws/threats', { headers }))).toMatchObject({ status: 403 });
    expect(await (await askAsPage(isolate, '/admin/session', { headers: { Cookie } })).json()).toMatchObject({
      scopes: ['rules:write'],
    });
  });

  it('of the bootstrap key may do everything and belongs to no API key', async () => {
    const session = await (await isolate.admin('GET', '/admin/session')).json();
    expect(session).toEqual({ signed_in: true, scopes: ALL_SCOPES, key: null, expires_at: null });
  });
});
