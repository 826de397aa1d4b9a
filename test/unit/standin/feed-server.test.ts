import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFeedServer, type FeedServer } from '../../support/node/feeds/feed-server.ts';

const ADDRESS = 'feeds.example.org/list.txt';
const ROWS = Array.from({ length: 40 }, (_, i) => `192.0.2.${i}`);
const TEXT = `${ROWS.join('\n')}\n`;

let server: FeedServer;
let url: string;

beforeEach(async () => {
  server = await startFeedServer({ folder: null });
  server.set(ADDRESS, { body: TEXT });
  url = `${server.url}/${ADDRESS}`;
});
afterEach(() => server.stop());

const identity = { 'accept-encoding': 'identity' };

/** The first bytes of a body that may not end. */
async function firstBytes(response: Response, least: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < least) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    chunks.push(value);
    size += value.length;
  }
  await reader?.cancel();
  return Buffer.concat(chunks);
}

describe('the feed server', () => {
  it('serves what it was given, packed for whoever takes that', async () => {
    const plain = await fetch(url, { headers: identity });
    expect([plain.status, plain.headers.get('content-encoding'), await plain.text()]).toEqual([200, null, TEXT]);
    const packed = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
    expect([packed.headers.get('content-encoding'), await packed.text()]).toEqual(['gzip', TEXT]);
    expect((await fetch(`${server.url}/feeds.example.org/other`)).status).toBe(404);
    expect(server.addresses()).toEqual([ADDRESS]);
    expect(server.text(ADDRESS)).toBe(TEXT);
  });

  it('answers 304 to whoever has the same, and 200 again after a change', async () => {
    const first = await fetch(url);
    const etag = first.headers.get('etag') ?? '';
    const date = first.headers.get('last-modified') ?? '';
    const ask = async (headers: Record<string, string>) => (await fetch(url, { headers })).status;
    expect(await ask({ 'if-none-match': etag })).toBe(304);
    expect(await ask({ 'if-none-match': `W/${etag}` })).toBe(304);
    expect(await ask({ 'if-modified-since': date })).toBe(304);
    expect(await ask({ 'if-modified-since': new Date(0).toUTCString() })).toBe(200);
    // RFC 9110: the date is not looked at beside a tag.
    expect(await ask({ 'if-none-match': '"other"', 'if-modified-since': date })).toBe(200);
    server.set(ADDRESS, { body: `${TEXT}192.0.2.99\n` });
    expect(await ask({ 'if-none-match': etag })).toBe(200);
    expect(server.requests.map(({ status }) => status)).toEqual([200, 304, 304, 304, 200, 200, 200]);
    expect(server.requests[1]?.headers['if-none-match']).toBe(etag);
    server.remove(ADDRESS);
    expect(await ask({})).toBe(404);
  });

  it('bends the content of a feed', async () => {
    const served = async (kind: 'html' | 'empty' | 'crlf' | 'bom' | 'garbage' | 'dirty' | 'half') => {
      server.fault(ADDRESS, { kind }, 1);
      const response = await fetch(url);
      expect(response.status).toBe(200);
      return { bytes: Buffer.from(await response.arrayBuffer()), type: response.headers.get('content-type') };
    };
    expect(await served('html')).toMatchObject({ type: 'text/html; charset=utf-8' });
    expect((await served('empty')).bytes).toHaveLength(0);
    expect((await served('crlf')).bytes.toString()).toBe(TEXT.replaceAll('\n', '\r\n'));
    expect((await served('bom')).bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect((await served('half')).bytes.toString()).toBe(`${ROWS.slice(0, 20).join('\n')}\n`);
    const utf8 = new TextDecoder('utf-8', { fatal: true });
    const { bytes: garbage } = await served('garbage');
    expect(garbage).toHaveLength(65_536);
    expect(() => utf8.decode(garbage)).toThrow();
    const { bytes: dirty } = await served('dirty');
    expect(() => utf8.decode(dirty)).toThrow();
    expect(dirty.toString('latin1').split('\n')).toEqual(expect.arrayContaining(ROWS));
    expect(await (await fetch(url)).text()).toBe(TEXT);
  });

  it('breaks off a packed body and a plain one', async () => {
    server.fault(ADDRESS, { kind: 'truncated-gzip' });
    const packed = await fetch(url);
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    // Node's fetch takes the cut for the end: a reader cannot count on an error here.
    const part = await packed.text();
    expect(TEXT.startsWith(part)).toBe(true);
    expect(part.length).toBeLessThan(TEXT.length);
    server.fault(ADDRESS, { kind: 'cut' });
    await expect(fetch(url, { headers: identity }).then((response) => response.text())).rejects.toThrow();
    server.fault(ADDRESS, { kind: 'drop' });
    await expect(fetch(url)).rejects.toThrow();
    expect(server.requests.at(-1)?.status).toBe(0);
  });

  it('pours rows without end, and as many as told', async () => {
    server.fault(ADDRESS, { kind: 'huge', bytes: 1_000_000 });
    const text = await (await fetch(url)).text();
    expect(text.length).toBeGreaterThanOrEqual(1_000_000);
    const rows = text.trimEnd().split('\n');
    expect(rows.slice(0, 2)).toEqual(['45.0.0.0', '45.0.0.1']);
    expect(new Set(rows).size).toBe(rows.length);
    server.fault(ADDRESS, { kind: 'huge' });
    expect((await firstBytes(await fetch(url), 5_000_000)).length).toBeGreaterThanOrEqual(5_000_000);
    server.fault(ADDRESS, { kind: 'bomb', bytes: 10_000_000 });
    const bomb = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
    expect((await bomb.arrayBuffer()).byteLength).toBe(10_000_000);
  });

  it('drips and never ends', async () => {
    server.fault(ADDRESS, { kind: 'slow-drip', everyMs: 1 });
    const bytes = await firstBytes(await fetch(url), TEXT.length + 10);
    expect(Buffer.from(bytes).toString().slice(0, TEXT.length)).toBe(TEXT);
  });

  it('is silent, redirects anywhere, and fails with any status', async () => {
    server.fault(ADDRESS, { kind: 'timeout' });
    await expect(fetch(url, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
    server.fault(ADDRESS, { kind: 'redirect', to: 'http://169.254.169.254/latest/' });
    const moved = await fetch(url, { redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')]).toEqual([302, 'http://169.254.169.254/latest/']);
    server.fault(ADDRESS, { kind: 'redirect', to: 'self', status: 301 });
    await expect(fetch(url)).rejects.toThrow();
    server.fault(ADDRESS, { kind: 'status', status: 503, retryAfter: 30 });
    const failed = await fetch(url);
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '30']);
    server.fault(ADDRESS, null);
    expect((await fetch(url)).status).toBe(200);
  });

  it('has faults for addresses without a feed too, and drops them all at once', async () => {
    server.fault('nowhere.example/x', { kind: 'html' });
    expect((await fetch(`${server.url}/nowhere.example/x`)).status).toBe(200);
    server.clearFaults();
    expect((await fetch(`${server.url}/nowhere.example/x`)).status).toBe(404);
  });
});
