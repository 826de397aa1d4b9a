import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../src/edge/control/app.ts';
import type { Stats } from '../../src/actors/contracts.ts';
import { readFrame } from '../../src/dashboard/read-frame.ts';
import { eventually, freshClient, startIsolate } from '../support/workerd/isolate.ts';

const isolate = startIsolate();
const admin = (method: string, path: string, body?: unknown) => isolate.admin(method, path, body, freshClient());

interface Api {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}
interface Described {
  readonly operationId: string;
  readonly parameters?: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema: { properties?: object } }> };
  readonly responses: Readonly<Record<string, { description: string }>>;
  readonly security: readonly object[];
}

const visitsToAdmin = async () => (await (await admin('GET', '/admin/stats')).json<Stats>()).byRoute.admin ?? 0;

describe('the totals', () => {
  it("count visitors and strangers at the door, not the operator's own calls", async () => {
    await isolate.settle();
    const before = await visitsToAdmin();
    for (let n = 0; n < 5; n += 1) await admin('GET', '/admin/rules');
    for (let n = 0; n < 2; n += 1) await isolate.visit('/admin/rules', { ip: freshClient() });
    await isolate.settle();
    expect(await visitsToAdmin()).toBe(before + 2);
  });
});

describe('the OpenAPI document', () => {
  it('has every operation, each of the shape that OpenAPI 3.1 wants', async () => {
    const api = await (await admin('GET', '/admin/openapi.json')).json<Api>();
    expect(api.openapi).toMatch(/^3\.1\.\d+$/);
    expect(api.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    const described = Object.entries(api.paths).flatMap(([path, item]) => Object.keys(item).map((m) => `${m} ${path}`));
    expect(described.sort()).toEqual(OPERATIONS.map((op) => `${op.method} ${op.path}`).sort());
    const ids = new Set<string>();
    for (const [path, item] of Object.entries(api.paths)) {
      for (const op of Object.values(item)) {
        ids.add(op.operationId);
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        const parameters = op.parameters ?? [];
        expect(parameters.filter((p) => p.in === 'path').map((p) => p.name)).toEqual(named);
        for (const parameter of parameters) expect(parameter.schema).toHaveProperty('type');
        for (const response of Object.values(op.responses)) expect(response.description).toBeTruthy();
      }
    }
    expect(ids.size).toBe(OPERATIONS.length);
  });

  it('has what the contract names', async () => {
    const api = await (await admin('GET', '/admin/openapi.json')).json<Api>();
    for (const [method, path] of [
      ['get', '/health'],
      ['get', '/admin/stats'],
      ['get', '/admin/rules'],
      ['post', '/admin/rules/reload'],
      ['post', '/admin/model/reload'],
      ['get', '/admin/releases'],
      ['post', '/admin/releases/{seq}/rollback'],
      ['get', '/admin/blocklist'],
      ['post', '/admin/blocklist'],
      ['patch', '/admin/blocklist/{ip}'],
      ['delete', '/admin/blocklist/{ip}'],
      ['get', '/admin/reputation/{ip}'],
      ['get', '/admin/events'],
      ['get', '/ws/threats'],
    ] as const)
      expect(api.paths[path]).toHaveProperty(method);
  });

  it('describes bodies by the schemas that validate them', async () => {
    const api = await (await admin('GET', '/admin/openapi.json')).json<Api>();
    const schema = api.paths['/admin/blocklist']?.post?.requestBody?.content['application/json']?.schema;
    expect(Object.keys(schema?.properties ?? {})).toEqual(['ip', 'reason', 'ttl_seconds']);
    expect(api.paths['/health']?.get?.security).toEqual([]);
    expect(api.paths['/admin/stats']?.get?.security).toHaveLength(2);
  });
});

describe('what is sent to the control plane', () => {
  it('must be JSON, and a slip is told with its place', async () => {
    const response = await admin('POST', '/admin/blocklist', '{"ip": "192.0.2.1", "reason": }');
    expect(response.status).toBe(400);
    expect((await response.json<{ detail: string }>()).detail).toMatch(/reason|position/);
    expect((await admin('POST', '/admin/blocklist', '')).status).toBe(400);
  });

  it('must fit the schema, and everything wrong is told with its path', async () => {
    const response = await admin('POST', '/admin/blocklist', { ip: 7, reason: '', extra: 1, ttl_seconds: -1 });
    expect(response.status).toBe(422);
    const { problems } = await response.json<{ problems: { path: string; message: string }[] }>();
    expect(problems.map((problem) => problem.path).sort()).toEqual(['extra', 'ip', 'reason', 'ttl_seconds']);
    expect(problems).toContainEqual({ path: 'extra', message: 'is not known here: leave it out' });
    const bare = await (await admin('POST', '/admin/blocklist', {})).json<{ problems: unknown }>();
    expect(bare.problems).toContainEqual({ path: 'reason', message: 'is missing' });
  });

  it('must not be too long, whether or not its length is declared', async () => {
    const long = JSON.stringify({ ip: '192.0.2.1', reason: 'x'.repeat(10_000) });
    expect((await admin('POST', '/admin/blocklist', long)).status).toBe(413);
    const headers = { 'X-Admin-Key': 'test-admin-key-0123456789abcdef' };
    const body = new Response(long).body ?? expect.fail('no body');
    const visit = { method: 'POST', headers, body, ip: freshClient() };
    expect((await isolate.visit('/admin/blocklist', visit)).status).toBe(413);
  });

  it('may be full of attacks: the rules do not judge the operator', async () => {
    const response = await admin('POST', '/admin/rules/reload?dry_run=1', {
      name: "' OR 1=1 UNION SELECT password FROM users; <script>alert(1)</script> ../../etc/passwd",
      version: '1',
      rules: [],
    });
    expect(response.status).not.toBe(403);
  });

  it('must use a method that is possible there', async () => {
    const response = await admin('PUT', '/admin/blocklist', {});
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, POST']);
    expect((await admin('GET', '/admin/nonsense')).status).toBe(404);
  });
});

describe('events', () => {
  it('tell a block within moments, and never a secret', async () => {
    const ip = freshClient();
    const response = await isolate.visit('/login?password=hunter2&q=1%20UNION%20SELECT%20password%20FROM%20users--', {
      ip,
      headers: { Authorization: 'Bearer topsecrettoken', Cookie: 'session=abcdef' },
      cf: { country: 'NL', city: 'Delft', asn: 1103, latitude: '52.01', longitude: '4.36', colo: 'AMS' },
    });
    await isolate.settle();
    const { events } = await (await admin('GET', `/admin/events?ip=${ip}`)).json<{ events: object[] }>();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      id: response.headers.get('X-Request-Id'),
      kind: 'request',
      outcome: 'block',
      client: { ip, country: 'NL', city: 'Delft', asn: 1103, latitude: 52.01, longitude: 4.36, colo: 'AMS' },
      request: { method: 'GET', host: 'shop.test', route: 'login' },
      rules: expect.arrayContaining([expect.objectContaining({ id: 'sqli-001', location: 'ARGS:q' })]),
    });
    expect(JSON.stringify(events)).not.toMatch(/hunter2|topsecret|abcdef/);
  });

  it('tell a flood once and count all of it', async () => {
    const ip = freshClient();
    for (let n = 0; n < 30; n += 1) await isolate.visit('/login', { ip });
    await isolate.settle();
    const { events } = await (await admin('GET', `/admin/events?ip=${ip}&outcome=limit`)).json<{ events: object[] }>();
    expect(events.length).toBeGreaterThanOrEqual(1);
    expect(events.length).toBeLessThan(10);
    const stats = await (await admin('GET', '/admin/stats')).json<Stats>();
    expect(stats.byOutcome.limit).toBeGreaterThanOrEqual(20);
    expect(stats.refusedByRoute?.login?.limit).toBe(stats.byOutcome.limit);
  });

  it('of passes are counted, not told', async () => {
    const quiet = startIsolate();
    const ip = freshClient();
    const before = await (await admin('GET', '/admin/stats')).json<{ byRoute: Record<string, number> }>();
    for (let n = 0; n < 5; n += 1) await quiet.visit('/api/things', { ip });
    await quiet.settle();
    const after = await (await admin('GET', '/admin/stats')).json<{ byRoute: Record<string, number> }>();
    expect((after.byRoute.api ?? 0) - (before.byRoute.api ?? 0)).toBe(5);
    expect(await (await admin('GET', `/admin/events?ip=${ip}`)).json()).toEqual({ events: [] });
  });
});

