import { env } from 'cloudflare:test';
import { expect, test } from 'vitest';
import type { SourceSettings } from '../../../src/actors/contracts.ts';
import { fetchFeed, type FetchOptions } from '../../../src/actors/collector/fetch-feed.ts';
import { faultFeed, requestsFor, setFeed } from '../../support/workerd/feeds.ts';

const SETTINGS: SourceSettings = {
  id: 'x',
  name: 'X',
  url: '',
  format: 'plain',
  role: 'threat',
  family: 'x',
  weight: 1,
  intervalSeconds: 3600,
  lifetimeSeconds: 86_400,
  licence: 'x',
  enabled: true,
  emptyOk: false,
};
const OPTIONS: FetchOptions = {
  userAgent: 'EdgeShield/test (+ops@example.org)',
  allowHttp: false,
  mirror: (env as unknown as { FEED_MIRROR: string }).FEED_MIRROR,
  etag: null,
  lastModified: null,
  now: 0,
};
const ROWS = Array.from({ length: 200 }, (_, i) => `45.3.0.${i}`).join('\n');

let feeds = 0;
async function start(body = `# a list\n${ROWS}\n`) {
  const address = `fetch-${feeds++}.feeds.example/list.txt`;
  await setFeed(address, body);
  const get = (options: Partial<FetchOptions> = {}) =>
    fetchFeed({ ...SETTINGS, url: `https://${address}` }, { ...OPTIONS, ...options });
  return { address, get };
}

test.each(['crlf', 'bom', 'dirty'] as const)('%s: every row is read', async (kind) => {
  const { address, get } = await start();
  await faultFeed(address, { kind });
  const fetched = await get();
  expect(fetched).toMatchObject({ kind: 'copy', feed: { received: { rows: 200 } } });
  if (fetched.kind === 'copy') expect(fetched.feed.received.unreadable).toBeLessThanOrEqual(kind === 'dirty' ? 60 : 0);
});

test.each([
  [{ kind: 'truncated-gzip' }, /could not be fetched/],
  [{ kind: 'cut' }, /could not be fetched/],
  [{ kind: 'drop' }, /could not be fetched/],
  [{ kind: 'huge' }, /longer than 16 MB/],
  [{ kind: 'bomb' }, /longer than 16 MB/],
  [{ kind: 'status', status: 503 }, /answered 503/],
  [{ kind: 'redirect', to: 'http://feeds.example/list' }, /redirected to a URL that must begin with https/],
  [
    { kind: 'redirect', to: 'https://169.254.169.254/latest/meta-data' },
    /redirected to a URL that must not be a private/,
  ],
  [{ kind: 'redirect', to: 'https://[::1]/x' }, /redirected to a URL that must not be a private/],
  [{ kind: 'redirect', to: 'https://metadata.google.internal/x' }, /redirected to a URL that must not be a name/],
] as const)('%j is told and nothing is taken', async (fault, problem) => {
  const { address, get } = await start();
  await faultFeed(address, fault);
  const fetched = await get();
  expect(fetched).toMatchObject({ kind: 'failed', problem: expect.stringMatching(problem) });
});

test.each(['slow-drip', 'timeout'] as const)('%s ends with the time allowed', async (kind) => {
  const { address, get } = await start();
  await faultFeed(address, { kind });
  expect(await get({ timeoutMs: 300 })).toEqual({ kind: 'failed', problem: 'it took too long' });
});

test('a redirect to another public host is followed, over the mirror too', async () => {
  const { address, get } = await start();
  const target = await start();
  await faultFeed(address, { kind: 'redirect', to: `https://${target.address}` });
  expect(await get()).toMatchObject({ kind: 'copy', feed: { received: { rows: 200 } } });
  expect(await requestsFor(target.address)).toHaveLength(1);
});

test('redirects that go round are given up', async () => {
  const { address, get } = await start();
  await faultFeed(address, { kind: 'redirect', to: `https://${address}` });
  expect(await get()).toEqual({ kind: 'failed', problem: 'more than 3 redirects' });
  expect(await requestsFor(address)).toHaveLength(4);
});

test('it says who it is, and asks for what is new alone', async () => {
  const { address, get } = await start();
  const first = await get();
  if (first.kind !== 'copy') expect.fail(first.kind);
  expect(await get({ etag: first.etag, lastModified: first.lastModified })).toEqual({ kind: 'unchanged' });
  const [request] = await requestsFor(address);
  expect(request?.headers['user-agent']).toBe('EdgeShield/test (+ops@example.org)');
});
