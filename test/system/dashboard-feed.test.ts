import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { describeInBrowser, openDeskPage, signIn } from '../support/node/browser-desk.ts';
import { openDesk, type Desk } from '../support/node/open-desk.ts';
import { auditPage } from '../support/node/look-at-page.ts';
import type { TestShield } from '../support/node/shield.ts';

const MARKUP = '<img src=x onerror="document.title=\'owned\'">';
const BLOCKED = '#events .event[data-outcome=block]';

describeInBrowser('the live feed', () => {
  let desk: Desk;
  let browser: Browser;
  let shield: TestShield;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    desk = await openDesk({
      // The sample attacks are sent by the page, and refused.
      expected: [/^403 \/edgeshield-sample$/],
      viewport: { width: 360, height: 740 },
    });
    ({ page, shield, complaints, browser } = desk);
    await page.goto(`${shield.url}/dashboard/traffic`);
    await signIn(page);
    await page.waitForSelector('#connection[data-state=live]');
    // The page is built first, and a machine may be busy.
  }, 60_000);
  afterAll(() => desk?.close());

  const attack = (path: string, client: number, headers: Readonly<Record<string, string>> = {}) =>
    fetch(shield.url + path, {
      headers: { ...browserHeaders(client), 'cf-connecting-ip': clientAddress(client), ...headers },
    });
  const rows = () => page.locator(BLOCKED).count();

  test('an empty feed teaches, and its sample attacks are real ones that say what they are', async () => {
    // Feeds that cannot be reached are told of as well: the decisions alone are asked for.
    await page.click('.filters button:has-text("Blocked")');
    expect(await page.textContent('#events-empty')).toBe('No event passes these filters.');
    await page.click('#clear-filters');
    expect(new URL(page.url()).search).toBe('');
    if (await page.locator('#send-sample').isVisible()) {
      await page.click('#send-sample');
      await expect.poll(rows).toBe(3);
    } else {
      await Promise.all([1, 2, 3].map((i) => attack('/edgeshield-sample?q=1%20UNION%20SELECT%20a%20FROM%20b', 40 + i)));
      await expect.poll(rows).toBe(3);
    }
    expect(await page.locator(`${BLOCKED} .request`).allTextContents()).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining('/edgeshield-sample') as string),
    );
  });

  test('filters stand in the address, as chips that can be removed, and outlive a reload', async () => {
    await attack('/shop?q=1%20UNION%20SELECT%20a%20FROM%20b', 21);
    await attack('/blog?q=1%20UNION%20SELECT%20a%20FROM%20b', 22);
    await expect.poll(rows).toBe(5);
    await page.keyboard.press('/');
    await page.keyboard.type('/shop');
    await page.keyboard.press('Enter');
    await expect.poll(rows).toBe(1);
    expect(new URL(page.url()).search).toBe('?path=%2Fshop');
    await page.reload();
    await expect.poll(rows).toBe(1);
    expect(await page.textContent('#chips')).toContain('path/shop');
    await page.click('#chips button');
    await expect.poll(rows).toBe(5);

    // Any value of an event can be asked for or left out.
    await page.locator(BLOCKED, { hasText: '/blog' }).locator('a').click();
    await page.click(`#drawer button[aria-label="Leave out ip ${clientAddress(22)}"]`);
    await expect.poll(rows).toBe(4);
    expect(await page.locator(BLOCKED, { hasText: '/blog' }).count()).toBe(0);
    await page.click('#drawer button[aria-label=Close]');
    await page.click('#chips button');
    await expect.poll(rows).toBe(5);
  });

  test('a pause holds new events back and counts them', async () => {
    // The shield tells of itself as well, of feeds that it cannot reach.
    await page.click('.filters button:has-text("Blocked")');
    await page.keyboard.press('p');
    await attack('/paused?q=1%20UNION%20SELECT%20a%20FROM%20b', 23);
    await attack('/paused?q=1%20UNION%20SELECT%20a%20FROM%20b', 24);
    await expect.poll(() => page.textContent('#pause')).toBe('Resume (2 new)');
    expect(await rows()).toBe(5);
    await page.keyboard.press('p');
    await expect.poll(rows).toBe(7);
    expect(await page.textContent('#pause')).toBe('Pause');
    await page.click('.filters button:has-text("Blocked")');
  });

  test('keys move through the events, open them, reach the block button and close them', async () => {
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const second = page.locator('#events .event').nth(1);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#drawer');
    expect(await second.locator('a[aria-current=true]').count()).toBe(1);
    await page.keyboard.press('b');
    await page.waitForSelector('#drawer button.danger:focus');
    await page.keyboard.press('Escape');
    await page.waitForSelector('#drawer button:has-text("Block…"):focus');
    await page.keyboard.press('Escape');
    await page.waitForSelector('#drawer', { state: 'detached' });
    await expect.poll(() => second.locator('a:focus').count()).toBe(1);
    await page.keyboard.press('k');
    await expect.poll(() => page.locator('#events .event').first().locator('a:focus').count()).toBe(1);
    await page.keyboard.press('?');
    expect(await page.textContent('#help')).toContain('Pause or resume');
    await page.keyboard.press('Escape');
    await page.waitForSelector('#help', { state: 'detached' });
  });

  test('an event has an address of its own, and what is shown can be taken along as JSON', async () => {
    const { events } = await shield.admin.get<{ events: { n: number; outcome: string }[] }>(
      '/admin/events?outcome=block&limit=1',
    );
    const n = events[0]?.n ?? 0;
    await page.goto(`${shield.url}/dashboard/traffic?event=${n}&path=/paused`);
    await page.waitForSelector('#drawer .match');
    expect(await page.textContent('.drawer-name')).toBe(`Event ${n}`);
    await expect.poll(rows).toBe(2);
    // On a narrow screen the sheet covers the page, and what it covers is out of reach.
    expect(await page.getAttribute('#drawer', 'aria-modal')).toBe('true');
    expect(await page.locator('#view[inert], header[inert]').count()).toBe(2);
    await page.click('#drawer button[aria-label=Close]');
    expect(await page.locator('[inert]').count()).toBe(0);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("Export JSON")')]);
    const saved: unknown = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(saved).toHaveLength(2);
    expect(new URL(page.url()).search).toBe('?path=%2Fpaused');
    await page.goto(`${shield.url}/dashboard/traffic?event=999999`);
    await expect.poll(() => page.textContent('#drawer')).toContain('no longer keeps this event');
  });

  test('markup in every field of a request stays text, under a policy that nothing breaks', async () => {
    await page.goto(`${shield.url}/dashboard/traffic`);
    await expect.poll(rows).toBe(7);
    const encoded = encodeURIComponent(MARKUP);
    await attack(`/${encoded}?${encoded}=${encoded}`, 25, { 'user-agent': MARKUP, referer: MARKUP, cookie: MARKUP });
    await expect.poll(rows).toBe(8);
    await page.locator(`${BLOCKED} a`).first().click();
    await page.waitForSelector('#drawer [data-part=values]');
    expect(await page.locator('#events img, #drawer img').count()).toBe(0);
    expect(await page.title()).toBe('Traffic · EdgeShield');
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('axe finds nothing, in the %s theme', async (colorScheme) => {
    const { page: audited } = await openDeskPage(browser, { colorScheme });
    try {
      await audited.goto(`${shield.url}/dashboard/traffic`);
      await audited.waitForSelector('#key:visible');
      expect(await auditPage(audited)).toEqual([]);
      await signIn(audited);
      await audited.waitForSelector(BLOCKED);
      await audited.locator(`${BLOCKED} a`).first().click();
      await audited.waitForSelector('#drawer [data-part=values]');
      await audited.locator('[data-part=values] button').first().click();
      await audited.click('#drawer button:has-text("False positive…")');
      expect(await auditPage(audited)).toEqual([]);
      await audited.keyboard.press('Escape');
      await audited.keyboard.press('b');
      expect(await auditPage(audited)).toEqual([]);
      await audited.setViewportSize({ width: 360, height: 740 });
      expect(await auditPage(audited)).toEqual([]);
      await audited.setViewportSize({ width: 1280, height: 900 });
      await audited.keyboard.press('Escape');
      await audited.keyboard.press('Escape');
      await audited.click('#help-button');
      expect(await auditPage(audited)).toEqual([]);
    } finally {
      await audited.context().close();
    }
  });

  test('a flood is shown whole, the newest first', async () => {
    await page.goto(`${shield.url}/dashboard/traffic?path=/flood`);
    await page.waitForSelector('#connection[data-state=live]');
    for (let wave = 0; wave < 4; wave += 1) {
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => attack(`/flood?q=1%20UNION%20SELECT%20a%20FROM%20b`, 200 + wave * 20 + i)),
      );
    }
    await expect.poll(rows, { timeout: 20_000 }).toBe(80);
    const numbers = await page
      .locator('#events a')
      .evaluateAll((links) => links.map((link) => Number(link.dataset['event'])));
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    expect(new Set(numbers).size).toBe(80);
  });

  test('the theme is chosen by hand, and kept', async () => {
    await page.click('#theme');
    expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
    await page.reload();
    expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
    await page.click('#theme');
    await page.click('#theme');
    expect(await page.getAttribute('html', 'data-theme')).toBe('auto');
  });
});
