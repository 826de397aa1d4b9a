import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, launchBrowser, openDeskPage, signIn } from '../support/node/browser-desk.ts';
import { startCloudflareStandIn, type CloudflareStandIn } from '../support/node/cloudflare/stand-in.ts';
import { startEchoOrigin, type EchoOrigin } from '../support/node/echo-origin.ts';
import { startFeedServer, type FeedServer } from '../support/node/feeds/feed-server.ts';
import { attackOnce, fillShield, KNOWN_ATTACKER } from '../support/node/fill-shield.ts';
import { auditPage, overflowOf, takePicture } from '../support/node/look-at-page.ts';
import { startTestShield, type TestShield } from '../support/node/shield.ts';

const THEMES = ['light', 'dark'] as const;
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };
const IPSUM = 'raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt';

interface Look {
  /** Names its pictures; of a view, its id or one that begins with it. */
  readonly name: string;
  readonly path: string;
  /** There when what the shield was filled with is drawn. */
  readonly ready: string;
  /** What an operator opens further. */
  readonly open?: (page: Page) => Promise<void>;
}

const LOOKS: readonly Look[] = [
  { name: 'traffic', path: '/dashboard/traffic', ready: '#events .event[data-outcome=limit]' },
  { name: 'map', path: '/dashboard/map', ready: '.geo-tables td, .geo-summary:has-text("events")' },
  { name: 'overview', path: '/dashboard/overview', ready: '.total-card b:not(:text-is("0"))' },
  { name: 'rules', path: '/dashboard/rules', ready: '.rules-table' },
  {
    name: 'rules-test',
    path: '/dashboard/rules?tab=test',
    ready: '.test-box',
    open: async (page) => {
      await page.fill('#test-request', "curl 'https://shop.test/?q=<script>alert(1)</script>'");
      await page.click('.test-box button:text-is("Test")');
      await page.waitForSelector('.verdict-card mark');
    },
  },
  { name: 'rules-edit', path: '/dashboard/rules?tab=edit&ruleset=owasp-core', ready: '.editor .cm-content' },
  {
    name: 'rules-history',
    path: '/dashboard/rules?tab=history&ruleset=owasp-core',
    ready: '.releases .why:text("of our own")',
    open: async (page) => {
      await page.click('.releases button:text-is("What changed")');
      await page.waitForSelector('.releases .diff');
    },
  },
  {
    name: 'limits',
    path: '/dashboard/limits',
    ready: '.routes [data-route=login]',
    open: async (page) => {
      await page.click('.routes [data-route=login]');
      await page.waitForSelector('.route-form');
    },
  },
  {
    name: 'model',
    path: '/dashboard/model',
    ready: '.model-card:has-text("9.9.9")',
    open: async (page) => {
      await page.waitForSelector('.card-text details');
      for (const section of await page.locator('.card-text details + details summary').all()) await section.click();
      await page.waitForSelector('.card-text details[open] table');
    },
  },
  {
    name: 'blocklist',
    path: '/dashboard/blocklist',
    ready: '#blocks [data-range="AS64500"]',
    open: async (page) => {
      await page.click('#blocks [data-range="AS64500"] button:text-is("Edit")');
      await page.waitForSelector('#blocks select');
    },
  },
  {
    name: 'address',
    path: `/dashboard/blocklist?ip=${KNOWN_ATTACKER}`,
    ready: '#address-evidence .evidence rect',
  },
  { name: 'intelligence', path: '/dashboard/intelligence', ready: '#lists:has-text("threat-block")' },
  { name: 'audit', path: '/dashboard/audit', ready: '#audit tr:has-text("Created a key")' },
  { name: 'keys', path: '/dashboard/keys', ready: '#keys tr:has-text("revoked")' },
  { name: 'status', path: '/status', ready: '#lists:has-text("threat-block")' },
];

