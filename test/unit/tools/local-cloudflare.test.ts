import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownAccount, startLocalCloudflare } from '../../../scripts/local/cloudflare.ts';
import { readPlan } from '../../../scripts/local/settings.ts';
import { sdkFor } from '../../support/node/cloudflare/sdk.ts';

describe('the account that npm start writes to', () => {
  it("is nobody's without a token, whatever else is set", () => {
    expect(ownAccount({}, '')).toBeNull();
    expect(ownAccount({ CF_ACCOUNT_ID: 'a', CF_API_TOKEN: '' }, 'ADMIN_API_KEY="x"\nCF_API_TOKEN=\n')).toBeNull();
    expect(ownAccount({}, '# CF_API_TOKEN=commented')).toBeNull();
  });

  it("is that of the environment, with no variable but Cloudflare's", () => {
    const own = ownAccount({ CF_API_TOKEN: 't', CF_ACCOUNT_ID: 'a', PATH: '/bin' }, '');
    expect(own).toEqual({ bindings: { CF_API_TOKEN: 't', CF_ACCOUNT_ID: 'a' }, accountId: 'a' });
  });

  it('is that of .dev.vars, which the shield reads by itself', () => {
    const own = ownAccount({}, 'CF_API_TOKEN="t"\r\nCF_ACCOUNT_ID = a\r\n');
    expect(own).toEqual({ bindings: {}, accountId: 'a' });
    expect(ownAccount({}, "CF_API_TOKEN='t'")).toEqual({ bindings: {}, accountId: null });
  });

  it('has a plan that exists', () => {
    expect(readPlan(undefined)).toEqual({ ok: true, value: 'pro' });
    expect(readPlan('free')).toEqual({ ok: true, value: 'free' });
    expect(readPlan('toString')).toMatchObject({ ok: false });
  });
});

describe('the local stand-in', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'edgeshield-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps its token, its ids and its lists over restarts', async () => {
    const first = await startLocalCloudflare({ folder, plan: 'free' });
    const { bindings } = first;
    const { lists } = sdkFor(first.standIn).rules;
    await lists.create({ account_id: first.standIn.accountId, kind: 'ip', name: 'threat_block' });
    await first.stop();
    const second = await startLocalCloudflare({ folder, plan: 'free' });
    expect({ ...second.bindings, CF_API_BASE_URL: '' }).toEqual({ ...bindings, CF_API_BASE_URL: '' });
    expect(second.bindings.CF_API_BASE_URL).toBe(second.standIn.url);
    expect(second.standIn.lists().map(({ name }) => name)).toEqual(['threat_block']);
    await second.stop();
    expect(statSync(join(folder, 'cloudflare-standin-identity.json')).mode & 0o077).toBe(0);
  });
});
