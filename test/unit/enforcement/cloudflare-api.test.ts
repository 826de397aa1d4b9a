import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readFailure } from '../../../src/actors/enforcement/api-failure.ts';
import { type CloudflareApi, connectCloudflare } from '../../../src/actors/enforcement/cloudflare-api.ts';
import { type CloudflareStandIn, startCloudflareStandIn } from '../../support/node/cloudflare/stand-in.ts';

let cloud: CloudflareStandIn;
let api: CloudflareApi;

beforeEach(async () => {
  cloud = await startCloudflareStandIn({ plan: 'free', foreignLists: [{ name: 'threat_block' }] });
  const { token, accountId, url } = cloud;
  api = connectCloudflare({ token, accountId, baseUrl: url, timeoutMs: 150 });
});
afterEach(() => cloud.stop());

const listId = () => cloud.list('threat_block')?.id ?? '';

describe('what goes wrong at the API is a value of one of a few kinds', () => {
  test.each([
    ['500', 'unavailable'],
    ['503', 'unavailable'],
    ['html', 'unavailable'],
    ['drop-request', 'unavailable'],
    ['drop-reply', 'unavailable'],
    ['timeout', 'timeout'],
    ['429', 'rate-limited'],
    ['401', 'unauthorized'],
  ] as const)('%s: %s', async (kind, expected) => {
    cloud.fault({ kind });
    const answer = await api.lists.lists();
    expect(answer).toMatchObject({ ok: false, kind: expected });
    expect(JSON.stringify(answer)).not.toContain(cloud.token);
    expect(cloud.calls).toHaveLength(1);
    expect(api.lists.calls).toBe(1);
  });

  test('a second operation: pending', async () => {
    const first = await api.lists.addItems(listId(), [{ ip: '203.0.113.1', comment: '' }]);
    const second = await api.lists.addItems(listId(), [{ ip: '203.0.113.2', comment: '' }]);
    expect(first.ok).toBe(true);
    expect(second).toMatchObject({ ok: false, kind: 'pending' });
  });

  test('what the account has no room for: limit; what is not there: not-found; what is wrong: invalid', async () => {
    expect(await api.lists.createList('other', '')).toMatchObject({ ok: false, kind: 'limit' });
    expect(await api.lists.items('0'.repeat(32), {})).toMatchObject({ ok: false, kind: 'not-found' });
    expect(await api.lists.operation('0'.repeat(32))).toMatchObject({ ok: false, kind: 'not-found' });
    expect(await api.lists.createList('has-hyphen', '')).toMatchObject({ ok: false, kind: 'invalid' });
    expect(await api.lists.addItems(listId(), [{ ip: 'x', comment: '' }])).toMatchObject({
      ok: false,
      kind: 'invalid',
    });
  });

  test('the wait that is asked for is told in milliseconds', async () => {
    cloud.fault({ kind: '429', retryAfter: 7 });
    expect(await api.lists.lists()).toMatchObject({ retryAfterMs: 7000 });
    expect(await api.lists.lists()).toMatchObject({ ok: true });
  });

  test('a token that the other side repeats is not passed on', () => {
    const failure = readFailure(new Error('bad header Bearer s3cr3t-token'), 's3cr3t-token');
    expect(failure).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('Bearer [redacted]') });
    expect(readFailure(new Error('x'.repeat(1000)), '').message.length).toBeLessThanOrEqual(300);
  });
});

describe('what the API answers', () => {
  test('items come in pages of 500, in full', async () => {
    cloud.addForeignItems(
      'threat_block',
      Array.from({ length: 750 }, (_, i) => ({ ip: `203.0.${i >> 8}.${i & 255}` })),
    );
    const first = await api.lists.items(listId(), {});
    if (!first.ok) throw new Error(first.message);
    const second = await api.lists.items(listId(), { cursor: first.value.cursor });
    expect(first.value.items).toHaveLength(500);
    expect(second).toMatchObject({ ok: true, value: { cursor: null } });
    expect(second.ok && second.value.items).toHaveLength(250);
  });

  test('lists are told without their items', async () => {
    expect(await api.lists.lists()).toEqual({
      ok: true,
      value: [{ id: listId(), name: 'threat_block', kind: 'ip', items: 0 }],
    });
  });
});
