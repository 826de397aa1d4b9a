import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import core from '../../rules/owasp-core.json' with { type: 'json' };
import type { AuditEntry } from '../../src/actors/contracts.ts';
import { sayOperation } from '../../src/dashboard/views/audit/operation-words.ts';
import { OPERATIONS } from '../../src/edge/control/app.ts';
import { SINGLETON } from '../../src/env.ts';
import { ADMIN_KEY, freshClient, startIsolate } from '../support/workerd/isolate.ts';
import { askAsPage, callWith, createKey, signInWith } from '../support/workerd/keys.ts';

const isolate = startIsolate();

type Shown = AuditEntry & { readonly request_id: string };

async function readAudit(query = ''): Promise<readonly Shown[]> {
  const response = await isolate.admin('GET', `/admin/audit${query}`, undefined, freshClient());
  expect(response.status).toBe(200);
  return (await response.json<{ entries: readonly Shown[] }>()).entries;
}

/** What the log has more after the work. */
async function noted(work: () => Promise<unknown>): Promise<readonly Shown[]> {
  const newest = (await readAudit('?limit=1'))[0]?.n ?? 0;
  await work();
  return (await readAudit('?limit=500')).filter((entry) => entry.n > newest).toReversed();
}

const ruleset = (version: string) => JSON.stringify({ name: 'audited', version, rules: core.rules.slice(0, 2) });

