import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, launchBrowser, openDeskPage, signIn } from '../support/node/browser-desk.ts';
import { startCloudflareStandIn, type CloudflareStandIn } from '../support/node/cloudflare/stand-in.ts';
import { startEchoOrigin, type EchoOrigin } from '../support/node/echo-origin.ts';
import { startFeedServer, type FeedServer } from '../support/node/feeds/feed-server.ts';
import { overflowOf } from '../support/node/look-at-page.ts';
import { ADMIN_KEY, startTestShield, type TestShield } from '../support/node/shield.ts';

/** Public, so that no allow-list spares it; nothing is ever sent to it. */
const LISTED = '45.9.20.7';
const MARKUP = '<img src=x onerror="document.title=\'owned\'">';

/** What the tests bring about: a stranger, a wrong key, an address that is none, a session that ends, a shield that is gone. */
const EXPECTED = [/^401 /, /^422 \/check$/, /^net::ERR_FAILED /];

const IPSUM = 'raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt';

/** The first twenty are named by lists enough for a block, the rest for a challenge. */
function ipsum(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => `45.9.20.${i}\t${i < 20 ? 12 : 4}\n`);
  return `# IPsum\n${rows.join('')}`;
}

describeInBrowser('the enforcement page', () => {
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
    feeds.set(IPSUM, { body: ipsum(40) });
    shield = await startTestShield(origin.url, {
      bindings: {
        FEED_MIRROR: feeds.url,
        FEED_ALLOW_HTTP: 'true',
        CF_API_BASE_URL: cloudflare.url,
        CF_API_TOKEN: cloudflare.token,
        CF_ACCOUNT_ID: cloudflare.accountId,
        CF_ZONE_ID: cloudflare.zoneId,
        CF_PLAN: 'pro',
      },
    });
    browser = await launchBrowser();
    ({ page, complaints } = await openDeskPage(browser, {
      expected: EXPECTED,
      viewport: { width: 360, height: 740 },
    }));
  });
  afterAll(async () => {
    await browser?.close();
    await shield?.stop();
    await Promise.all([feeds?.stop(), cloudflare?.stop(), origin?.stop()]);
  });

  const textOf = (selector: string) => expect.poll(() => page.textContent(selector), { timeout: 40_000 });
  const threats = async () => (await shield.admin.get<{ threats: number }>('/intel/status')).threats;
  const items = () => cloudflare.lists().reduce((sum, list) => sum + list.items.length, 0);

  async function enter(): Promise<void> {
    await signIn(page);
    await page.waitForSelector('#details:visible');
  }

  test('a stranger is refused with the very page, which asks for the key and then shows what is enforced', async () => {
    const answer = await page.goto(`${shield.url}/status`);
    expect(answer?.status()).toBe(401);
    await page.waitForSelector('#key:visible');
    expect(await page.locator('#console:visible').count()).toBe(0);
    await page.fill('#key', 'not-the-key');
    await page.click('#sign-in button');
    await textOf('#sign-in-problem').toContain('not the admin key');
    await enter();
    await textOf('#state').toMatch(/^(?:RUNNING|DEGRADED|STOPPED)$/);
    await textOf('#connection').toBe('Live');
    expect((await page.goto(`${shield.url}/status`))?.status()).toBe(200);
    await page.waitForSelector('#details:visible');
  });

  test('a cycle fills the lists, and the page shows what the account then holds', async () => {
    // Feeds that come in are merged together, seconds later: the cycle is to find them.
    await expect.poll(threats, { timeout: 20_000 }).toBe(40);
    await page.click('#run-cycle');
    await textOf('#cycle-result b').toBe('Done.');
    await textOf('#runs').toContain('operator');
    expect(items()).toBe(40);
    await textOf('#lists').toContain('threat-block');
    await textOf('#lists').toContain('20 of ');
    await textOf('#tiers [data-outcome=block] b').toBe('20');
    await textOf('#plan-summary').toContain('Plan ');
    await textOf('#sources').toContain('IPsum');
    await textOf('#facts').toContain('apply');
    // Nothing sticks out of a narrow screen.
    expect(await overflowOf(page)).toBeNull();
  });

  test('the tests run against the live control plane and their results are shown in place', async () => {
    await page.click('#test-logic');
    await textOf('#logic-result .verdict').toBe('Passed 7 of 7 evaluations as expected.');
    expect(await page.locator('#logic-result tbody tr').count()).toBe(7);
    await page.click('#test-connection');
    await textOf('#connection-result .verdict b').toBe('Connected');
    await textOf('#connection-result').toContain('Workers Service Binding, 40 threats received');
    await page.click('#test-effectiveness');
    await textOf('#effectiveness-result .score').toMatch(/^\d+ % effective$/);
  });

  test('an address is checked in plain words, and what is none is refused in the words of the control plane', async () => {
    await page.fill('#address', LISTED);
    await page.press('#address', 'Enter');
    await textOf('#check-result .checked b').toBe('Block');
    await textOf('#check-result').toContain('threat-block');
    await textOf('#check-result table').toContain('ipsum');
    await page.fill('#address', 'nowhere');
    await page.click('#check');
    await textOf('#check-result').toContain('must be an IPv4 or IPv6 address');
  });

  test('a plan that would list an operator says so, and is applied when it is approved', async () => {
    feeds.set(IPSUM, { body: ipsum(41) });
    const headers = { 'x-admin-key': ADMIN_KEY, 'cf-connecting-ip': '45.9.20.40' };
    const cycle = await fetch(`${shield.url}/enforce`, { method: 'POST', headers });
    expect(await cycle.json()).toMatchObject({ run: { state: 'held' } });
    await page.reload();
    await textOf('#held-reasons').toContain("45.9.20.40: it is an operator's address");
    expect(await page.textContent('#approve')).toMatch(/^Approve plan [0-9a-f]{8}$/);
    expect(items()).toBe(40);
    await page.click('#approve');
    await textOf('#approval-result b').toBe('Approved.');
    await expect.poll(items, { timeout: 20_000 }).toBe(41);
    await expect.poll(() => page.isVisible('#approve'), { timeout: 20_000 }).toBe(false);
  });

  test('markup in what feeds are called and complain of stays text', async () => {
    await shield.admin.post('/intel/sources', {
      id: 'odd',
      name: MARKUP,
      url: 'https://odd.example/list.txt',
      format: 'plain',
      role: 'threat',
      family: 'odd',
      weight: 0.5,
      interval_seconds: 3600,
      lifetime_seconds: 3600,
      licence: '<script>document.title="owned"</script>',
      enabled: true,
      empty_ok: false,
    });
    // No feed is known whose fault would bring its own markup into the collector's words: they are put there on the way.
    await page.route('**/intel/status', async (route) => {
      const response = await route.fetch();
      const status: { sources: { id: string; problem: string | null }[] } = await response.json();
      for (const source of status.sources) if (source.id === 'odd') source.problem = MARKUP;
      await route.fulfill({ response, json: status });
    });
    await page.reload();
    await page.locator('#sources .trouble', { hasText: MARKUP }).waitFor();
    await page.locator('#sources th', { hasText: MARKUP }).waitFor();
    expect(await page.textContent('#sources')).toContain('<script>');
    expect(await page.locator('#sources :is(img, script)').count()).toBe(0);
    expect(await page.title()).toBe('Enforcement · EdgeShield');
    await page.unroute('**/intel/status');
  });

  test('the kill switch asks first, empties the lists, and lets go again', async () => {
    await page.click('#kill-switch');
    await page.keyboard.press('Escape');
    expect(await page.locator('#kill-dialog:visible').count()).toBe(0);
    expect(items()).toBe(41);
    await page.click('#kill-switch');
    await page.click('#kill-confirm');
    await textOf('#cycle-result').toBe('The kill switch is on.');
    await textOf('#state').toBe('STOPPED');
    await expect.poll(items, { timeout: 20_000 }).toBe(0);
    await page.click('#kill-switch');
    await page.click('#kill-confirm');
    await textOf('#cycle-result').toBe('The kill switch is off.');
    await textOf('#state').not.toBe('STOPPED');
  });

  test('a session that ends is asked for again in place', async () => {
    await page.context().clearCookies();
    await page.click('#test-logic');
    await page.waitForSelector('#key:visible');
    expect(await page.textContent('#sign-in-problem')).toContain('has ended');
    await enter();
    await page.click('.pages a[href="/dashboard/traffic"]');
    await textOf('#connection').toBe('Live');
    await page.goto(`${shield.url}/status`);
    await page.waitForSelector('#details:visible');
    await page.click('#sign-out');
    await page.waitForSelector('#key:visible');
    expect((await page.goto(`${shield.url}/status`))?.status()).toBe(401);
  });

  test('a shield that is gone is told, with what was seen last', async () => {
    await page.waitForSelector('#key:visible');
    await enter();
    await textOf('#state').toMatch(/^[A-Z]+$/);
    await page.route('**/*', (route) => route.abort());
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await textOf('#stale').toContain('does not answer');
    await textOf('#connection').toBe('No answer');
    expect(await page.textContent('#state')).toMatch(/^[A-Z]+$/);
    await page.unroute('**/*');
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await textOf('#connection').toBe('Live');
    expect(complaints).toEqual([]);
  });
});
