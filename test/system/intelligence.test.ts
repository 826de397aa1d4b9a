import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEchoOrigin, type EchoOrigin } from '../support/node/echo-origin.ts';
import { startFeedServer, type FeedServer } from '../support/node/feeds/feed-server.ts';
import { feedSnapshots } from '../support/node/feeds/snapshots.ts';
import { startTestShield, type TestShield } from '../support/node/shield.ts';

interface Status {
  readonly state: string;
  readonly threats: number;
  readonly sources: readonly {
    readonly id: string;
    readonly health: string;
    readonly rows: number;
    readonly role: string;
  }[];
}
interface Page {
  readonly threats: readonly { readonly range: string; readonly score: number }[];
  readonly total: number;
}

describe.skipIf(feedSnapshots() === null)(
  'the published lists in a running shield (skipped where ../shared/feeds is not)',
  () => {
    let origin: EchoOrigin;
    let feeds: FeedServer;
    let shield: TestShield;
    beforeAll(async () => {
      origin = await startEchoOrigin();
      feeds = await startFeedServer();
      shield = await startTestShield(origin.url, { bindings: { FEED_MIRROR: feeds.url } });
    });
    afterAll(async () => {
      await shield?.stop();
      await feeds?.stop();
      await origin?.stop();
    });

    test('are collected, merged, and asked for only once as long as they do not change', async () => {
      const status = await shield.admin.post<Status>('/intel/collect', null);
      const threats = status.sources.filter(({ role, health }) => role === 'threat' && health !== 'off');
      for (const source of threats) expect(source.health).toBe('ok');
      expect(status.state).toBe('ok');
      expect(status.sources.find(({ id }) => id === 'ipsum')?.rows).toBe(120_430);
      expect(status.threats).toBeGreaterThan(120_000);
      const again = await shield.admin.post<Status>('/intel/collect', null);
      expect(again.threats).toBe(status.threats);
      const ipsum = feeds.requests.filter(({ address }) => address.endsWith('/ipsum.txt'));
      expect(ipsum.map((request) => request.status)).toEqual([200, 304]);
      const page = await shield.admin.get<Page>('/intel/threats?min_score=0.8&limit=10000');
      expect(page.total).toBeGreaterThan(1000);
      for (const { score } of page.threats) expect(score).toBeGreaterThanOrEqual(0.8);
    });

    test('fail on their own: what stood stays, and the rest is as it was', async () => {
      const before = await shield.admin.get<Status>('/intel/status');
      feeds.fault('rules.emergingthreats.net/fwrules/emerging-Block-IPs.txt', { kind: 'html' });
      const status = await shield.admin.post<Status>('/intel/collect', null);
      expect(status.state).toBe('degraded');
      expect(status.sources.find(({ id }) => id === 'emerging-threats')?.health).toBe('suspect');
      expect(status.threats).toBe(before.threats);
      feeds.clearFaults();
      expect((await shield.admin.post<Status>('/intel/collect', null)).state).toBe('ok');
    });
  },
);
