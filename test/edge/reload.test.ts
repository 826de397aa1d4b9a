import { env } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, freshClient, startIsolate } from '../support/workerd/isolate.ts';

/** A ruleset of one rule that blocks a word in the query. */
function rulesetFor(word: string, version = '1') {
  const rule = {
    id: `word-${word}`,
    name: `The word ${word}`,
    category: 'other',
    severity: 'critical',
    score: 80,
    action: 'block',
    targets: [{ collection: 'ARGS' }],
    transformations: ['lowercase'],
    operator: { name: 'contains', text: word },
    tags: [],
    examples: { match: [{ path: `/?q=${word}` }], noMatch: [{ path: '/?q=other' }] },
  };
  return { name: 'owasp-core', version, rules: [rule] };
}

const operator = startIsolate();
/** The control plane takes 20 requests a minute from each address. */
const admin = (method: string, path: string, body?: unknown) => operator.admin(method, path, body, freshClient());
const statusOf = async (isolate: typeof operator, path: string) => {
  const response = await isolate.visit(path, { ip: freshClient() });
  await response.body?.cancel();
  return response.status;
};

let bundledSeq = 0;
afterEach(async () => {
  await operator.settle();
});

describe('a ruleset release', () => {
  it('is in force at once in the isolate that took it, and soon in others, without a redeploy', async () => {
    const other = startIsolate();
    expect(await statusOf(other, '/?q=zebra')).toBe(200);
    const response = await admin('POST', '/admin/rules/reload', rulesetFor('zebra'));
    expect(response.status).toBe(200);
    const result = await response.json<{ seq: number; hash: string; changed: boolean; changes: { added: string[] } }>();
    expect(result).toMatchObject({ changed: true, dry_run: false, changes: { added: ['word-zebra'] } });
    bundledSeq = result.seq;
    expect(await statusOf(operator, '/?q=zebra')).toBe(403);
    await eventually(
      async () => {
        const status = await statusOf(other, '/?q=zebra');
        await other.settle();
        return status;
      },
      (status) => status === 403,
    );
    const shown = await (await admin('GET', '/admin/rules')).json<{ ruleset: { rules: { id: string }[] } }>();
    expect(shown).toMatchObject({ hash: result.hash, bundled: false });
    expect(shown.ruleset).toEqual(rulesetFor('zebra'));
  });

  it('can be tried without effect', async () => {
    const response = await admin('POST', '/admin/rules/reload?dry_run=1', rulesetFor('okapi'));
    expect(await response.json()).toMatchObject({
      dry_run: true,
      changes: { added: ['word-okapi'], removed: ['word-zebra'] },
    });
    expect(await statusOf(operator, '/?q=okapi')).toBe(200);
  });

  it.each([
    ['that is not JSON', '{"name": "x", rules}', 400],
    ['of the wrong shape', { name: 'x', version: '1', rules: [{ id: 'a' }] }, 422],
    [
      'whose rule misses its own example',
      {
        ...rulesetFor('gnu'),
        rules: rulesetFor('gnu').rules.map((rule) => ({ ...rule, operator: { name: 'contains', text: 'yak' } })),
      },
      422,
    ],
  ])('%s is refused with what is wrong, and changes nothing', async (_, body, status) => {
    const before = await (await admin('GET', '/admin/rules')).json();
    const response = await admin('POST', '/admin/rules/reload', body);
    expect(response.status).toBe(status);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    const problem = await response.json<{ detail: string; problems?: { path: string; message: string }[] }>();
    if (status === 400) expect(problem.detail).toMatch(/position|JSON/);
    else expect(problem.problems?.[0]?.path).toMatch(/rules/);
    expect(await (await admin('GET', '/admin/rules')).json()).toEqual(before);
    expect(await statusOf(operator, '/?q=zebra')).toBe(403);
  });

  it('keeps why it was made, what it holds, and what is built in', async () => {
    await admin('POST', '/admin/rules/reload?note=Okapis%20are%20rare', rulesetFor('okapi', '2'));
    const { releases } = await (
      await admin('GET', '/admin/releases?kind=ruleset&limit=2')
    ).json<{ releases: { note: string; hash: string }[] }>();
    expect(releases[0]).toMatchObject({ note: 'Okapis are rare' });
    const bodies = await Promise.all(
      releases.map(async ({ hash }) => (await admin('GET', `/admin/releases/${hash}/body`)).json<{ body: unknown }>()),
    );
    expect(bodies.map(({ body }) => body)).toEqual([rulesetFor('okapi', '2'), rulesetFor('zebra')]);
    expect((await admin('GET', `/admin/releases/${'0'.repeat(64)}/body`)).status).toBe(404);
    const builtIn = await admin('GET', '/admin/rules/owasp-core?bundled=1');
    expect(await builtIn.json()).toMatchObject({ bundled: true, ruleset: { version: '1.0.0' } });
    await admin('POST', '/admin/rules/reload', rulesetFor('zebra'));
  });

  it('with a misspelt dry run is not published', async () => {
    expect((await admin('POST', '/admin/rules/reload?dryrun=1', rulesetFor('okapi'))).status).toBe(422);
  });

  it('is rolled back under a new number', async () => {
    await admin('POST', '/admin/rules/reload', rulesetFor('okapi'));
    expect(await statusOf(operator, '/?q=zebra')).toBe(200);
    const response = await admin('POST', `/admin/releases/${bundledSeq}/rollback`);
    expect(response.status).toBe(200);
    expect((await response.json<{ seq: number }>()).seq).toBeGreaterThan(bundledSeq + 1);
    expect(await statusOf(operator, '/?q=zebra')).toBe(403);
    expect((await admin('POST', '/admin/releases/99999/rollback')).status).toBe(422);
    const { releases } = await (
      await admin('GET', '/admin/releases?kind=ruleset')
    ).json<{ releases: { seq: number }[] }>();
    expect(releases.map((release) => release.seq)).toEqual(
      releases.map((release) => release.seq).sort((a, b) => b - a),
    );
  });
});

