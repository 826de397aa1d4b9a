import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PLANS, type PlanName } from '../../support/node/cloudflare/plan.ts';
import { refusal, sdkFor } from '../../support/node/cloudflare/sdk.ts';
import {
  startCloudflareStandIn,
  type CloudflareStandIn,
  type CloudflareStandInOptions,
} from '../../support/node/cloudflare/stand-in.ts';

let standIn: CloudflareStandIn;
let account_id: string;
let lists: ReturnType<typeof sdkFor>['rules']['lists'];

async function start(options: CloudflareStandInOptions = {}): Promise<void> {
  standIn = await startCloudflareStandIn(options);
  account_id = standIn.accountId;
  lists = sdkFor(standIn).rules.lists;
}

beforeEach(() => start({ plan: 'pro' }));
afterEach(() => standIn.stop());

const create = (name: string, kind: 'ip' | 'hostname' | 'redirect' = 'ip') => lists.create({ account_id, kind, name });

async function codeOf(response: Response): Promise<readonly unknown[]> {
  const { errors } = (await response.json()) as { errors: { code: number }[] };
  return [response.status, errors[0]?.code];
}

describe('lists of the stand-in', () => {
  it('are created, read, described and deleted as in the API', async () => {
    const made = await lists.create({ account_id, kind: 'ip', name: 'threat_block', description: 'ours' });
    expect(made).toMatchObject({ name: 'threat_block', kind: 'ip', description: 'ours', num_items: 0 });
    expect(made.id).toMatch(/^[0-9a-f]{32}$/);
    expect(made.created_on).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
    expect(await lists.get(made.id, { account_id })).toEqual(made);
    const described = await lists.update(made.id, { account_id, description: 'still ours' });
    expect(described).toMatchObject({ id: made.id, name: 'threat_block', description: 'still ours' });
    expect((await lists.list({ account_id })).result.map(({ id }) => id)).toEqual([made.id]);
    expect(await lists.delete(made.id, { account_id })).toEqual({ id: made.id });
    expect(await refusal(lists.get(made.id, { account_id }))).toBe('404 10032');
  });

  it.each(['threat-block', 'Threat_block', '', 'a'.repeat(51), 'threat block'])(
    'refuses the name "%s"',
    async (name) => {
      expect(await refusal(create(name))).toBe('400 10022');
      expect(standIn.lists()).toEqual([]);
    },
  );

  it('takes a name of 50 characters, and no name twice', async () => {
    await create('a'.repeat(50));
    expect(await refusal(create('a'.repeat(50)))).toBe('400 10023');
  });

  it.each(['free', 'pro', 'business', 'enterprise'] as const satisfies readonly PlanName[])(
    'has as many lists as the plan %s allows',
    async (plan) => {
      await standIn.stop();
      await start({ plan });
      const cap = PLANS[plan].lists;
      expect(cap).toBe({ free: 1, pro: 10, business: 10, enterprise: 1000 }[plan]);
      for (let i = 0; i < cap; i += 1) await create(`list_${i}`);
      expect(await refusal(create('one_more'))).toBe('403 10019');
      // Bulk Redirect lists have a quota of their own.
      expect(await create('redirects', 'redirect')).toMatchObject({ kind: 'redirect' });
    },
  );

  it('counts the lists of others against the plan', async () => {
    await standIn.stop();
    await start({ plan: 'free', foreignLists: [{ name: 'office', items: [{ ip: '198.51.100.7', comment: 'door' }] }] });
    expect(await refusal(create('threat_block'))).toBe('403 10019');
    expect(standIn.list('office')?.items.map(({ ip, comment }) => [ip, comment])).toEqual([['198.51.100.7', 'door']]);
  });

  it('has lists of hostnames on the plan that has them alone', async () => {
    expect(await refusal(create('hosts', 'hostname'))).toBe('403 10024');
  });

  it('refuses a missing token, a wrong one and another account, each in its way', async () => {
    const bare = await fetch(`${standIn.url}/accounts/${account_id}/rules/lists`);
    expect([bare.status, await bare.json()]).toMatchObject([401, { success: false, errors: [{ code: 9106 }] }]);
    const wrong = sdkFor({ url: standIn.url, token: 'wrong' }).rules.lists;
    expect(await refusal(wrong.list({ account_id }))).toBe('403 9109');
    expect(await refusal(lists.list({ account_id: 'f'.repeat(32) }))).toBe('403 10000');
  });

  it('answers bodies that are no JSON, bodies that are too large and paths that are nowhere', async () => {
    const headers = { authorization: `Bearer ${standIn.token}` };
    const url = `${standIn.url}/accounts/${account_id}/rules/lists`;
    expect(await codeOf(await fetch(url, { method: 'POST', headers, body: '{' }))).toEqual([400, 10_026]);
    const large = new Uint8Array(16 * 1024 * 1024 + 1);
    expect(await codeOf(await fetch(url, { method: 'POST', headers, body: large }))).toEqual([413, 10_042]);
    expect(await codeOf(await fetch(`${standIn.url}/nowhere`, { headers }))).toEqual([404, 7000]);
    expect(await codeOf(await fetch(url, { method: 'PATCH', headers }))).toEqual([405, 7000]);
  });
});