describe('reputation', () => {
  it('remembers an attacker and weighs on later requests, and can be pardoned', async () => {
    const ip = '203.0.113.99';
    for (let n = 0; n < 4; n += 1) await isolate.visit('/?q=1%20UNION%20SELECT%20password%20FROM%20users--', { ip });
    await isolate.settle();
    const state = await (await admin('GET', `/admin/reputation/${ip}`)).json<{ score: number; why: object[] }>();
    expect(state.score).toBeGreaterThan(0);
    expect(state.why.length).toBeGreaterThan(0);
    expect(state).not.toHaveProperty('seq');
    const clean = await (await admin('GET', '/admin/reputation/203.0.113.98')).json();
    expect(clean).toMatchObject({ score: 0, why: [] });
    await admin('DELETE', `/admin/reputation/${ip}`);
    expect(await (await admin('GET', `/admin/reputation/${ip}`)).json()).toMatchObject({ score: 0 });
    expect((await admin('GET', '/admin/reputation/nonsense')).status).toBe(422);
  });

  it('is shown for a /64 under any of its addresses', async () => {
    const state = await (await admin('GET', '/admin/reputation/2001:db8:1:2::77')).json();
    expect(state).toMatchObject({ client: '2001:db8:1:2::/64' });
  });
});

describe('/ws/threats', () => {
  it('tells an operator what happens while it happens', async () => {
    const headers = {
      'X-Admin-Key': 'test-admin-key-0123456789abcdef',
      Upgrade: 'websocket',
      'x-partykit-props': '{}',
    };
    const response = await isolate.visit('/ws/threats?_pk=mine', { headers, ip: freshClient() });
    expect(response.status).toBe(101);
    const socket = response.webSocket ?? expect.fail('no socket');
    const heard: string[] = [];
    socket.addEventListener('message', ({ data }) => heard.push(String(data)));
    socket.accept();
    const attack = await isolate.visit('/?q=%3Cscript%3Ealert(1)%3C/script%3E', { ip: freshClient() });
    const id = attack.headers.get('X-Request-Id') ?? 'none';
    await eventually(
      () => Promise.resolve(heard),
      (frames) => frames.some((frame) => frame.includes(id)),
    );
    expect(JSON.parse(heard[0] ?? '')).toMatchObject({ type: 'hello' });
    socket.close();
  });

  it('sends packed frames to those who ask for them', async () => {
    const headers = { 'X-Admin-Key': 'test-admin-key-0123456789abcdef', Upgrade: 'websocket' };
    const response = await isolate.visit('/ws/threats?packed=1', { headers, ip: freshClient() });
    const socket = response.webSocket ?? expect.fail('no socket');
    const first = new Promise<string | ArrayBuffer | Blob>((resolve) => {
      socket.addEventListener('message', ({ data }) => resolve(data), { once: true });
    });
    socket.accept();
    expect((await readFrame(await first))[0]).toMatchObject({ type: 'hello' });
    socket.close();
  });

  it('wants an upgrade, and knows one way of packing', async () => {
    expect((await admin('GET', '/ws/threats')).status).toBe(426);
    expect((await admin('GET', '/ws/threats?packed=2')).status).toBe(422);
  });
});

