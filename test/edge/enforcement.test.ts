import { describe, expect, it } from 'vitest';
import type { EnforcementStatus, RunRecord } from '../../src/actors/contracts.ts';
import { describeEffectiveness, rateEffectiveness } from '../../src/edge/control/effectiveness.ts';
import { setFeed } from '../support/workerd/feeds.ts';
import { eventually, freshClient, startIsolate } from '../support/workerd/isolate.ts';

const isolate = startIsolate();
const admin = (method: string, path: string, body?: unknown) => isolate.admin(method, path, body, freshClient());
const json = async <T>(method: string, path: string, body?: unknown) => (await admin(method, path, body)).json<T>();

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const OPERATOR_ONLY = [
  ['GET', '/test/response-logic'],
  ['GET', '/test/connection'],
  ['GET', '/test/effectiveness'],
  ['POST', '/enforce'],
  ['GET', '/check?ip=192.0.2.1'],
  ['GET', '/enforcement/plan'],
  ['POST', `/enforcement/plan/${'a'.repeat(64)}/approve`],
  ['GET', '/enforcement/runs'],
  ['GET', '/enforcement/status'],
  ['POST', '/enforcement/kill-switch'],
  ['DELETE', '/enforcement/kill-switch'],
  ['GET', '/status'],
] as const;

