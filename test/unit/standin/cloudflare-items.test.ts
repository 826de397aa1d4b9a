import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusal, sdkFor } from '../../support/node/cloudflare/sdk.ts';
import { startCloudflareStandIn, type CloudflareStandIn } from '../../support/node/cloudflare/stand-in.ts';

let standIn: CloudflareStandIn;
let account_id: string;
let list: string;
let items: ReturnType<typeof sdkFor>['rules']['lists']['items'];
let now = 0;

beforeEach(async () => {
  now = Date.parse('2026-11-01T00:00:00Z');
  standIn = await startCloudflareStandIn({ operationMs: 1000, now: () => now });
  account_id = standIn.accountId;
  const { lists } = sdkFor(standIn).rules;
  items = lists.items;
  list = (await lists.create({ account_id, kind: 'ip', name: 'threat_block' })).id;
});
afterEach(() => standIn.stop());

type Body = readonly { readonly ip: string; readonly comment?: string }[];

async function add(body: Body): Promise<void> {
  await items.create(list, { account_id, body: [...body] });
  now += 1000;
}

const refused = (body: Body) => refusal(items.create(list, { account_id, body: [...body] }));
const kept = () => (standIn.list('threat_block')?.items ?? []).map(({ ip }) => ip);

async function all(per_page: number, search?: string): Promise<readonly (string | undefined)[]> {
  const found: (string | undefined)[] = [];
  const query = search === undefined ? {} : { search };
  for await (const item of items.list(list, { account_id, per_page, ...query }))
    found.push('ip' in item ? item.ip : '');
  return found;
}

describe('items of the stand-in', () => {
  it.each([
    '192.0.2.1',
    '192.0.2.1/32',
    '203.0.113.0/24',
    '45.0.0.0/8',
    '2001:db8:1:2::/64',
    '2001:db8::/32',
    '2a00::/12',
  ])('takes %s', async (ip) => {
    await add([{ ip }]);
    expect(kept()).toHaveLength(1);
  });

  it.each([
    '192.0.2.256',
    '192.0.2.01',
    '192.0.2.1/33',
    '192.0.2.1/24',
    '44.0.0.0/7',
    '2001:db8::1',
    '2001:db8::/65',
    '2001:db8::/128',
    '2a00::/11',
    'fe80::1%eth0',
    'example.com',
    '',
  ])('refuses %s as a bad value', async (ip) => {
    expect(await refused([{ ip: '192.0.2.9' }, { ip }])).toBe('400 10035');
    expect(standIn.operations).toEqual([]);
  });

  it('refuses one address twice in a request, however it is spelled', async () => {
    expect(await refused([{ ip: '192.0.2.1' }, { ip: '192.0.2.1/32' }])).toBe('400 10028');
    expect(await refused([{ ip: '2001:DB8::/64' }, { ip: '2001:db8:0::/64' }])).toBe('400 10028');
  });

  it('takes comments of up to 500 characters', async () => {
    await add([{ ip: '192.0.2.1', comment: 'x'.repeat(500) }]);
    expect(standIn.list('threat_block')?.items[0]?.comment).toHaveLength(500);
    expect(await refused([{ ip: '192.0.2.2', comment: 'x'.repeat(501) }])).toBe('400 10035');
  });

  it('adds and overwrites on POST: the id stays, the comment is the new one', async () => {
    await add([{ ip: '192.0.2.1', comment: 'before' }]);
    const [before] = standIn.list('threat_block')?.items ?? [];
    await add([{ ip: '192.0.2.1', comment: 'after' }, { ip: '192.0.2.2' }]);
    const [after, other] = standIn.list('threat_block')?.items ?? [];
    expect(after).toMatchObject({ id: before?.id, comment: 'after', created_on: before?.created_on });
    expect(after?.modified_on).not.toBe(before?.modified_on);
    expect(other).not.toHaveProperty('comment');
    await add([{ ip: '192.0.2.1' }]);
    expect(standIn.list('threat_block')?.items[0]).not.toHaveProperty('comment');
  });

  it('replaces everything on PUT, and empties the list with an empty one', async () => {
    await add([{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }]);
    await items.update(list, { account_id, body: [{ ip: '192.0.2.2' }, { ip: '192.0.2.3' }] });
    now += 1000;
    expect(kept()).toEqual(['192.0.2.2', '192.0.2.3']);
    await items.update(list, { account_id, body: [] });
    now += 1000;
    expect(kept()).toEqual([]);
  });

  it('deletes by id, and refuses an id that it does not have', async () => {
    await add([{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }]);
    const [first] = standIn.list('threat_block')?.items ?? [];
    const ids = [{ id: first?.id ?? '' }];
    expect(await refusal(items.delete(list, { account_id, items: [...ids, { id: 'f'.repeat(32) }] }))).toBe(
      '404 10033',
    );
    await items.delete(list, { account_id, items: ids });
    now += 1000;
    expect(kept()).toEqual(['192.0.2.2']);
    expect(await refusal(items.delete(list, { account_id, items: ids }))).toBe('404 10033');
    expect(await refusal(items.delete(list, { account_id, items: [] }))).toBe('400 10027');
  });

  it('gives one item by its id', async () => {
    await add([{ ip: '192.0.2.1', comment: 'why' }]);
    const [item] = standIn.list('threat_block')?.items ?? [];
    const id = item?.id ?? '';
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await items.get(id, { account_id, list_id: list })).toEqual(item);
    expect(await refusal(items.get('f'.repeat(32), { account_id, list_id: list }))).toBe('404 10033');
  });

  it('pages through 1,200 items in ascending order', async () => {
    const sent = Array.from({ length: 1200 }, (_, i) => ({ ip: `45.0.${i >> 8}.${i & 255}` }));
    await add(sent.toReversed());
    const before = standIn.calls.length;
    expect(await all(500)).toEqual(sent.map(({ ip }) => ip));
    expect(standIn.calls.length - before).toBe(3);
    expect(await refusal(items.list(list, { account_id, per_page: 501 }))).toBe('400 10036');
    expect(await refusal(items.list(list, { account_id, cursor: 'nonsense' }))).toBe('400 10036');
  });

  it('sorts as numbers, IPv4 first, the wider range first', async () => {
    await add([{ ip: '2001:db8::/64' }, { ip: '100.0.0.0/16' }, { ip: '100.0.0.0/8' }, { ip: '9.0.0.1' }]);
    expect(kept()).toEqual(['9.0.0.1', '100.0.0.0/8', '100.0.0.0/16', '2001:db8::/64']);
  });

  it('goes on behind a cursor when the list has changed meanwhile', async () => {
    await add(Array.from({ length: 6 }, (_, i) => ({ ip: `192.0.2.${i}` })));
    const first = await items.list(list, { account_id, per_page: 3 });
    standIn.removeItems('threat_block', ['192.0.2.1', '192.0.2.4']);
    const rest = await first.getNextPage();
    expect(rest.result.map((item) => ('ip' in item ? item.ip : ''))).toEqual(['192.0.2.3', '192.0.2.5']);
    expect(rest.hasNextPage()).toBe(false);
  });

  it('finds the addresses that start with a text', async () => {
    await add([{ ip: '192.0.2.1' }, { ip: '192.0.2.10' }, { ip: '1.192.0.2' }]);
    expect(await all(500, '192.0.2.1')).toEqual(['192.0.2.1', '192.0.2.10']);
  });
});