describe('the dashboard', () => {
  it('is served with a policy that lets no foreign or inline script run', async () => {
    const pages = new Map([
      ['/', '<!doctype html><title>EdgeShield</title>'],
      ['/app.js', 'export {}'],
      ['/view-2F6OURA3.js', 'export {}'],
    ]);
    const assets = {
      fetch: (request: Request) => {
        const page = pages.get(new URL(request.url).pathname);
        return Promise.resolve(page === undefined ? new Response('no', { status: 404 }) : new Response(page));
      },
    };
    const shown = startIsolate({ ASSETS: assets });
    for (const path of ['/dashboard', '/dashboard/', '/dashboard/app.js']) {
      const response = await shown.visit(path, { ip: freshClient() });
      expect(response.status).toBe(200);
      const policy = response.headers.get('Content-Security-Policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|https?:/);
      expect(response.headers.get('X-Frame-Options')).toBe('DENY');
      expect(response.headers.get('Cache-Control')).toBe('private, no-cache');
    }
    const hashed = await shown.visit('/dashboard/view-2F6OURA3.js', { ip: freshClient() });
    expect(hashed.headers.get('Cache-Control')).toContain('immutable');
    // However many a crowd behind one address asks for, the form to sign in by is served.
    const crowded = freshClient();
    for (let n = 0; n < 120; n += 1) await shown.visit('/dashboard/app.js', { ip: crowded });
    expect((await shown.visit('/dashboard', { ip: crowded })).status).toBe(200);
    expect((await shown.visit('/dashboard/none.js', { ip: freshClient() })).status).toBe(404);
    expect((await shown.visit('/dashboard', { method: 'POST', body: 'x', ip: freshClient() })).status).toBe(405);
  });
});
