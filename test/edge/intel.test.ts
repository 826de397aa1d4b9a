import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../src/actors/contracts.ts';
import { setFeed } from '../support/workerd/feeds.ts';
import { freshClient, startIsolate } from '../support/workerd/isolate.ts';

const isolate = startIsolate();
const admin = (method: string, path: string, body?: unknown) => isolate.admin(method, path, body, freshClient());

interface Source {
  readonly id: string;
  readonly health: string;
  readonly rows: number;
  readonly licence: string;
  readonly built_in: boolean;
  readonly interval_seconds: number;
}
interface Page {
  readonly threats: readonly { readonly range: string; readonly score: number; readonly sources: readonly string[] }[];
  readonly total: number;
  readonly cursor: string | null;
}

/** Fifty addresses and a network. */
const LIST = 'lists.example/edge.csv';
const CSV = ['ip,score', ...Array.from({ length: 50 }, (_, i) => `45.7.0.${i},1`), '45.8.0.0/24,1'].join('\n');

async function addList(): Promise<void> {
  await setFeed(LIST, CSV, 'text/csv');
  await admin('DELETE', '/intel/sources/edge-list');
  const source = { id: 'edge-list', url: `https://${LIST}`, format: 'csv', column: 'ip', weight: 0.9 };
  expect((await admin('POST', '/intel/sources', source)).status).toBe(201);
  const collected = await admin('POST', '/intel/collect?sources=edge-list');
  expect(collected.status).toBe(200);
  const { sources } = await collected.json<{ sources: readonly Source[] }>();
  expect(sources.find(({ id }) => id === 'edge-list')).toMatchObject({ health: 'ok', rows: 51, built_in: false });
}

