import { SELF } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { issueSession, SESSION_MS } from '../../src/edge/auth.ts';
import { ADMIN_KEY, freshClient, makeRequest, startIsolate, type Visit } from '../support/workerd/isolate.ts';

const isolate = startIsolate();
const HOST = 'https://shop.test';
const COOKIE = '__Host-edgeshield';

/** A call that a page of the control plane itself makes. */
const ask = (path: string, visit: Visit = {}) => {
  const headers = { Accept: 'application/json', 'Sec-Fetch-Site': 'same-origin', ...visit.headers };
  return isolate.visit(path, { ip: freshClient(), ...visit, headers });
};

async function signIn(): Promise<string> {
  const response = await ask('/admin/session', { method: 'POST', body: JSON.stringify({ key: ADMIN_KEY }) });
  const cookie = response.headers.get('Set-Cookie') ?? '';
  return cookie.split(';', 1)[0] ?? '';
}

const expectProblem = async (response: Response, status: number) => {
  expect(response.status).toBe(status);
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  const problem = await response.json<{ status: number; request_id: string }>();
  expect(problem).toMatchObject({ status, request_id: response.headers.get('X-Request-Id') });
};

describe('the door', () => {
  it.each(['/admin/stats', '/admin/rules', '/admin/openapi.json', '/admin/events', '/admin/session', '/ws/threats'])(
    'of %s stays shut without a key and with a wrong one',
    async (path) => {
      await expectProblem(await ask(path), 401);
      await expectProblem(await ask(path, { headers: { 'X-Admin-Key': 'wrong' } }), 401);
      await expectProblem(await ask(path, { headers: { 'X-Admin-Key': '' } }), 401);
      await expectProblem(await ask(path, { headers: { 'X-Admin-Key': `${ADMIN_KEY}x` } }), 401);
    },
  );

  it('opens to the key', async () => {
    expect((await ask('/admin/stats', { headers: { 'X-Admin-Key': ADMIN_KEY } })).status).toBe(200);
  });

  it.each([undefined, ''])('opens to nobody while no key is set (%s), and says so to the operator', async (unset) => {
    const open = startIsolate({ ADMIN_API_KEY: unset });
    for (const key of ['', 'undefined', ADMIN_KEY]) {
      const headers = { 'X-Admin-Key': key, Accept: 'application/json' };
      const response = await open.visit('/admin/stats', { headers, ip: freshClient() });
      expect(response.status).toBe(403);
      expect(await response.text()).toContain('ADMIN_API_KEY');
    }
  });

  it('does not let another site’s page in, not even with the key', async () => {
    for (const origin of [
      'https://evil.test',
      'null',
      'http://shop.test',
      'https://shop.test.evil.test',
      'https://shop.test:444',
    ]) {
      const headers = { 'X-Admin-Key': ADMIN_KEY, Origin: origin };
      await expectProblem(await ask('/admin/blocklist', { method: 'POST', body: '{}', headers }), 403);
    }
  });

  it('locks out an address in every isolate, though the rate limit refuses its guesses first', async () => {
    const ip = freshClient();
    for (let n = 0; n < 25; n += 1) await ask('/admin/stats', { ip });
    const other = startIsolate();
    for (let n = 0; n < 12; n += 1) {
      expect((await other.visit('/admin/stats', { ip, headers: { 'X-Admin-Key': `guess ${n}` } })).status).toBe(429);
    }
    expect((await other.admin('GET', '/admin/stats', undefined, ip)).status).toBe(429);
  });

  it('locks out an address after some wrong keys, also with the right one, and nobody else', async () => {
    const ip = freshClient();
    const statuses: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      const response = await ask('/admin/stats', { ip, headers: { 'X-Admin-Key': `guess-${n}` } });
      statuses.push(response.status);
    }
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(statuses.slice(10)).toEqual([429, 429]);
    const locked = await ask('/admin/stats', { ip, headers: { 'X-Admin-Key': ADMIN_KEY } });
    expect(locked.status).toBe(429);
    expect(Number(locked.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await ask('/admin/stats', { headers: { 'X-Admin-Key': ADMIN_KEY } })).status).toBe(200);
    const elsewhere = startIsolate();
    const guess = await elsewhere.visit('/admin/stats', { ip, headers: { 'X-Admin-Key': 'again' } });
    expect(guess.status).toBe(429);
  });
});

