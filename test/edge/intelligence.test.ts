import { env } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { NumberedEvent, ReleaseRecord, Stats } from '../../src/actors/contracts.ts';
import { SINGLETON } from '../../src/env.ts';
import { type ListedThreat, threatRelease } from '../support/node/threat-rows.ts';
import { eventually, freshClient, startIsolate } from '../support/workerd/isolate.ts';

const BLOCKED = '203.0.113.7';
const CHALLENGED = '203.0.113.8';
const LIMITED = '203.0.113.9';
const NOTED = '203.0.113.10';
const LISTED: readonly ListedThreat[] = [
  { range: BLOCKED, score: 238, tier: 'block' },
  { range: CHALLENGED, score: 178, tier: 'challenge' },
  { range: LIMITED, score: 128, tier: 'rate_limit' },
  { range: NOTED, score: 77, tier: 'log_only' },
  { range: '2001:db8:7::/48', score: 230, tier: 'block' },
  { range: '2001:db8:7:8::/64', score: 178, tier: 'challenge' },
];
const CRAWLERS = [{ range: '192.0.2.0/24', note: 'a crawler' }];

const operator = startIsolate();
const registry = env.REGISTRY.getByName(SINGLETON);
const admin = (method: string, path: string, body?: unknown) => operator.admin(method, path, body, freshClient());
const release = (threats: readonly ListedThreat[]) =>
  registry.publish({ kind: 'threats', body: threatRelease(threats, CRAWLERS), author: 'enforcement' });
/** An isolate that has what is in force now. */
async function informed(overrides: Parameters<typeof startIsolate>[0] = {}) {
  const isolate = startIsolate(overrides);
  await isolate.admin('GET', '/admin/policy', undefined, freshClient());
  await isolate.settle();
  return isolate;
}
const judged = async (ip: string) =>
  (await admin('POST', '/admin/rules/test', { path: '/', ip })).json<{ decision: string; by: string }>();
const decisionOf = (response: Response) => response.headers.get('X-EdgeShield-Decision');
const eventsOf = async (ip: string) =>
  (await (await admin('GET', `/admin/events?ip=${ip}`)).json<{ events: NumberedEvent[] }>()).events;

beforeAll(async () => {
  expect(await release(LISTED)).toMatchObject({ ok: true, changed: true });
});