describe('reload under traffic', () => {
  it('lets each request be judged by one whole snapshot, old or new', async () => {
    // Each ruleset blocks exactly one of two words: half a snapshot would block both or none.
    const isolate = startIsolate();
    await admin('POST', '/admin/rules/reload', rulesetFor('left'));
    await eventually(
      async () => {
        await isolate.settle();
        return statusOf(isolate, '/?q=left');
      },
      (status) => status === 403,
    );
    const seen = new Set<string>();
    for (let round = 0; round < 6; round += 1) {
      const word = round % 2 === 0 ? 'right' : 'left';
      const publishing = admin('POST', '/admin/rules/reload', rulesetFor(word, String(round)));
      // One request carries each word in turn; sent together they see the swap at any point.
      const answers = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const [left, right] = [statusOf(isolate, '/?q=left'), statusOf(isolate, '/?q=right')];
          return `${await left}/${await right}`;
        }),
      );
      for (const answer of answers) seen.add(answer);
      await publishing;
      await isolate.settle();
    }
    for (const pair of seen) expect(['403/200', '200/403']).toContain(pair);
  });

  it('keeps the old snapshot when a body does not have the hash it should', async () => {
    const isolate = startIsolate({
      REGISTRY: {
        getByName: () => ({
          head: () => Promise.resolve({ seq: 1_000_000, hashes: { ruleset: 'a'.repeat(64) } }),
          body: () => Promise.resolve(JSON.stringify({ name: 'forged', version: '1', rules: [] })),
        }),
      },
    });
    await isolate.visit('/', { ip: freshClient() });
    await isolate.settle();
    expect(await statusOf(isolate, '/?q=1%20UNION%20SELECT%20password%20FROM%20users--')).toBe(403);
    await isolate.settle();
    const { events } = await (
      await admin('GET', '/admin/events?outcome=error')
    ).json<{ events: { reason: string }[] }>();
    expect(events.some((event) => event.reason.includes('release 1000000'))).toBe(true);
  });

  it('does not believe a body in KV that has another hash', async () => {
    const shown = await (
      await admin('GET', '/admin/rules')
    ).json<{ hash: string; ruleset: { rules: { id: string }[] } }>();
    await env.WAF_RULES.put(`release:${shown.hash}`, JSON.stringify({ name: 'forged', version: '1', rules: [] }));
    const isolate = startIsolate();
    const word = shown.ruleset.rules[0]?.id.replace('word-', '') ?? '';
    await eventually(
      async () => {
        const status = await statusOf(isolate, `/?q=${word}`);
        await isolate.settle();
        return status;
      },
      (status) => status === 403,
    );
  });
});

describe('a policy release', () => {
  it('changes limits while traffic flows, and a bad one changes nothing', async () => {
    const { policy } = await (
      await admin('GET', '/admin/policy')
    ).json<{ policy: { routes: { id: string; limit: number }[] } }>();
    const stricter = { ...policy, routes: policy.routes.map((r) => (r.id === 'default' ? { ...r, limit: 50 } : r)) };
    expect((await admin('POST', '/admin/policy/reload', stricter)).status).toBe(200);
    const response = await operator.visit('/', { ip: freshClient() });
    // A little under 50: no request is wholly without suspicion.
    const limit = Number(response.headers.get('X-RateLimit-Limit'));
    expect(limit).toBeGreaterThan(40);
    expect(limit).toBeLessThanOrEqual(50);
    expect((await admin('POST', '/admin/policy/reload', { ...policy, routes: [] })).status).toBe(422);
    await admin('POST', '/admin/policy/reload', policy);
  });
});

