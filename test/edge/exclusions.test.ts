import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, freshClient, startIsolate } from '../support/workerd/isolate.ts';

const operator = startIsolate();
const admin = (method: string, path: string, body?: unknown) => operator.admin(method, path, body, freshClient());

/** An injection that sqli-001 blocks, in an argument. */
const ATTACK = encodeURIComponent("1' union select username,password from users--");

async function visit(path: string) {
  const response = await operator.visit(path, { ip: freshClient() });
  await response.body?.cancel();
  return { status: response.status, decision: response.headers.get('X-EdgeShield-Decision') };
}

let policy: object;
const publish = async (parts: object) => {
  const response = await admin('POST', '/admin/policy/reload', { ...policy, ...parts });
  expect(response.status).toBe(200);
};

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly hits: number;
  readonly last_hit: string | null;
  readonly rules_in_force: Readonly<Record<string, number>>;
}

const list = async () => {
  const response = await admin('GET', '/admin/exclusions');
  return (await response.json<{ exclusions: Listed[] }>()).exclusions;
};

beforeAll(async () => {
  const response = await admin('GET', '/admin/policy');
  ({ policy } = await response.json<{ policy: object }>());
  // The network alone would block it too: this is about rules.
  policy = { ...policy, thresholds: { log: 0.3, challenge: 1, block: 1 } };
});
afterEach(() => operator.settle());
afterAll(() => publish({}));

const EXCLUSION = { id: 'search', rules: ['*'], path: '/search', targets: ['ARGS:q'], reason: 'people search for SQL' };

describe('an exclusion', () => {
  it('takes a false positive back as soon as its policy is in force, there and nowhere else, and is counted', async () => {
    expect((await visit(`/search?q=${ATTACK}`)).status).toBe(403);
    const other = { ...EXCLUSION, id: 'other', rules: ['nothing-*'] };
    await publish({ exclusions: [EXCLUSION, other, { ...EXCLUSION, id: 'old', expires: '2020-01-01' }] });
    expect((await visit(`/search?q=${ATTACK}`)).status).toBe(200);
    expect((await visit(`/search?p=${ATTACK}`)).status).toBe(403);
    expect((await visit(`/find?q=${ATTACK}`)).status).toBe(403);
    expect((await visit(`/x/../search?q=${ATTACK}&p=${ATTACK}`)).status).toBe(403);
    await operator.settle();
    const listed = await eventually(list, (all) => (all[0]?.hits ?? 0) > 0);
    expect(listed).toMatchObject([
      { id: 'search', state: 'active', reason: EXCLUSION.reason },
      { id: 'other', state: 'idle', hits: 0, last_hit: null, rules_in_force: {} },
      { id: 'old', state: 'expired', hits: 0 },
    ]);
    expect(listed[0]?.rules_in_force['owasp-core']).toBeGreaterThanOrEqual(12);
    expect(Date.parse(listed[0]?.last_hit ?? '')).toBeGreaterThan(Date.now() - 60_000);
    await publish({ exclusions: [] });
    expect((await visit(`/search?q=${ATTACK}`)).status).toBe(403);
    expect(await list()).toEqual([]);
  });

  it('that cannot be understood is refused with its place, and the policy in force stays', async () => {
    const bad = { ...EXCLUSION, targets: ['ARGS:/(/'] };
    const response = await admin('POST', '/admin/policy/reload', { ...policy, exclusions: [EXCLUSION, bad] });
    expect(response.status).toBe(422);
    const { problems } = await response.json<{ problems: { path: string }[] }>();
    expect(problems.map((problem) => problem.path)).toContain('exclusions.1.targets.0');
    expect((await visit(`/search?q=${ATTACK}`)).status).toBe(403);
  });
});

/** The built-in rulesets overlap. */
const ALONE = { rulesets: { 'owasp-extended': { mode: 'off' } } };

describe('an exclusion for the score', () => {
  it('hides from the network what its targets name, and counts where that made a difference', async () => {
    const off = { 'owasp-core': { mode: 'off' }, 'owasp-extended': { mode: 'off' } };
    const parts = { rulesets: off, thresholds: { log: 0.2, challenge: 0.25, block: 0.3 } };
    const path = `/search?q=${ATTACK}`;
    const headers = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0' };
    await publish(parts);
    const before = await ask({ path, headers });
    expect(before).toMatchObject({ decision: 'block', by: 'score', hidden_from_score: [] });
    const { rules: _, ...where } = EXCLUSION;
    await publish({ ...parts, exclusions: [{ ...where, score: true }] });
    expect(await ask({ path, headers })).toMatchObject({ decision: 'allow', hidden_from_score: ['search'] });
    expect(await ask({ path: `${path}&p=${ATTACK}`, headers })).toMatchObject({ decision: 'block', by: 'score' });
    const known = (await list())[0]?.hits ?? 0;
    await visit(path);
    await operator.settle();
    expect(await eventually(list, (all) => (all[0]?.hits ?? 0) > known)).toMatchObject([{ state: 'active' }]);
    await publish({});
  });
});