describe('a session', () => {
  it('is a cookie that no script, no plain connection and no other site can use', async () => {
    const response = await ask('/admin/session', { method: 'POST', body: JSON.stringify({ key: ADMIN_KEY }) });
    const cookie = response.headers.get('Set-Cookie') ?? '';
    expect(cookie.startsWith(`${COOKIE}=`)).toBe(true);
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/', `Max-Age=${SESSION_MS / 1000}`])
      expect(cookie.split('; ')).toContain(attribute);
    expect(cookie).not.toMatch(/Domain/i);
    expect(cookie).not.toContain(ADMIN_KEY);
  });

  it('drops the prefix and Secure only on plain localhost', async () => {
    const body = JSON.stringify({ key: ADMIN_KEY });
    const headers = { 'Sec-Fetch-Site': 'same-origin' };
    const visit = { method: 'POST', body, headers, ip: freshClient() };
    const local = await isolate.visit('/admin/session', { ...visit, host: 'http://localhost:8787' });
    expect(local.headers.get('Set-Cookie')).toMatch(/^edgeshield=(?!.*Secure)/);
    const plain = await isolate.visit('/admin/session', { ...visit, host: 'http://shop.test' });
    expect(plain.headers.get('Set-Cookie')).toMatch(/^__Host-edgeshield=.*Secure/);
  });

  it('opens the door, and closes it again', async () => {
    const cookie = await signIn();
    expect((await ask('/admin/session', { headers: { Cookie: `a=b; ${cookie}` } })).status).toBe(200);
    const out = await ask('/admin/session', { method: 'DELETE', headers: { Cookie: cookie } });
    expect(out.headers.get('Set-Cookie')).toMatch(/^__Host-edgeshield=; .*Max-Age=0/);
  });

  it('may change things only from the control plane’s own pages', async () => {
    const Cookie = await signIn();
    const body = JSON.stringify({ ip: '192.0.2.9', reason: 'test' });
    const post = (headers: Record<string, string>) => ask('/admin/blocklist', { method: 'POST', body, headers });
    await expectProblem(await post({ Cookie, Origin: 'https://evil.test' }), 403);
    await expectProblem(await post({ Cookie, 'Sec-Fetch-Site': 'cross-site' }), 403);
    await expectProblem(await post({ Cookie, 'Sec-Fetch-Site': 'same-site' }), 403);
    // A browser that sends neither header vouches for nothing.
    await expectProblem(await post({ Cookie, 'Sec-Fetch-Site': 'none' }), 403);
    expect((await post({ Cookie, Origin: HOST })).status).toBe(201);
  });

  it('opens no WebSocket for another site', async () => {
    const Cookie = await signIn();
    const connect = (headers: Record<string, string>) =>
      ask('/ws/threats', { headers: { Cookie, Upgrade: 'websocket', 'Sec-Fetch-Site': 'none', ...headers } });
    expect((await connect({ Origin: 'https://evil.test' })).status).toBe(403);
    expect((await connect({})).status).toBe(403);
    const response = await connect({ Origin: HOST });
    expect(response.status).toBe(101);
    response.webSocket?.accept();
    response.webSocket?.close();
  });

  it('is worth nothing tampered with, expired, from another key or from another host', async () => {
    const now = Date.now();
    const host = 'shop.test';
    const good = await issueSession(ADMIN_KEY, host, now, 'n');
    const [expiry = '', nonce = '', signature = ''] = good.split('.');
    const worthless = [
      `${Number(expiry) + 1}.${nonce}.${signature}`,
      `${expiry}.m.${signature}`,
      `${expiry}.${nonce}.${signature.replace(/^./, (c) => (c === '0' ? '1' : '0'))}`,
      `${expiry}.${nonce}.`,
      `${expiry}.${nonce}`,
      '',
      '..',
      await issueSession(ADMIN_KEY, host, now - SESSION_MS - 1, 'n'),
      await issueSession('another key', host, now, 'n'),
      await issueSession(ADMIN_KEY, 'other.test', now, 'n'),
    ];
    const open = (token: string) => ask('/admin/session', { headers: { Cookie: `${COOKIE}=${token}` } });
    for (const token of worthless) expect((await open(token)).status).toBe(401);
    expect((await open(good)).status).toBe(200);
    // The name without the prefix could be set by a neighbouring subdomain.
    expect((await ask('/admin/session', { headers: { Cookie: `edgeshield=${good}` } })).status).toBe(401);
  });

  it('ends when the key changes', async () => {
    const Cookie = await signIn();
    const changed = startIsolate({ ADMIN_API_KEY: 'a-new-admin-key' });
    expect((await changed.visit('/admin/session', { headers: { Cookie }, ip: freshClient() })).status).toBe(401);
  });

  it('is not given for a wrong key or from another site', async () => {
    const wrong = await ask('/admin/session', { method: 'POST', body: JSON.stringify({ key: 'wrong' }) });
    await expectProblem(wrong, 401);
    expect(wrong.headers.get('Set-Cookie')).toBeNull();
    const headers = { Origin: 'https://evil.test' };
    await expectProblem(
      await ask('/admin/session', { method: 'POST', body: JSON.stringify({ key: ADMIN_KEY }), headers }),
      403,
    );
  });
});

describe('CONTROL_HOST', () => {
  const kept = startIsolate({ CONTROL_HOST: 'Shield.test' });
  const headers = { 'X-Admin-Key': ADMIN_KEY, Accept: 'application/json' };

  it('leaves these paths to the origin on every other host', async () => {
    for (const path of ['/health', '/admin/stats', '/dashboard']) {
      const response = await kept.visit(path, { headers, ip: freshClient() });
      expect(await response.json()).toMatchObject({ method: 'GET', url: `https://shop.test${path}` });
    }
  });

  it('answers on its own host', async () => {
    const response = await kept.visit('/admin/stats', { headers, host: 'https://shield.test', ip: freshClient() });
    expect(await response.json()).toHaveProperty('total');
  });
});

describe('the deployed entry point', () => {
  it('has the same door', async () => {
    expect((await SELF.fetch(makeRequest('/admin/stats', { ip: freshClient() }))).status).toBe(401);
    expect((await SELF.fetch(makeRequest('/health', { ip: freshClient() }))).status).toBe(200);
    // Every Durable Object would be reachable here if partyserver's own routing were mounted.
    const response = await SELF.fetch(makeRequest('/parties/registry/main', { ip: freshClient() }));
    expect(await response.json()).toHaveProperty('url', 'https://shop.test/parties/registry/main');
  });
});

describe('the rate limit of the control plane', () => {
  it('stops a stranger, and lets an operator through in the middle of an attack from the same address', async () => {
    const ip = freshClient();
    const statuses = new Set<number>();
    for (let n = 0; n < 25; n += 1) statuses.add((await isolate.visit('/admin/rules', { ip })).status);
    expect(statuses).toEqual(new Set([401, 429]));
    for (let n = 0; n < 25; n += 1)
      expect((await isolate.admin('GET', '/admin/rules', undefined, ip)).status).toBe(200);
  });
});