describe('an address that feeds list', () => {
  it('in the tier block is refused at once, whatever it asks for, and no actor is called', async () => {
    const unreachable = {
      getByName: () => {
        throw new Error('an actor was called');
      },
    };
    const isolate = await informed({ RATE_GUARDIAN: unreachable, REPUTATION: unreachable });
    for (const ip of [BLOCKED, `::ffff:${BLOCKED}`, '2001:db8:7:1::5']) {
      const response = await isolate.visit('/', { ip });
      expect(response.status).toBe(403);
      expect(decisionOf(response)).toBe('block');
      expect(await response.text()).not.toContain('threat');
    }
    expect((await isolate.visit('/health', { ip: BLOCKED })).status).toBe(403);
    await isolate.settle();
    const [told] = await eventually(
      () => eventsOf(BLOCKED),
      ({ length }) => length > 0,
    );
    expect(told).toMatchObject({ outcome: 'block', score: 0.933 });
    expect(told?.reason).toBe(
      '203.0.113.7 is a known threat (score 0.93, tier block); GET /check?ip= tells the sources',
    );
  });

  it('gets in with proof of an operator', async () => {
    const isolate = await informed();
    expect((await isolate.admin('GET', '/admin/blocklist', undefined, BLOCKED)).status).toBe(200);
    expect((await isolate.visit('/admin/blocklist', { ip: BLOCKED })).status).toBe(403);
  });

  it('in the tier challenge is challenged, and an attack of it is still blocked', async () => {
    const isolate = await informed();
    for (const ip of [CHALLENGED, '2001:db8:7:8::1']) {
      const response = await isolate.visit('/', { ip });
      expect(decisionOf(response)).toBe('challenge');
      expect(response.status).toBe(403);
      expect(Number(response.headers.get('X-EdgeShield-Score'))).toBeGreaterThanOrEqual(0.5);
    }
    expect(decisionOf(await isolate.visit('/?id=1%20UNION%20SELECT%20a%20FROM%20b--', { ip: CHALLENGED }))).toBe(
      'block',
    );
    await isolate.settle();
    // What it is listed for is no evidence of its own; the attack was.
    await eventually(
      async () => (await env.REPUTATION.getByName(CHALLENGED).look()).score,
      (score) => score > 0,
    );
    const { why } = await env.REPUTATION.getByName(CHALLENGED).look();
    expect(why.map(({ category }) => category)).toEqual(['sqli']);
    expect((await env.REPUTATION.getByName('2001:db8:7:8::/64').look()).score).toBe(0);
  });

  it('in the tier challenge is challenged also where the judgement failed and the route would let pass', async () => {
    // A setting that nobody could give makes the judgement throw.
    const isolate = await informed({ INSPECT_BODY_LIMIT: Symbol('broken') });
    const visit = async (ip: string) => decisionOf(await isolate.visit('/', { ip }));
    expect(await visit(CHALLENGED)).toBe('challenge');
    expect(await visit(freshClient())).toBe('log');
  });

  it('in the tier rate_limit passes within a lower limit', async () => {
    const isolate = await informed();
    const limit = async (ip: string) => {
      const response = await isolate.visit('/', { ip });
      expect(response.status).toBe(200);
      return Number(response.headers.get('X-RateLimit-Limit'));
    };
    // 128 of 255 take away 45 of 100.
    expect(await limit(LIMITED)).toBe(54);
    expect(await limit(freshClient())).toBeGreaterThan(95);
    expect(await limit(NOTED)).toBeGreaterThan(54);
  });

  it('past that limit is told why, and it is no evidence', async () => {
    const isolate = await informed();
    let told = '';
    for (let tries = 0; tries < 20 && told === ''; tries += 1) {
      const response = await isolate.visit('/login', { ip: LIMITED });
      if (response.status === 429) told = decisionOf(response) ?? '';
    }
    expect(told).toBe('limit');
    await isolate.settle();
    const events = await eventually(
      () => eventsOf(LIMITED),
      ({ length }) => length > 0,
    );
    expect(events.at(-1)?.reason).toMatch(
      /on route login; 203\.0\.113\.9 is a known threat \(score 0\.50, tier rate_limit\)/,
    );
    expect((await env.REPUTATION.getByName(LIMITED).look()).score).toBe(0);
  });

  it('in the tier log_only passes, and weighs a little', async () => {
    const isolate = await informed();
    expect((await isolate.visit('/', { ip: NOTED })).status).toBe(200);
    const tested = await admin('POST', '/admin/rules/test', { path: '/', ip: NOTED });
    const { reputation } = await tested.json<{ reputation: { signals: { name: string; weight: number }[] } }>();
    expect(reputation.signals).toEqual([{ name: 'listed', weight: expect.closeTo((0.25 * 77) / 255, 6) }]);
  });

  it('is met as the policy says for the country it comes from', async () => {
    const { policy } = await (await admin('GET', '/admin/policy')).json<{ policy: object }>();
    const conditions = [
      { countries: ['NL'], atMost: 'log_only' },
      { asns: [64500], atLeast: 'challenge' },
    ];
    const changed = await admin('POST', '/admin/policy/reload', { ...policy, enforcement: { conditions } });
    expect(changed.status).toBe(200);
    const isolate = await informed();
    const visit = async (ip: string, cf: Record<string, unknown>) => decisionOf(await isolate.visit('/', { ip, cf }));
    expect(await visit(BLOCKED, { country: 'NL' })).not.toBe('block');
    expect(await visit(BLOCKED, { country: 'DE' })).toBe('block');
    expect(await visit(NOTED, { asn: 64500 })).toBe('challenge');
    expect(await visit(freshClient(), { asn: 64500 })).toBe('allow');
    await admin('POST', '/admin/policy/reload', policy);
  });

  it('shows in a test of a request', async () => {
    expect(await judged(BLOCKED)).toMatchObject({ decision: 'block', by: 'intelligence' });
    expect(await judged(CHALLENGED)).toMatchObject({ decision: 'challenge', by: 'intelligence' });
  });
});

