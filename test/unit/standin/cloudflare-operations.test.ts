import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusal, sdkFor } from '../../support/node/cloudflare/sdk.ts';
import {
  startCloudflareStandIn,
  type CloudflareStandIn,
  type CloudflareStandInOptions,
} from '../../support/node/cloudflare/stand-in.ts';

let standIn: CloudflareStandIn;
let account_id: string;
let lists: ReturnType<typeof sdkFor>['rules']['lists'];
let list: string;
let now = 0;

async function start(options: CloudflareStandInOptions = {}): Promise<void> {
  now = Date.parse('2026-11-01T00:00:00Z');
  standIn = await startCloudflareStandIn({ operationMs: 1000, now: () => now, plan: 'pro', ...options });
  account_id = standIn.accountId;
  lists = sdkFor(standIn).rules.lists;
  list = (await lists.create({ account_id, kind: 'ip', name: 'threat_block' })).id;
}

beforeEach(() => start());
afterEach(() => standIn.stop());

const addresses = (count: number, net = '45.0') =>
  Array.from({ length: count }, (_, i) => ({ ip: `${net}.${i >> 8}.${i & 255}` }));
const add = (body: { ip: string }[], to = list) => lists.items.create(to, { account_id, body });
const operation = (id: string) => lists.bulkOperations.get(id, { account_id });
const count = (name: string) => standIn.list(name)?.num_items;

describe('bulk operations of the stand-in', () => {
  it('are pending, then running, then completed, and only then is the list changed', async () => {
    const { operation_id } = await add(addresses(3));
    expect(await operation(operation_id)).toEqual({ id: operation_id, status: 'pending' });
    now += 500;
    expect(await operation(operation_id)).toEqual({ id: operation_id, status: 'running' });
    expect(count('threat_block')).toBe(0);
    now += 500;
    const completed = '2026-11-01T00:00:01.000Z';
    expect(await operation(operation_id)).toEqual({ id: operation_id, status: 'completed', completed });
    expect(count('threat_block')).toBe(3);
    expect(await refusal(operation('f'.repeat(32)))).toBe('404 10034');
  });

  it('run one at a time in the account, whichever list they are for', async () => {
    const other = (await lists.create({ account_id, kind: 'ip', name: 'threat_challenge' })).id;
    await add(addresses(1));
    expect(await refusal(add(addresses(1), other))).toBe('429 10040');
    expect(await refusal(lists.items.update(list, { account_id, body: [] }))).toBe('429 10040');
    now += 1000;
    await add(addresses(1), other);
    expect(standIn.operations.map(({ status }) => status)).toEqual(['completed', 'pending']);
  });

  it('fail whole when the account would have more items than its plan allows, over all lists', async () => {
    await standIn.stop();
    await start({ foreignLists: [{ name: 'office', items: addresses(4, '198.18') }] });
    await add(addresses(9996));
    now += 1000;
    expect(count('threat_block')).toBe(9996);
    // One that is there already is no new item.
    const same = await add([{ ip: '45.0.0.0' }]);
    now += 1000;
    expect(await operation(same.operation_id)).toMatchObject({ status: 'completed' });
    const more = await add([{ ip: '45.0.0.0' }, { ip: '46.0.0.0' }]);
    now += 1000;
    expect(await operation(more.operation_id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('10000'),
    });
    expect(count('threat_block')).toBe(9996);
  });

  it('allow 500,000 items on the largest plan', async () => {
    await standIn.stop();
    await start({ plan: 'enterprise' });
    const { operation_id } = await add(addresses(10_001));
    now += 1000;
    expect(await operation(operation_id)).toMatchObject({ status: 'completed' });
  });

  it('fail when their list is deleted before they run', async () => {
    const { operation_id } = await add(addresses(1));
    await lists.delete(list, { account_id });
    now += 1000;
    expect(await operation(operation_id)).toMatchObject({ status: 'failed' });
  });

  it('can break off half done', async () => {
    standIn.fault({ kind: 'half-operation', match: { method: 'POST', path: /\/items$/ } });
    const { operation_id } = await add(addresses(10));
    now += 1000;
    expect(await operation(operation_id)).toMatchObject({ status: 'failed', error: expect.any(String) });
    expect(count('threat_block')).toBe(5);
  });

  it('can be stuck until they are released', async () => {
    standIn.fault({ kind: 'stuck-operation', match: { method: 'POST', path: /\/items$/ } });
    const { operation_id } = await add(addresses(1));
    now += 3_600_000;
    expect(await operation(operation_id)).toMatchObject({ status: 'pending' });
    expect(await refusal(add(addresses(1)))).toBe('429 10040');
    standIn.releaseOperations();
    expect(await operation(operation_id)).toMatchObject({ status: 'completed' });
  });
});