describe('the audit log', () => {
  it('has one entry for each thing that an API key changed: who, from where, what, before and after', async () => {
    const { key, id, name } = await createKey(isolate, ['rules:write', 'blocklist:write', 'read']);
    const policy = await (await isolate.admin('GET', '/admin/policy')).json<{ hash: string; policy: object }>();
    const call = (method: string, path: string, body?: unknown) => callWith(isolate, key, method, path, body);
    const entries = await noted(async () => {
      await call('POST', '/admin/rules/reload?note=a%20start', ruleset('1'));
      await call('POST', '/admin/rules/reload', ruleset('2'));
      await call('DELETE', '/admin/rules/audited');
      await call('POST', '/admin/policy/reload', { ...policy.policy, deadlineMs: 123 });
      const { seq } = await (await call('GET', '/admin/releases?limit=1')).json<{ seq: number }>();
      await call('POST', '/admin/policy/reload', { ...policy.policy, deadlineMs: 124 });
      await call('POST', `/admin/releases/${seq}/rollback`);
      await call('POST', '/admin/blocklist', { ip: '192.0.2.0/24', reason: 'noise', ttl_seconds: 600 });
      await call('PATCH', '/admin/blocklist/192.0.2.0%2F24', { ttl_seconds: null });
      // It is as wished already: nothing was changed.
      await call('PATCH', '/admin/blocklist/192.0.2.0%2F24', { reason: 'noise' });
      await call('DELETE', '/admin/blocklist/192.0.2.0%2F24');
      await call('DELETE', '/admin/reputation/192.0.2.9');
    });
    expect(entries.map(({ operation, target }) => [operation, target])).toEqual([
      ['reloadRuleset', 'ruleset audited'],
      ['reloadRuleset', 'ruleset audited'],
      ['removeRuleset', 'ruleset audited'],
      ['reload_policy', 'policy'],
      ['reload_policy', 'policy'],
      ['rollBack', expect.stringMatching(/^release \d+$/)],
      ['block', '192.0.2.0/24'],
      ['changeBlock', '192.0.2.0/24'],
      ['unblock', '192.0.2.0/24'],
      ['pardon', '192.0.2.9'],
    ]);
    for (const entry of entries) {
      expect(entry).toMatchObject({ who: id, name, via: 'key', outcome: 'done' });
      expect(entry.client).toMatch(/^198\.51\./);
      expect(Math.abs(entry.at - Date.now())).toBeLessThan(60_000);
      expect(entry.request_id).toMatch(/^[0-9a-f-]{36}$/);
    }
    const [first, second, removed, , , back, block, change, unblock, pardon] = entries;
    expect(first).toMatchObject({
      before: { hash: 'bundled' },
      after: { note: 'a start', added: core.rules.slice(0, 2).map(({ id }) => id) },
    });
    expect(second?.before).toEqual({ hash: first?.after?.hash });
    expect(removed?.before).toEqual({ hash: second?.after?.hash });
    expect(back?.after).toMatchObject({ of: 'policy', altered: ['deadlineMs'], hash: entries[3]?.after?.hash });
    expect(block).toMatchObject({ before: null, after: { reason: 'noise', source: 'operator' } });
    expect(change).toMatchObject({
      before: { range: '192.0.2.0/24', until: expect.any(Number) },
      after: { reason: 'noise' },
    });
    expect(change?.after).not.toHaveProperty('until');
    expect(unblock?.before).toMatchObject({ range: '192.0.2.0/24', reason: 'noise' });
    expect(pardon?.before).toEqual({ score: 0, blocked_until: null });
  });

  it('names keys that were made and revoked, never the keys themselves', async () => {
    let made = { key: '', id: '', name: '' };
    const entries = await noted(async () => {
      made = await createKey(isolate, ['read'], { expires_in_days: 3 });
      await isolate.admin('DELETE', `/admin/keys/${made.id}`);
      await isolate.admin('DELETE', `/admin/keys/${made.id}`);
    });
    expect(entries).toMatchObject([
      {
        operation: 'createKey',
        who: 'bootstrap',
        name: '',
        target: made.id,
        after: { name: made.name, scopes: ['read'] },
      },
      {
        operation: 'revokeKey',
        who: 'bootstrap',
        target: made.id,
        before: { name: made.name },
        after: { revoked: true },
      },
    ]);
    const all = JSON.stringify(await readAudit('?limit=500'));
    expect(all).not.toContain(made.key.slice(-64));
    expect(all).not.toContain(ADMIN_KEY);
    const { hash } = (await env.REGISTRY.getByName(SINGLETON).keys()).find((one) => one.id === made.id) ?? {
      hash: '?',
    };
    expect(all).not.toContain(hash);
  });

  it('tells a session from a key, and has who signed in', async () => {
    const { key, id, name } = await createKey(isolate, ['blocklist:write']);
    const entries = await noted(async () => {
      const headers = { Cookie: await signInWith(isolate, key) };
      const body = JSON.stringify({ ip: '192.0.2.44', reason: 'by hand' });
      await askAsPage(isolate, '/admin/blocklist', { method: 'POST', headers, body });
    });
    expect(entries).toMatchObject([
      { operation: 'signIn', who: id, name, via: 'key', after: { scopes: ['blocklist:write'] } },
      { operation: 'block', who: id, name, via: 'session' },
    ]);
  });

  it('has what a key was not allowed to do', async () => {
    const { key, id } = await createKey(isolate, ['read']);
    const entries = await noted(() => callWith(isolate, key, 'DELETE', '/admin/rules/audited'));
    expect(entries).toMatchObject([{ operation: 'removeRuleset', who: id, target: 'audited', outcome: 'refused' }]);
  });

  it('has nothing of what changed nothing, was refused for its form, or came without a key', async () => {
    const entries = await noted(async () => {
      await isolate.admin('GET', '/admin/stats');
      await isolate.admin('POST', '/admin/rules/test', { path: '/' });
      await isolate.admin('POST', '/admin/rules/reload?dry_run=1', ruleset('9'));
      await isolate.admin('POST', '/admin/rules/reload', '{"name":1}');
      await isolate.admin('DELETE', '/admin/blocklist/192.0.2.250');
      await isolate.admin('DELETE', '/admin/rules/nothing');
      await isolate.admin('POST', '/admin/releases/99999/rollback');
      await isolate.admin('POST', '/admin/keys', { name: 'operator', scopes: ['read'] });
      await askAsPage(isolate, '/admin/rules/audited', { method: 'DELETE' });
    });
    expect(entries).toEqual([]);
  });

  it('has wrong keys, at whatever door, and no more of them in an hour than an hour has room for', async () => {
    const entries = await noted(async () => {
      for (let n = 0; n < 35; n += 1) {
        await callWith(isolate, `guess ${n}`, 'DELETE', '/admin/rules/audited');
        await askAsPage(isolate, '/admin/session', { method: 'POST', body: JSON.stringify({ key: `guess ${n}` }) });
      }
    });
    expect(entries).toHaveLength(60);
    expect(entries[0]).toMatchObject({ operation: 'signIn', who: 'unknown', via: 'key', outcome: 'refused' });
    expect(entries[0]?.client).toMatch(/^198\.51\./);
    expect(JSON.stringify(entries)).not.toContain('guess');
    // Guesses keep nobody's sign-in out of the log.
    const { key, id } = await createKey(isolate, ['read']);
    expect(await noted(() => signInWith(isolate, key))).toMatchObject([{ operation: 'signIn', who: id }]);
  });

  it('names a kill switch turned off as what it is, however it was asked, and how it stood', async () => {
    const entries = await noted(async () => {
      await isolate.admin('POST', '/enforcement/kill-switch');
      await isolate.admin('POST', '/enforcement/kill-switch', { on: false });
      // It is off already.
      await isolate.admin('DELETE', '/enforcement/kill-switch');
    });
    expect(entries).toMatchObject([
      { operation: 'killSwitchOn', before: { kill_switch: false }, after: { kill_switch: true } },
      { operation: 'killSwitchOff', before: { kill_switch: true }, after: { kill_switch: false } },
    ]);
  });

  it('says of what an actor did not answer that it is unclear', async () => {
    const mute = {
      getByName: () => ({ look: () => Promise.reject(new Error('x')), forget: () => Promise.reject(new Error('x')) }),
    };
    const entries = await noted(() =>
      startIsolate({ REPUTATION: mute }).admin('DELETE', '/admin/reputation/192.0.2.9'),
    );
    expect(entries).toMatchObject([{ operation: 'pardon', target: '192.0.2.9', outcome: 'unclear', before: null }]);
  });

  it('pages back, and is whole', async () => {
    const [newest, next] = await readAudit('?limit=2');
    expect(await readAudit(`?limit=1&before=${newest?.n}`)).toEqual([next]);
    expect(newest?.previous).toBe(next?.hash);
    const check = await (await isolate.admin('GET', '/admin/audit/verify')).json();
    expect(check).toMatchObject({ ok: true, broken: null, head: { n: newest?.n, hash: newest?.hash } });
    expect((await isolate.admin('GET', '/admin/audit?limit=501')).status).toBe(422);
  });
});