describe('detection only', () => {
  it('lets rules tell and not block, for as long as the policy says so', async () => {
    await publish({ detectionOnly: [{ rules: ['*'], rulesets: ['owasp-core'] }], ...ALONE });
    expect(await visit(`/?q=${ATTACK}`)).toEqual({ status: 200, decision: 'log' });
    await publish({ rulesets: { 'owasp-core': { mode: 'detect' }, ...ALONE.rulesets } });
    expect(await visit(`/?q=${ATTACK}`)).toEqual({ status: 200, decision: 'log' });
    await publish({ rulesets: { 'owasp-core': { mode: 'off' }, ...ALONE.rulesets } });
    expect((await visit(`/?q=${ATTACK}`)).status).toBe(200);
    await publish({});
    expect(await visit(`/?q=${ATTACK}`)).toEqual({ status: 403, decision: 'block' });
    await operator.settle();
    const told = await eventually(
      async () => {
        const response = await admin('GET', '/admin/events?outcome=log&category=sqli');
        return (await response.json<{ events: { rules: { mode?: string; ruleset?: string }[] }[] }>()).events;
      },
      (events) => events.length > 0,
    );
    expect(told[0]?.rules[0]).toMatchObject({ mode: 'detect', ruleset: 'owasp-core' });
  });
});

const ask = async (body: object) => {
  const response = await admin('POST', '/admin/rules/test', body);
  expect(response.status).toBe(200);
  return response.json<Record<string, unknown>>();
};

describe('POST /admin/rules/test', () => {
  it('tells what would become of a request and why, and what a further exclusion would change', async () => {
    const request = { path: `/search?q=${ATTACK}`, headers: { 'User-Agent': 'Mozilla/5.0' } };
    const blocked = await ask(request);
    expect(blocked).toMatchObject({
      decision: 'block',
      by: 'rule',
      route: 'default',
      rulesets: [
        { name: 'owasp-core', mode: 'block' },
        { name: 'owasp-extended', mode: 'block' },
      ],
      kept_away: [],
    });
    expect(blocked['matches']).toContainEqual(
      expect.objectContaining({ id: 'sqli-001', ruleset: 'owasp-core', mode: 'block', location: 'ARGS:q' }),
    );
    const tried = await ask({ ...request, exclusions: [EXCLUSION] });
    expect(tried).toMatchObject({ matches: [], exclusions: ['search'] });
    expect(tried['decision']).not.toBe('block');
    expect(tried['kept_away']).toContainEqual(
      expect.objectContaining({ exclusion: 'search', ruleset: 'owasp-core', id: 'sqli-001', location: 'ARGS_GET:q' }),
    );
    expect(await list()).toEqual([]);
  });

  it('takes bodies as text or byte by byte, and the exclusions in force', async () => {
    const form = `comment=${ATTACK}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await ask({ path: '/c', headers, body: form })).toMatchObject({ decision: 'block' });
    expect(await ask({ path: '/c', headers, body_base64: btoa(form) })).toMatchObject({ decision: 'block' });
    await publish({ exclusions: [{ ...EXCLUSION, path: '/c', targets: ['ARGS_POST:comment'] }] });
    expect(await ask({ path: '/c', headers, body: form })).toMatchObject({ matches: [], exclusions: ['search'] });
    await publish({});
  });

  it.each([
    [{ path: 'search' }, 'path'],
    [{ body: 'a', body_base64: 'YQ==' }, ''],
    [{ headers: { 'no good': '1' } }, 'headers.no good'],
    [{ ip: 'nowhere' }, 'ip'],
    [{ exclusions: [{ id: 'x', reason: 'r' }] }, 'exclusions.0'],
  ])('refuses %j', async (body, path) => {
    const response = await admin('POST', '/admin/rules/test', body);
    expect(response.status).toBe(422);
    const { problems } = await response.json<{ problems: { path: string }[] }>();
    expect(problems.map((problem) => problem.path)).toContain(path);
  });
});