describe('a ruleset beside the bundled one', () => {
  it('detects until the policy lets it block, and is gone when it is removed', async () => {
    const crs = { ...rulesetFor('heron'), name: 'crs' };
    const pushed = await admin('POST', '/admin/rules/reload', crs);
    expect(await pushed.json()).toMatchObject({ ruleset: 'crs', mode: 'detect', counts: { rules: 1 } });
    const seen = await operator.visit('/?q=heron', { ip: freshClient() });
    expect(seen.status).toBe(200);
    expect(seen.headers.get('X-EdgeShield-Decision')).toBe('log');
    const { policy } = await (await admin('GET', '/admin/policy')).json<{ policy: object }>();
    await admin('POST', '/admin/policy/reload', { ...policy, rulesets: { crs: { mode: 'block' } } });
    expect(await statusOf(operator, '/?q=heron')).toBe(403);
    const { rulesets } = await (await admin('GET', '/admin/rules')).json<{ rulesets: { name: string }[] }>();
    expect(rulesets).toMatchObject([
      { name: 'owasp-core', mode: 'block' },
      { name: 'owasp-extended', mode: 'block', bundled: true },
      { name: 'crs', mode: 'block', rules: 1, bundled: false },
    ]);
    expect(await (await admin('GET', '/admin/rules/crs')).json()).toMatchObject({ name: 'crs', ruleset: crs });
    expect((await admin('GET', '/admin/rules/none')).status).toBe(404);
    expect(await (await admin('DELETE', '/admin/rules/crs')).json()).toMatchObject({ removed: true });
    expect(await statusOf(operator, '/?q=heron')).toBe(200);
    await admin('POST', '/admin/policy/reload', policy);
  });
});

describe('a large ruleset', () => {
  const tags = Array.from({ length: 60 }, (_, i) => `attack/${i}/${'x'.repeat(100)}`);
  const large = (rules: number) => {
    const [one] = rulesetFor('ibis').rules;
    const padding = Array.from({ length: rules }, (_, i) => ({
      ...one,
      id: `rule-${i}`,
      operator: { name: 'streq', text: `never-${i}` },
      examples: { match: [], noMatch: [] },
      tags,
    }));
    return { name: 'large', version: '1', rules: [one, ...padding] };
  };

  it('of some MB passes the door and reaches every isolate', async () => {
    const body = JSON.stringify(large(900));
    expect(body.length).toBeGreaterThan(6 * 1024 * 1024);
    const other = startIsolate();
    const response = await admin('POST', '/admin/rules/reload', body);
    expect(await response.json()).toMatchObject({ ruleset: 'large', changed: true, counts: { rules: 901 } });
    await eventually(
      async () => {
        const seen = await other.visit('/?q=ibis', { ip: freshClient() });
        await seen.body?.cancel();
        await other.settle();
        return seen.headers.get('X-EdgeShield-Decision');
      },
      (decision) => decision === 'log',
    );
    expect(await (await admin('DELETE', '/admin/rules/large')).json()).toMatchObject({ removed: true });
  });

  it('past the limit is refused while it arrives', async () => {
    const response = await admin('POST', '/admin/rules/reload', JSON.stringify(large(1200)));
    expect(response.status).toBe(413);
  });
});

describe('a blocked address', () => {
  it('is refused without any actor being asked, until it is unblocked', async () => {
    const ip = '192.0.2.77';
    const created = await admin('POST', '/admin/blocklist', {
      ip: '192.0.2.64/27',
      reason: 'a test',
      ttl_seconds: 3600,
    });
    expect(created.status).toBe(201);
    const response = await operator.visit('/', { ip });
    expect(response.status).toBe(403);
    expect(response.headers.get('X-EdgeShield-Decision')).toBe('block');
    expect((await operator.visit('/health', { ip })).status).toBe(403);
    expect((await operator.admin('GET', '/admin/blocklist', undefined, ip)).status).toBe(200);
    expect(await (await admin('GET', '/admin/blocklist')).json()).toMatchObject({
      entries: [{ range: '192.0.2.64/27' }],
    });
    const removed = await admin('DELETE', '/admin/blocklist/192.0.2.64%2F27');
    expect(await removed.json()).toMatchObject({ removed: true });
    expect((await operator.visit('/', { ip })).status).toBe(200);
    expect(await (await admin('DELETE', '/admin/blocklist/192.0.2.64/27')).json()).toMatchObject({ removed: false });
  });

  it('must be an address', async () => {
    expect((await admin('POST', '/admin/blocklist', { ip: 'nonsense', reason: 'x' })).status).toBe(422);
    expect((await admin('POST', '/admin/blocklist', { ip: '0.0.0.0/0', reason: 'x' })).status).toBe(422);
  });
});