describe('an address on the allow-list', () => {
  const ip = '192.0.2.77';
  const block = (source: string) => registry.block({ ip, reason: 'a test', source, ttlSeconds: 3600 });

  it('is blocked for what it asks, but not for its record, which costs others their access; and by an operator', async () => {
    const other = '198.18.0.1';
    for (const client of [ip, other]) {
      const evidence = { category: 'sqli', weight: 1, count: 8, at: Date.now(), why: 'a test' } as const;
      await env.REPUTATION.getByName(client).report([evidence]);
      await env.REPUTATION.getByName(client).report([{ ...evidence, at: Date.now() + 1 }]);
    }
    expect((await registry.blocklist()).map(({ range }) => range)).toEqual(expect.arrayContaining([ip, other]));
    const visit = async (client: string, path = '/') => {
      const isolate = await informed();
      const { status } = await isolate.visit(path, { ip: client });
      await isolate.settle();
      return status;
    };
    await eventually(
      () => visit(other),
      (status) => status === 403,
    );
    // Only its record is left, and that is told by its actor.
    await registry.unblock(other, 'operator');
    await eventually(
      async () => (await registry.head()).hashes.watchlist,
      (hash) => hash !== undefined,
    );
    await eventually(
      () => visit(other),
      (status) => status === 403,
    );
    expect(await visit(ip)).toBe(200);
    expect(await visit(ip, '/?id=1%20UNION%20SELECT%20a%20FROM%20b--')).toBe(403);
    await registry.unblock(ip, 'operator');
    await block('operator');
    expect((await (await informed()).visit('/', { ip })).status).toBe(403);
    await registry.unblock(ip, 'operator');
  });
});

describe('a release of threats', () => {
  it('reaches an isolate that has another, without a redeploy', async () => {
    const isolate = await informed();
    const ip = '203.0.113.200';
    expect((await isolate.visit('/', { ip })).status).toBe(200);
    await release([...LISTED, { range: '203.0.113.192/26', score: 220, tier: 'block' }]);
    await eventually(
      async () => {
        const { status } = await isolate.visit('/', { ip });
        await isolate.settle();
        return status;
      },
      (status) => status === 403,
    );
    await release([]);
    await eventually(
      async () => {
        const { status } = await isolate.visit('/', { ip: freshClient() });
        await isolate.settle();
        return status === 200 && (await isolate.visit('/', { ip })).status === 200;
      },
      (free) => free,
    );
    await release(LISTED);
  });

  it('can be listed, and is nobody’s to publish or roll back but the engine’s', async () => {
    const { releases } = await (
      await admin('GET', '/admin/releases?kind=threats')
    ).json<{ releases: readonly ReleaseRecord[] }>();
    expect(releases).toHaveLength(2);
    expect(releases[0]).toMatchObject({ kind: 'threats', author: 'enforcement' });
    const back = await admin('POST', `/admin/releases/${releases[1]?.seq}/rollback`);
    expect(back.status).toBe(422);
    expect(JSON.stringify(await back.json())).toContain('enforcement engine');
    expect((await admin('POST', '/admin/threats/reload', {})).status).toBe(404);
  });
});

describe('the totals', () => {
  it('tell what was stopped in a day by each layer', async () => {
    const before = await (await admin('GET', '/admin/stats')).json<Stats>();
    expect(before.stopped24h).toMatchObject({ intelligence: expect.any(Number), rate_limit: expect.any(Number) });
    const isolate = await informed();
    await isolate.visit('/', { ip: BLOCKED });
    await isolate.visit('/', { ip: CHALLENGED });
    await isolate.visit('/?id=1%20UNION%20SELECT%20a%20FROM%20b--', { ip: freshClient() });
    await isolate.visit('/', { ip: freshClient() });
    await isolate.settle();
    const grown = (name: 'intelligence' | 'rules', after: Stats) =>
      (after.stopped24h?.[name] ?? 0) - (before.stopped24h?.[name] ?? 0);
    const after = await eventually(
      async () => (await admin('GET', '/admin/stats')).json<Stats>(),
      (stats) => grown('rules', stats) > 0,
    );
    expect(grown('intelligence', after)).toBe(2);
    expect(grown('rules', after)).toBe(1);
  });
});