it('has nothing that the dashboard cannot say in words', () => {
  const noted = OPERATIONS.filter(({ method, scope }) => method !== 'get' && scope !== null && scope !== 'read');
  expect(noted.length).toBeGreaterThan(15);
  expect(noted.map(({ id }) => id).filter((id) => sayOperation(id, 'done') === id)).toEqual([]);
});

describe('the author of a release', () => {
  it('is the key’s name; of the bootstrap key the operator; and a block stays an operator’s', async () => {
    const { key, name } = await createKey(isolate, ['rules:write', 'blocklist:write']);
    const authors = async (kind: string) => {
      const answer = await isolate.admin('GET', `/admin/releases?limit=2&kind=${kind}`);
      return (await answer.json<{ releases: { author: string }[] }>()).releases.map(({ author }) => author);
    };
    await isolate.admin('POST', '/admin/rules/reload', ruleset('7'));
    await callWith(isolate, key, 'POST', '/admin/rules/reload', ruleset('8'));
    expect(await authors('ruleset')).toEqual([name, 'operator']);
    await isolate.admin('POST', '/admin/blocklist', { ip: '192.0.2.60', reason: 'r' });
    await callWith(isolate, key, 'POST', '/admin/blocklist', { ip: '192.0.2.61', reason: 'r' });
    expect(await authors('blocklist')).toEqual([name, 'operator']);
    const { entries } = await (
      await isolate.admin('GET', '/admin/blocklist')
    ).json<{ entries: { source: string }[] }>();
    expect(new Set(entries.map(({ source }) => source))).toEqual(new Set(['operator']));
  });
});
