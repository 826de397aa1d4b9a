import { env } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { issueSession } from '../../src/edge/auth.ts';
import { KEY_BYTES, writeApiKey } from '../../src/edge/api-key.ts';
import { sha256 } from '../../src/edge/sha256.ts';
import { SINGLETON } from '../../src/env.ts';
import { ADMIN_KEY, eventually, freshClient, startIsolate } from '../support/workerd/isolate.ts';
import { askAsPage, callWith, createKey, problemOf, signInWith } from '../support/workerd/keys.ts';

const isolate = startIsolate();
const registry = () => env.REGISTRY.getByName(SINGLETON);
const read = (key: string, from = isolate) => callWith(from, key, 'GET', '/admin/stats');
const guess = () => writeApiKey(crypto.getRandomValues(new Uint8Array(KEY_BYTES))).text;

/** The operations that the audit log has of this target. */
const notedOf = async (target: string) =>
  (await registry().audit(50)).filter((entry) => entry.target === target).map((entry) => entry.operation);

/** The registry behind a count of what it is asked. */
function counted() {
  const calls: string[] = [];
  const stub = registry();
  const count = new Proxy(stub, {
    get(target, name: string) {
      return (...args: unknown[]) => {
        calls.push(name);
        return Reflect.apply(Reflect.get(target, name) as (...all: unknown[]) => unknown, target, args);
      };
    },
  });
  return { calls, namespace: { getByName: () => count } };
}

/** A registry of which no call comes back. */
const down = {
  getByName: () => new Proxy({}, { get: () => () => Promise.reject(new Error('secret inside: registry is down')) }),
};

