import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RequestLimit } from '../../support/node/cloudflare/request-limit.ts';
import { refusal, sdkFor } from '../../support/node/cloudflare/sdk.ts';
import { startCloudflareStandIn, type CloudflareStandIn } from '../../support/node/cloudflare/stand-in.ts';

let standIn: CloudflareStandIn;
let account_id: string;
let lists: ReturnType<typeof sdkFor>['rules']['lists'];
let now = 0;

beforeEach(async () => {
  now = Date.parse('2026-11-01T00:00:00Z');
  standIn = await startCloudflareStandIn({ operationMs: 0, now: () => now, plan: 'pro' });
  account_id = standIn.accountId;
  lists = sdkFor(standIn).rules.lists;
});
afterEach(() => standIn.stop());

const all = () => lists.list({ account_id });
const create = (name: string) => lists.create({ account_id, kind: 'ip', name });

describe('limits of requests', () => {
  it('are 1,200 in five minutes, then nothing for five minutes', async () => {
    const url = `${standIn.url}/accounts/${account_id}/rules/lists`;
    const headers = { authorization: `Bearer ${standIn.token}` };
    for (let i = 0; i < 1200; i += 1) expect((await fetch(url, { headers })).status).toBe(200);
    const refused = await fetch(url, { headers });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '300']);
    expect(await refused.json()).toMatchObject({ success: false, errors: [{ code: 10_100 }] });
    now += 299_000;
    expect((await fetch(url, { headers })).headers.get('retry-after')).toBe('1');
    now += 1000;
    expect((await fetch(url, { headers })).status).toBe(200);
  });

  it('are a sliding window', () => {
    const limit = new RequestLimit(10, 1000);
    expect(limit.spend(0, 6)).toBeNull();
    expect(limit.spend(500, 4)).toBeNull();
    expect(limit.spend(999, 1)).toBe(1);
    expect(limit.spend(1000, 6)).toBeNull();
    expect(limit.spend(1001, 1)).toBe(1);
    expect(limit.spend(1500, 4)).toBeNull();
  });
});

describe('faults on demand', () => {
  it.each(['500', '503', '429', '401'] as const)('answer %s and do nothing, once', async (kind) => {
    standIn.fault({ kind, match: { method: 'POST' }, retryAfter: 7 });
    await all();
    expect(await refusal(create('threat_block'))).toContain(kind);
    expect(standIn.lists()).toEqual([]);
    await create('threat_block');
    expect(standIn.calls.map(({ status }) => status)).toEqual([200, Number(kind), 200]);
  });

  it('tell how long to wait', async () => {
    standIn.fault({ kind: '429', retryAfter: 7 });
    const error: unknown = await all().then(
      () => null,
      (reason: unknown) => reason,
    );
    expect((error as { headers: Headers }).headers.get('retry-after')).toBe('7');
  });

  it('can be a page of HTML', async () => {
    standIn.fault({ kind: 'html' });
    expect(await refusal(all())).toBe('502');
  });

  it('can be a reply that never comes', async () => {
    standIn.fault({ kind: 'timeout' });
    const { lists: hasty } = sdkFor(standIn, 50).rules;
    expect(await refusal(hasty.list({ account_id }))).toBe('undefined');
    expect(standIn.calls.at(-1)?.status).toBe(0);
  });

  it('can lose the reply of what was done, or the request before it was', async () => {
    standIn.fault({ kind: 'drop-reply', match: { method: 'POST' } });
    expect(await refusal(create('done'))).toBe('undefined');
    standIn.fault({ kind: 'drop-request', match: { method: 'POST' } });
    expect(await refusal(create('not_done'))).toBe('undefined');
    expect(standIn.lists().map(({ name }) => name)).toEqual(['done']);
  });

  it('strike as often as told, after as many as told, until cleared', async () => {
    const fault = standIn.fault({ kind: '500', skip: 1, times: 2, match: { path: /\/rules\/lists/g } });
    await all();
    expect(await refusal(all())).toContain('500');
    expect(await refusal(all())).toContain('500');
    await all();
    expect(fault.struck).toBe(2);
    standIn.fault({ kind: '500', times: Infinity });
    expect(await refusal(all())).toContain('500');
    standIn.clearFaults();
    await all();
  });
});

describe('a kept stand-in', () => {
  it('has its lists, rules and pending operation after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'edgeshield-'));
    try {
      const identity = { token: 't', accountId: 'a'.repeat(32), zoneId: 'b'.repeat(32) };
      const options = { ...identity, persist: join(folder, 'state', 'kept.json'), operationMs: 1000, now: () => now };
      const first = await startCloudflareStandIn(options);
      const client = sdkFor(first).rules.lists;
      const { id } = await client.create({ account_id: first.accountId, kind: 'ip', name: 'threat_block' });
      first.addForeignItems('threat_block', [{ ip: '198.51.100.1', comment: 'by hand' }]);
      first.addForeignRule({ action: 'block', expression: 'ip.src in $threat_block' });
      await client.items.create(id, { account_id: first.accountId, body: [{ ip: '192.0.2.1' }] });
      const before = first.lists();
      await first.stop();
      const second = await startCloudflareStandIn(options);
      expect(second.lists()).toEqual(before);
      expect(second.rules()).toHaveLength(1);
      expect(second.operations.map(({ status }) => status)).toEqual(['pending']);
      now += 1000;
      expect(second.list('threat_block')?.items.map(({ ip }) => ip)).toEqual(['192.0.2.1', '198.51.100.1']);
      await second.stop();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
