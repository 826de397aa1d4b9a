import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFeedServer, type FeedServer } from '../../support/node/feeds/feed-server.ts';
import { feedSnapshots, snapshotAddresses } from '../../support/node/feeds/snapshots.ts';
import { dshieldTable, networkLines, prefixesJson, spamhausLines } from '../../support/node/feeds/wire-formats.ts';

const folder = feedSnapshots();
const lines = (file: string) => networkLines(readFileSync(join(folder ?? '', file), 'utf8'));

describe('wire formats', () => {
  it('are one JSON object a line with metadata at the end, for DROP', () => {
    const rows = spamhausLines(['192.0.2.0/24', '198.51.100.0/24'], 'drop_v4')
      .text.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map(({ cidr }) => cidr)).toEqual(['192.0.2.0/24', '198.51.100.0/24', undefined]);
    expect(rows.at(-1)).toMatchObject({ type: 'metadata', records: 2 });
  });

  it('are first, last, bits between tabs, for DShield', () => {
    const rows = dshieldTable(['203.0.113.0/24']).text.trimEnd().split('\n');
    expect(rows.at(-1)?.split('\t').slice(0, 3)).toEqual(['203.0.113.0', '203.0.113.255', '24']);
    expect(rows[0]).toMatch(/^#/);
  });

  it('are prefixes by family, for crawlers', () => {
    expect(JSON.parse(prefixesJson(['192.0.2.0/24', '2001:db8::/64']).text)).toMatchObject({
      prefixes: [{ ipv4Prefix: '192.0.2.0/24' }, { ipv6Prefix: '2001:db8::/64' }],
    });
  });

  it("leave the snapshots' own comments out", () => {
    expect(networkLines('#\n# head\n192.0.2.1\n\n 192.0.2.2 \n')).toEqual(['192.0.2.1', '192.0.2.2']);
  });
});

describe.skipIf(folder === null)('snapshots of feeds (beside the project; skipped where they are not at hand)', () => {
  let server: FeedServer;
  const served = (address: string) => networkLines(server.text(address));
  beforeAll(async () => {
    server = await startFeedServer();
  });
  afterAll(() => server.stop());

  it('are served at the addresses of the originals', async () => {
    expect(server.addresses().length).toBe(13);
    for (const address of server.addresses()) {
      const response = await fetch(`${server.url}/${address}`);
      expect([address, response.status]).toEqual([address, 200]);
      expect((await response.text()).length).toBeGreaterThan(40);
      const headers = { 'if-none-match': response.headers.get('etag') ?? '' };
      expect((await fetch(`${server.url}/${address}`, { headers })).status).toBe(304);
    }
    expect((await fetch(`${server.url}/cinsscore.com/list/ci-badguys.txt`)).status).toBe(404);
  });

  it('have every row of the snapshot', () => {
    expect(served('raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt')).toHaveLength(120_430);
    expect(served('rules.emergingthreats.net/fwrules/emerging-Block-IPs.txt')).toEqual(lines('et_block.netset'));
    expect(served('check.torproject.org/torbulkexitlist')).toEqual(lines('tor_exits.ipset'));
    expect(served('www.spamhaus.org/drop/drop_v4.json')).toHaveLength(lines('spamhaus_drop.netset').length + 1);
  });

  it('are named without being read', () => {
    expect(snapshotAddresses(folder ?? '')).toContain('openai.com/gptbot.json');
  });
});