describe('an API key', () => {
  it('is shown once, and nowhere is more of it kept than a hash', async () => {
    const { key, id } = await createKey(isolate, ['read']);
    expect(key).toMatch(/^esk_[0-9a-f]{12}_[0-9a-f]{64}$/);
    expect((await read(key)).status).toBe(200);
    const list = await (await isolate.admin('GET', '/admin/keys')).text();
    expect(list).toContain(id);
    const secret = key.slice(-64);
    const hash = await sha256(key);
    for (const hidden of [secret, hash]) expect(list).not.toContain(hidden);
    const stored = (await registry().keys()).find((one) => one.id === id);
    expect(stored?.hash).toBe(hash);
    expect(JSON.stringify(stored)).not.toContain(secret);
  });

  it('works at once in an isolate that loaded the keys a moment before it was made', async () => {
    const other = startIsolate();
    await read((await createKey(isolate, ['read'])).key, other);
    const { key } = await createKey(isolate, ['read']);
    expect((await read(key, other)).status).toBe(200);
  });

  it('with one digit exchanged is wrong, and counts as a guess', async () => {
    const { key } = await createKey(isolate, ['read']);
    const ip = freshClient();
    const wrong = key.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    const attempts: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      attempts.push((await isolate.visit('/admin/stats', { ip, headers: { 'X-Admin-Key': wrong } })).status);
    }
    expect(attempts.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(attempts.slice(10)).toEqual([429, 429]);
    expect((await isolate.visit('/admin/stats', { ip, headers: { 'X-Admin-Key': key } })).status).toBe(429);
    expect((await read(key)).status).toBe(200);
  });

  it('is refused at once where it is revoked, with its sessions and sockets, and in every isolate that starts', async () => {
    const { key, id } = await createKey(isolate, ['read']);
    const Cookie = await signInWith(isolate, key);
    const upgrade = { Cookie, Upgrade: 'websocket', Origin: 'https://shop.test' };
    const { webSocket } = await askAsPage(isolate, '/ws/threats', { headers: upgrade });
    const closed = new Promise<number>((resolve) => {
      webSocket?.addEventListener('close', ({ code }) => resolve(code));
    });
    webSocket?.accept();
    expect((await read(key)).status).toBe(200);
    const revoked = await isolate.admin('DELETE', `/admin/keys/${id}`);
    expect(await revoked.json()).toMatchObject({ id, state: 'revoked', revoked_at: expect.any(String) });
    for (const from of [isolate, startIsolate()]) {
      expect(await problemOf(await read(key, from))).toMatchObject({ status: 401, kind: 'key-ended' });
      const session = await askAsPage(from, '/admin/session', { headers: { Cookie } });
      expect(await problemOf(session)).toMatchObject({ status: 401, kind: 'key-ended' });
      const again = { method: 'POST', body: JSON.stringify({ key }) };
      expect(await problemOf(await askAsPage(from, '/admin/session', again))).toMatchObject({ kind: 'key-ended' });
    }
    expect(await closed).toBe(1008);
    expect((await isolate.admin('DELETE', '/admin/keys/0123456789ab')).status).toBe(404);
  });

  it('that is over locks nobody out: it is no guess', async () => {
    const { key, id } = await createKey(isolate, ['read']);
    await isolate.admin('DELETE', `/admin/keys/${id}`);
    const ip = freshClient();
    for (let n = 0; n < 15; n += 1) await isolate.visit('/admin/stats', { ip, headers: { 'X-Admin-Key': key } });
    expect((await isolate.admin('GET', '/admin/stats', undefined, ip)).status).toBe(200);
  });

  it('ends when its time is up, and its session with it, however long that was signed for', async () => {
    const { id, text } = writeApiKey(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
    const now = Date.now();
    const key = { id, name: 'brief', scopes: ['read'] as const, hash: await sha256(text), expires: now + 500 };
    expect(await registry().createKey(key)).toMatchObject({ ok: true });
    const holder = { key: id, scopes: ['read'] as const, until: now + 3_600_000 };
    const token = await issueSession(ADMIN_KEY, 'shop.test', now, 'n', holder);
    await eventually(
      () => read(text),
      (response) => response.status === 401,
    );
    expect(await problemOf(await read(text))).toMatchObject({ kind: 'key-ended' });
    const headers = { Cookie: `__Host-edgeshield=${token}` };
    expect(await problemOf(await askAsPage(isolate, '/admin/session', { headers }))).toMatchObject({
      kind: 'key-ended',
    });
    const list = await (await isolate.admin('GET', '/admin/keys')).json<{ keys: { id: string; state: string }[] }>();
    expect(list.keys.find((one) => one.id === id)).toMatchObject({ state: 'expired' });
  });

  it('that expires begins no session that lasts longer', async () => {
    const { key, expires_at } = await createKey(isolate, ['read'], { expires_in_days: 1 });
    const now = Date.now();
    const { id } = (await registry().keys()).at(-1) ?? { id: '' };
    const holder = { key: id, scopes: ['read'] as const, until: now + 60_000 };
    expect(await issueSession(ADMIN_KEY, 'shop.test', now, 'n', holder)).toMatch(new RegExp(`^${now + 60_000}\\.`));
    expect(Date.parse(expires_at ?? '') - now).toBeGreaterThan(86_000_000);
    const body = JSON.stringify({ key });
    const answer = await askAsPage(isolate, '/admin/session', { method: 'POST', body });
    expect(answer.headers.get('Set-Cookie')).toContain('Max-Age=43200');
  });

  it('is told to be in use', async () => {
    const { key, id } = await createKey(isolate, ['read']);
    expect((await registry().keys()).find((one) => one.id === id)?.used).toBeNull();
    await read(key);
    await isolate.settle();
    expect((await registry().keys()).find((one) => one.id === id)?.used).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('a session of an API key', () => {
  it('cannot be widened, nor carried over to another key', async () => {
    const { key, id } = await createKey(isolate, ['read']);
    const other = await createKey(isolate, ['keys:admin']);
    const [name = '', token = ''] = (await signInWith(isolate, key)).split('=');
    for (const forged of [
      token.replace('.read.', '.read+keys:admin.'),
      token.replace(id, other.id),
      token.replace(`.${id}.read`, ''),
    ]) {
      expect(forged).not.toBe(token);
      const response = await askAsPage(isolate, '/admin/session', { headers: { Cookie: `${name}=${forged}` } });
      expect(await problemOf(response)).toMatchObject({ status: 401, kind: 'unauthorized' });
    }
    // Even one that is signed for more than the key has may do no more than the key.
    const holder = { key: id, scopes: ['read', 'keys:admin'] as const, until: null };
    const wide = await issueSession(ADMIN_KEY, 'shop.test', Date.now(), 'n', holder);
    const shown = await askAsPage(isolate, '/admin/session', { headers: { Cookie: `${name}=${wide}` } });
    expect(await shown.json()).toMatchObject({ scopes: ['read'] });
  });

  it('still wants a page of this origin to vouch for it', async () => {
    const Cookie = await signInWith(isolate, (await createKey(isolate, ['blocklist:write'])).key);
    const headers = { Cookie, 'Sec-Fetch-Site': 'cross-site' };
    const body = JSON.stringify({ ip: '192.0.2.5', reason: 'r' });
    expect((await askAsPage(isolate, '/admin/blocklist', { method: 'POST', headers, body })).status).toBe(403);
  });
});

describe('whoever may administer keys', () => {
  it('grants no scope that the own key lacks', async () => {
    const { key } = await createKey(isolate, ['keys:admin', 'read']);
    const make = (scopes: string[]) =>
      callWith(isolate, key, 'POST', '/admin/keys', { name: `granted ${scopes.length}`, scopes });
    const refusal = await problemOf(await make(['read', 'rules:write', 'blocklist:write']));
    expect(refusal).toMatchObject({ status: 403, kind: 'insufficient-scope' });
    expect(refusal.detail).toContain('`rules:write`, `blocklist:write`');
    expect((await make(['read', 'keys:admin'])).status).toBe(201);
  });

  it.each([
    { name: 'operator', scopes: ['read'] },
    { name: 'x', scopes: [] },
    { name: 'x', scopes: ['everything'] },
    { name: 'x', scopes: ['read', 'read'] },
    { name: 'x' },
    { name: '<img src=x>', scopes: ['read'] },
    { name: 'x', scopes: ['read'], expires_in_days: 0 },
    { name: 'x', scopes: ['read'], expires_in_days: 1.5 },
    { name: 'x', scopes: ['read'], hash: 'a'.repeat(64) },
  ])('cannot make %o', async (body) => {
    expect((await isolate.admin('POST', '/admin/keys', body)).status).toBe(422);
  });

  it('is told when a name is taken', async () => {
    const { name } = await createKey(isolate, ['read']);
    const response = await isolate.admin('POST', '/admin/keys', { name, scopes: ['read'] });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('is the name of key');
  });
});

describe('a flood of guesses', () => {
  it('from many addresses hardly reaches the registry, and keeps no key that is good from working', async () => {
    const { key } = await createKey(isolate, ['read']);
    const { calls, namespace } = counted();
    const flooded = startIsolate({ REGISTRY: namespace });
    const start = Date.now();
    const guesses = Array.from({ length: 150 }, async () => (await read(guess(), flooded)).status);
    const good = read(key, flooded);
    expect(new Set(await Promise.all(guesses))).toEqual(new Set([401]));
    expect((await good).status).toBe(200);
    const asked = calls.filter((name) => name === 'keys').length;
    expect(asked).toBeLessThanOrEqual(Math.ceil((Date.now() - start) / 1000) + 1);
    expect(asked).toBeGreaterThan(0);
  });

  it('of texts that are no keys reaches it not at all', async () => {
    const { calls, namespace } = counted();
    const flooded = startIsolate({ REGISTRY: namespace });
    for (const text of ['x', 'esk_', `esk_${'0'.repeat(12)}_${'g'.repeat(64)}`, `${guess()}0`, 'A'.repeat(5000)]) {
      expect((await read(text, flooded)).status).toBe(401);
    }
    expect(calls).not.toContain('keys');
  });

  it('from one address ends after ten', async () => {
    const ip = freshClient();
    const flooded = startIsolate();
    const visits = Array.from({ length: 11 }, () => guess());
    for (const text of visits) await flooded.visit('/admin/stats', { ip, headers: { 'X-Admin-Key': text } });
    expect((await flooded.visit('/admin/stats', { ip, headers: { 'X-Admin-Key': guess() } })).status).toBe(429);
  });
});

describe('without the registry', () => {
  const broken = startIsolate({ REGISTRY: down });

  it('API keys and their sessions are refused for the moment, and nothing of the inside leaks', async () => {
    const { key } = await createKey(isolate, ['read']);
    const Cookie = await signInWith(isolate, key);
    const session = await askAsPage(broken, '/admin/session', { headers: { Cookie } });
    const body = JSON.stringify({ key });
    for (const response of [
      await read(key, broken),
      session,
      await askAsPage(broken, '/admin/session', { method: 'POST', body }),
    ]) {
      expect(response.headers.get('Retry-After')).toBe('2');
      expect(await problemOf(response.clone())).toMatchObject({ status: 503, kind: 'keys-unavailable' });
      expect(await response.text()).not.toContain('secret inside');
    }
  });

  it('the bootstrap key goes on working, and so does signing in with it', async () => {
    expect((await broken.admin('GET', '/admin/stats', undefined, freshClient())).status).toBe(200);
    const Cookie = await signInWith(broken, ADMIN_KEY);
    expect((await askAsPage(broken, '/admin/stats', { headers: { Cookie } })).status).toBe(200);
  });

  it('guesses are no easier', async () => {
    expect((await read(guess(), broken)).status).toBe(503);
    expect((await read('no key', broken)).status).toBe(401);
  });

  it('what it did not take of the audit log is kept and goes with the next sign of life', async () => {
    let works = false;
    const flaky = {
      getByName: () => {
        const stub = registry();
        return new Proxy(stub, {
          get:
            (target, name: string) =>
            (...args: unknown[]) =>
              name === 'record' && !works
                ? Promise.reject(new Error('not now'))
                : Reflect.apply(Reflect.get(target, name) as (...all: unknown[]) => unknown, target, args),
        });
      },
    };
    const shaky = startIsolate({ REGISTRY: flaky });
    const body = { ip: '192.0.2.200', reason: 'noted later' };
    expect((await shaky.admin('POST', '/admin/blocklist', body)).status).toBe(201);
    expect(await notedOf('192.0.2.200')).toEqual([]);
    works = true;
    await shaky.admin('GET', '/admin/session');
    await shaky.settle();
    await vi.waitFor(async () => expect(await notedOf('192.0.2.200')).toEqual(['block']), 5000);
  });
});