describeInBrowser('each view, filled, in both themes', () => {
  let origin: EchoOrigin;
  let cloudflare: CloudflareStandIn;
  let feeds: FeedServer;
  let shield: TestShield;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    origin = await startEchoOrigin();
    cloudflare = await startCloudflareStandIn({ plan: 'pro' });
    feeds = await startFeedServer({ folder: null });
    const rows = Array.from({ length: 400 }, (_, i) => `45.9.${20 + (i % 4)}.${i % 251}\t${i < 90 ? 12 : 4}\n`);
    feeds.set(IPSUM, { body: `# IPsum\n${KNOWN_ATTACKER}\t9\n${rows.join('')}` });
    shield = await startTestShield(origin.url, {
      bindings: {
        FEED_MIRROR: feeds.url,
        FEED_ALLOW_HTTP: 'true',
        CF_API_BASE_URL: cloudflare.url,
        CF_API_TOKEN: cloudflare.token,
        CF_ACCOUNT_ID: cloudflare.accountId,
        CF_ZONE_ID: cloudflare.zoneId,
        CF_PLAN: 'pro',
        PUBLIC_THREAT_MAP: 'true',
      },
    });
    await shield.admin.post('/intel/collect', null);
    await fillShield(shield.url, shield.admin);
    await shield.admin.post('/enforce', null);
    browser = await launchBrowser();
    ({ page, complaints } = await openDeskPage(browser, { viewport: WIDE }));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await shield?.stop();
    await Promise.all([feeds?.stop(), cloudflare?.stop(), origin?.stop()]);
  });

  /** Both themes, wide and narrow, as the page is: pictures, nothing sticks out, axe finds nothing, nothing complains. */
  async function look(name: string): Promise<void> {
    const faults: string[] = [];
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      for (const [size, suffix] of [
        [WIDE, ''],
        [NARROW, '-360'],
      ] as const) {
        await page.setViewportSize(size);
        await takePicture(page, `${name}-${theme}${suffix}`, suffix !== '');
        const overflow = await overflowOf(page);
        if (overflow !== null) faults.push(`${theme}${suffix} sticks out by ${overflow}`);
        // Colours are the same at both widths, and axe takes longer than all the rest.
        if (theme === 'light' && size === NARROW) continue;
        for (const found of await auditPage(page)) faults.push(`${theme}${suffix} ${found}`);
      }
    }
    await page.setViewportSize(WIDE);
    expect(faults).toEqual([]);
    expect(complaints).toEqual([]);
  }

  test('the sign-in page', async () => {
    await page.goto(`${shield.url}/dashboard`);
    await page.waitForSelector('#key:visible');
    await look('sign-in');
    await signIn(page);
  });

  test('no view of the navigation is left out', async () => {
    await page.waitForSelector('#pages a');
    const links = await page.locator('#pages a').all();
    const views = await Promise.all(links.map((link) => link.getAttribute('href')));
    expect(views).not.toEqual([]);
    const looked = new Set(LOOKS.map(({ path }) => path));
    expect(views.filter((view) => !looked.has(view ?? ''))).toEqual([]);
  });

  test.each(LOOKS)('$name', async ({ name, path, ready, open }) => {
    await page.goto(shield.url + path);
    await page.waitForSelector(ready);
    await open?.(page);
    await look(name);
  });

  test('a narrow screen shows in its navigation where one is', async () => {
    await page.setViewportSize(NARROW);
    await page.goto(`${shield.url}/dashboard/keys`);
    const current = page.locator('#pages a[aria-current=page]');
    const box = await current.boundingBox();
    expect(await current.textContent()).toBe('Keys');
    expect((box?.x ?? 0) + (box?.width ?? Infinity)).toBeLessThanOrEqual(NARROW.width);
    await page.setViewportSize(WIDE);
  });

  test('an event, opened', async () => {
    const { events } = await shield.admin.get<{ events: { n: number }[] }>('/admin/events?outcome=block&limit=1');
    await page.goto(`${shield.url}/dashboard/traffic?event=${events[0]?.n}`);
    await page.waitForSelector('#drawer mark');
    await look('event');
  });

  test('the public map, while something comes', async () => {
    await page.goto(`${shield.url}/map`);
    await expect.poll(() => page.textContent('#connection')).toBe('Live');
    for (let client = 300; client < 306; client += 1) await attackOnce(shield.url, client);
    await expect.poll(() => page.textContent('.geo-summary')).toMatch(/^\d+ events/);
    await look('public-map');
  });
});