describe('the routes of intelligence', () => {
  it.each([
    ['GET', '/intel/status'],
    ['GET', '/intel/sources'],
    ['POST', '/intel/sources'],
    ['PATCH', '/intel/sources/ipsum'],
    ['DELETE', '/intel/sources/ipsum'],
    ['GET', '/intel/threats'],
    ['GET', '/intel/threats/45.7.0.1'],
    ['GET', '/intel/allowlist'],
    ['POST', '/intel/allowlist'],
    ['DELETE', '/intel/allowlist/45.7.0.1'],
    ['POST', '/intel/collect'],
  ])('%s %s is for operators alone', async (method, path) => {
    const bare = { method, ...(method === 'GET' ? {} : { body: '{}' }) };
    expect((await isolate.visit(path, { ...bare, ip: freshClient() })).status).toBe(401);
    const wrong = { ...bare, headers: { 'X-Admin-Key': 'not the key' }, ip: freshClient() };
    expect((await isolate.visit(path, wrong)).status).toBe(401);
  });

  it('tell of the built-in sources with their terms', async () => {
    const { sources } = await (await admin('GET', '/intel/sources')).json<{ sources: readonly Source[] }>();
    const ids = sources.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining(['ipsum', 'emerging-threats', 'spamhaus-drop-v4', 'tor-exits', 'shield']),
    );
    for (const source of sources) expect(source.licence).not.toBe('');
    expect(sources.find(({ id }) => id === 'dshield')).toMatchObject({ health: 'off', licence: 'CC BY-NC-SA' });
  });

  it('add, change and remove a feed, and say what is wrong with one in the words of the sender', async () => {
    await addList();
    const changed = await admin('PATCH', '/intel/sources/edge-list', { weight: 0.5, interval_seconds: 7200 });
    expect(await changed.json()).toMatchObject({ weight: 0.5, interval_seconds: 7200, built_in: false });
    const refused = await admin('POST', '/intel/sources', {
      id: 'bad',
      url: 'https://10.0.0.1/x',
      interval_seconds: 1,
    });
    expect(refused.status).toBe(422);
    const { problems } = await refused.json<{ problems: { path: string }[] }>();
    expect(problems.map(({ path }) => path)).toEqual(['interval_seconds']);
    const inside = await admin('POST', '/intel/sources', { id: 'bad', url: 'https://10.0.0.1/x' });
    expect((await inside.json<{ problems: { path: string }[] }>()).problems[0]?.path).toBe('url');
    expect((await admin('PATCH', '/intel/sources/spamhaus-drop-v4', { interval_seconds: 600 })).status).toBe(422);
    expect((await admin('DELETE', '/intel/sources/ipsum')).status).toBe(409);
    expect(await (await admin('DELETE', '/intel/sources/edge-list')).json()).toEqual({ removed: true });
    expect(await (await admin('DELETE', '/intel/sources/edge-list')).json()).toEqual({ removed: false });
  });

  it('note which sources were fetched, with what, and what came of it', async () => {
    await addList();
    await setFeed(LIST, 'ip,score\n45.7.0.1,1', 'text/csv');
    await admin('POST', '/intel/collect?sources=edge-list&accept=true');
    const { entries } = await (await admin('GET', '/admin/audit?limit=1')).json<{ entries: readonly AuditEntry[] }>();
    expect(entries).toMatchObject([
      {
        operation: 'collectFeeds',
        target: 'edge-list',
        before: { sources: ['edge-list 51 rows, ok'] },
        after: { accept: true, sources: ['edge-list 1 rows, ok'] },
      },
    ]);
  });

  it('page through all threats without losing or repeating one', async () => {
    await addList();
    const seen: string[] = [];
    let next = '/intel/threats?source=edge-list&limit=20';
    for (let pages = 0; next !== '' && pages < 10; pages += 1) {
      const response = await admin('GET', next);
      const page = await response.json<Page>();
      expect(page.total).toBe(51);
      seen.push(...page.threats.map(({ range }) => range));
      expect(response.headers.get('X-Next-Cursor')).toBe(page.cursor);
      next = /^<(.*)>; rel="next"$/.exec(response.headers.get('Link') ?? '')?.[1] ?? '';
    }
    expect(seen).toHaveLength(51);
    expect(new Set(seen).size).toBe(51);
    const none = await (await admin('GET', '/intel/threats?min_score=0.95')).json<Page>();
    expect(none).toMatchObject({ threats: [], total: 0, cursor: null });
    expect((await admin('GET', '/intel/threats?limit=0')).status).toBe(422);
    expect((await admin('GET', '/intel/threats?min_score=2')).status).toBe(422);
  });

  it.each([
    ['csv', 'text/csv'],
    ['txt', 'text/plain'],
    ['stix', 'application/stix+json'],
  ])('write %s, by its name and by Accept', async (format, type) => {
    await addList();
    const path = '/intel/threats?source=edge-list&limit=2';
    const byName = await admin('GET', `${path}&format=${format}`);
    const byAccept = await isolate.visit(path, {
      headers: { 'X-Admin-Key': 'test-admin-key-0123456789abcdef', Accept: `${type}, application/json;q=0.5` },
      ip: freshClient(),
    });
    for (const response of [byName, byAccept]) {
      expect(response.headers.get('Content-Type')).toContain(type);
      expect(response.headers.get('X-Next-Cursor')).toBeTruthy();
      const text = await response.text();
      expect(text).toContain('45.7.0.0');
      if (format === 'txt') expect(text).toBe('45.7.0.0\n45.7.0.1\n');
      if (format === 'csv')
        expect(text).toMatch(/^range,score,sources,first_seen\r\n45\.7\.0\.0,0\.9000,edge-list,\d{4}-/);
      if (format === 'stix') expect(JSON.parse(text)).toMatchObject({ type: 'bundle' });
    }
  });

  it('show one address with its sources, and spare it by a word of the operator', async () => {
    await addList();
    const before = await (await admin('GET', '/intel/threats/45.8.0.9')).json();
    expect(before).toMatchObject({ ip: '45.8.0.9', score: 0.9, range: '45.8.0.0/24', allowed: null });
    expect(before).toMatchObject({ sources: [{ id: 'edge-list', first_seen: expect.any(Number), decay: 1 }] });
    const spared = await admin('POST', '/intel/allowlist', { range: '45.8.0.9', note: 'our office' });
    expect(spared.status).toBe(201);
    expect(await (await admin('GET', '/intel/threats/45.8.0.9')).json()).toMatchObject({
      score: 0,
      allowed: { note: 'our office', origin: 'operator' },
    });
    const { entries } = await (await admin('GET', '/intel/allowlist')).json<{ entries: { range: string }[] }>();
    expect(entries.map(({ range }) => range)).toEqual(expect.arrayContaining(['45.8.0.9', '2a06:98c0:3600::/48']));
    expect((await admin('DELETE', '/intel/allowlist/10.0.0.0/8')).status).toBe(409);
    expect(await (await admin('DELETE', '/intel/allowlist/45.8.0.9')).json()).toEqual({ removed: true });
    expect((await admin('GET', '/intel/threats/nonsense')).status).toBe(422);
    expect((await admin('POST', '/intel/allowlist', { range: '45.8.0.9' })).status).toBe(422);
    expect((await admin('POST', '/intel/collect?sources=none')).status).toBe(404);
  });
});