describe.each(OPERATOR_ONLY)('%s %s', (method, path) => {
  it('is refused without a key and with a wrong one', async () => {
    for (const headers of [{}, { 'X-Admin-Key': 'wrong' }]) {
      const response = await isolate.visit(path, {
        method,
        ip: freshClient(),
        headers: { Accept: 'application/json', ...headers },
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    }
  });

  it('is locked where no key is set', async () => {
    const unset = startIsolate({ ADMIN_API_KEY: undefined });
    const response = await unset.visit(path, { method, ip: freshClient(), headers: { Accept: 'application/json' } });
    expect(response.status).toBe(403);
  });
});

describe('the public answer', () => {
  it('tells that the service is there, and nothing else', async () => {
    const response = await isolate.visit('/info', { ip: freshClient() });
    expect(response.status).toBe(200);
    const body = await response.json<{ timestamp: string }>();
    expect(body).toEqual({
      service: 'enforcement-engine',
      status: 'operational',
      timestamp: expect.stringMatching(ISO),
    });
  });

  it('leaves what lies beside it to the site', async () => {
    for (const path of ['/information', '/statuses', '/test/of-the-site', '/tests', '/checkout', '/enforced']) {
      const response = await isolate.visit(path, { ip: freshClient() });
      expect(response.headers.get('Content-Type')).not.toBe('application/problem+json');
    }
  });
});

describe('the tests that operators run', () => {
  it('evaluate the live function seven times', async () => {
    const body = await json<{ results: { ip: string; score: number; actual: string }[] }>(
      'GET',
      '/test/response-logic',
    );
    expect(body).toMatchObject({ total_tests: 7, passed: 7, failed: 0 });
    expect(body.results).toHaveLength(7);
    for (const result of body.results) {
      expect(Object.keys(result).sort()).toEqual(['actual', 'expected', 'ip', 'passed', 'score']);
    }
    expect(body.results.at(-1)).toMatchObject({ score: 1, actual: 'log_only' });
  });

  it('follow the thresholds of the policy in force', async () => {
    const { policy } = await json<{ policy: object }>('GET', '/admin/policy');
    const thresholds = { rate_limit: 0.1, challenge: 0.2, block: 0.3 };
    await admin('POST', '/admin/policy/reload', { ...policy, enforcement: { thresholds } });
    const body = await json<{ results: { score: number }[] }>('GET', '/test/response-logic');
    expect(body).toMatchObject({ passed: 7, failed: 0 });
    expect(body.results.map(({ score }) => score)).toEqual([0.3, 0.29, 0.2, 0.19, 0.1, 0.09, 1]);
    const restored = await admin('POST', '/admin/policy/reload', policy);
    expect(restored.status).toBe(200);
  });

  it('ask the collector over the service binding', async () => {
    await setFeed('raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt', '45.1.0.1\t9\n45.1.0.2\t9\n');
    await admin('POST', '/enforce');
    const body = await json('GET', '/test/connection');
    expect(body).toMatchObject({
      success: true,
      message: expect.any(String),
      binding_type: 'Workers Service Binding',
      threats_received: 2,
      sample_threats: [
        { ip: '45.1.0.1', score: expect.any(Number), sources: ['ipsum'] },
        { ip: '45.1.0.2', score: expect.any(Number), sources: ['ipsum'] },
      ],
    });
  });
});

describe('a cycle', () => {
  it('answers what it came to, and everybody sees the same afterwards', async () => {
    const done = await json<{ run: RunRecord }>('POST', '/enforce');
    expect(done).toMatchObject({
      success: true,
      message: expect.stringMatching(/only planned/),
      timestamp: expect.stringMatching(ISO),
      run: { state: 'done', mode: 'plan' },
    });
    expect(await json('GET', '/enforcement/status')).toMatchObject({
      mode: 'plan',
      origin: 'live',
      edge: { block: 2 },
    });
    expect(await json('GET', '/status')).toMatchObject({ mode: 'plan', timestamp: expect.stringMatching(ISO) });
    expect(await json('GET', '/enforcement/runs?limit=1')).toMatchObject({ runs: [{ id: done.run.id }] });
    expect(await json('GET', '/enforcement/plan')).toMatchObject({
      hash: done.run.planHash,
      held: [],
      lists: [{ name: 'threat_block', displayName: 'threat-block', adds: 2, removals: 0 }, {}, {}],
      plan: {
        lists: [
          { adds: [{ range: '45.1.0.1', reason: expect.stringMatching(/block at 0\.8/) }, { range: '45.1.0.2' }] },
          {},
          {},
        ],
      },
    });
    expect((await isolate.visit('/', { ip: '45.1.0.1' })).status).toBe(403);
  });

  it('is not started by a session from another site', async () => {
    const response = await isolate.visit('/enforce', {
      method: 'POST',
      ip: freshClient(),
      headers: { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.test', 'X-Admin-Key': 'x' },
    });
    expect(response.status).toBe(403);
  });
});

describe('the check of an address', () => {
  it('says who lists it, what follows and where', async () => {
    expect(await json('GET', '/check?ip=45.1.0.1')).toMatchObject({
      ip: '45.1.0.1',
      tier: 'block',
      allowed: null,
      sources: [{ id: 'ipsum' }],
      enforced: { edge: 'block', lists: [], blocklist: null },
      now: { outcome: 'block', by: 'intelligence' },
      why: expect.stringMatching(
        /^Now: blocked, by threat intelligence.*listed by ipsum.*Enforced at the edge \(block\), in no list of the account/,
      ),
      timestamp: expect.stringMatching(ISO),
    });
  });

  it('tells of allowed, unknown and blocked ones', async () => {
    expect(await json('GET', '/check?ip=173.245.48.7')).toMatchObject({
      tier: 'log_only',
      allowed: { origin: 'cloudflare' },
    });
    expect(await json('GET', '/check?ip=2001:4860:7::1')).toMatchObject({
      score: 0,
      tier: 'log_only',
      now: { outcome: 'pass', by: 'none' },
      why: expect.stringMatching(/^Now: let in\. .* No source lists it\.$/),
    });
    // A person's entry is stronger than the allow-list.
    await admin('POST', '/admin/blocklist', { ip: '173.245.48.7', reason: 'by hand' });
    expect(await json('GET', '/check?ip=173.245.48.7')).toMatchObject({ now: { outcome: 'block', by: 'blocklist' } });
    await admin('DELETE', '/admin/blocklist/173.245.48.7');
    await admin('POST', '/admin/blocklist', { ip: '46.2.0.0/16', reason: 'by hand' });
    await admin('POST', '/admin/blocklist', { ip: 'AS64500', reason: 'by hand' });
    expect(await json('GET', '/check?ip=46.3.3.4')).toMatchObject({ enforced: { blocklist: null } });
    expect(await json('GET', '/check?ip=46.3.3.4&asn=64500')).toMatchObject({
      enforced: { blocklist: { range: 'AS64500' } },
    });
    expect(await json('GET', '/check?ip=46.2.3.4')).toMatchObject({
      enforced: { blocklist: { range: '46.2.0.0/16', source: 'operator' } },
      now: { outcome: 'block', by: 'blocklist' },
      why: expect.stringMatching(
        /^Now: blocked, by the blocklist \(46\.2\.0\.0\/16, set by operator\).*blocklist holds 46\.2\.0\.0\/16 until it is removed, by operator: by hand/,
      ),
    });
  });

  it.each([
    '',
    '?ip=',
    '?ip=nonsense',
    '?ip=300.1.1.1',
    '?ip=1.2.3.0/24',
    '?ip=1.2.3.4&x=1',
    '?ip=1.2.3.4&asn=x',
    `?ip=${'1'.repeat(100)}`,
  ])('refuses %s', async (query) => {
    expect((await admin('GET', `/check${query}`)).status).toBe(422);
  });
});

describe('approval and kill switch', () => {
  it('approve nothing in mode plan, and only by a whole hash', async () => {
    expect((await admin('POST', '/enforcement/plan/abc/approve')).status).toBe(422);
    const refused = await admin('POST', `/enforcement/plan/${'a'.repeat(64)}/approve`);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ detail: expect.stringMatching(/ENFORCEMENT_MODE is plan/) });
  });

  it('stop and start again, by body or by method', async () => {
    expect(await json('POST', '/enforcement/kill-switch')).toMatchObject({ state: 'STOPPED', edge: { block: 0 } });
    expect((await isolate.visit('/', { ip: '45.1.0.1' })).status).toBe(200);
    expect(await json('GET', '/check?ip=45.1.0.1')).toMatchObject({ enforced: { edge: null } });
    expect(await json('POST', '/enforcement/kill-switch', { on: false })).toMatchObject({ killSwitch: false });
    expect((await isolate.visit('/', { ip: '45.1.0.1' })).status).toBe(403);
    expect(await json('POST', '/enforcement/kill-switch', { on: true })).toMatchObject({ killSwitch: true });
    expect(await json('DELETE', '/enforcement/kill-switch')).toMatchObject({ killSwitch: false });
    expect((await admin('POST', '/enforcement/kill-switch', { on: 'yes' })).status).toBe(422);
    expect((await admin('POST', '/enforcement/kill-switch', { off: true })).status).toBe(422);
    expect((await admin('POST', '/enforcement/kill-switch', '{')).status).toBe(400);
  });
});

describe('effectiveness', () => {
  it('counts by tier and list, and writes its formula out', async () => {
    const body = await eventually(
      () => json<{ stopped_24h: Record<string, number> }>('GET', '/test/effectiveness'),
      ({ stopped_24h }) => 'intelligence' in stopped_24h,
    );
    expect(body).toMatchObject({
      edge: { block: 2 },
      lists: [],
      performance: {
        score: expect.any(Number),
        formula: expect.stringMatching(/weight x part/),
        parts: { lists: null },
      },
      stopped_24h: { intelligence: expect.any(Number) },
      stopped_before_worker: { requests: null, why: expect.stringMatching(/Security > Events/) },
    });
  });

  it('rates what is enforced of what could be, and nothing while it is stopped', async () => {
    const status = await json<EnforcementStatus>('GET', '/enforcement/status');
    const lists = [
      {
        tier: 'block',
        name: 'threat_block',
        displayName: 'threat-block',
        id: 'x',
        items: 1,
        foreign: 0,
        wanted: 2,
        cap: 100,
      },
    ] as const;
    const apply = { ...status, mode: 'apply', lists } as const;
    const now = Date.now();
    expect(rateEffectiveness(status, now)).toMatchObject({ score: 1, parts: { lists: null, edge: 1, freshness: 1 } });
    expect(rateEffectiveness(apply, now)).toMatchObject({ score: 0.875, parts: { lists: 0.5 } });
    expect(rateEffectiveness(apply, now + 3 * 3_600_000)).toMatchObject({ parts: { freshness: 0 } });
    const stopped = { ...apply, killSwitch: true, edge: { ...apply.edge, block: 0 } };
    expect(rateEffectiveness(stopped, now)).toMatchObject({ parts: { intelligence: 0, edge: 0, lists: null } });
    expect(describeEffectiveness(status, null, now)).toMatchObject({ stopped_24h: {} });
  });
});

describe('the page', () => {
  it('is given to a stranger with 401 and to an operator with 200, never with data', async () => {
    const html = { Accept: 'text/html' };
    const stranger = await isolate.visit('/status', { ip: freshClient(), headers: html });
    expect(stranger.status).toBe(401);
    const operator = await isolate.visit('/status', {
      ip: freshClient(),
      headers: { ...html, 'X-Admin-Key': 'test-admin-key-0123456789abcdef' },
    });
    const built = stranger.headers.get('Content-Type')?.startsWith('text/html') === true;
    // Without a build there is no page: then both hear of it as JSON.
    expect(operator.status).toBe(200);
    if (built) {
      expect(stranger.headers.get('WWW-Authenticate')).toMatch(/AdminKey/);
      expect(stranger.headers.get('Content-Security-Policy')).toMatch(/default-src 'none'/);
      expect(await stranger.text()).toBe(await operator.text());
    }
  });
});
