import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { describeInBrowser } from '../support/node/browser-desk.ts';
import { openDesk, type Desk } from '../support/node/open-desk.ts';
import { ADMIN_KEY, type TestShield } from '../support/node/shield.ts';

/** Feeds that cannot be reached are events too. */
const BLOCKED = '.event[data-outcome=block]';

describeInBrowser('the dashboard', () => {
  let desk: Desk;
  let shield: TestShield;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    // A wrong key is tried, and refused.
    desk = await openDesk({ viewport: { width: 360, height: 740 }, expected: [/^401 \/admin\/session$/] });
    ({ page, shield, complaints } = desk);
  });
  afterAll(() => desk?.close());

  const attack = (query: string, client: number) =>
    fetch(`${shield.url}/search?q=${query}`, {
      headers: { ...browserHeaders(client), 'cf-connecting-ip': clientAddress(client) },
    });

  const status = async (client: number, path: string) => {
    const headers = { ...browserHeaders(client), 'cf-connecting-ip': clientAddress(client) };
    return (await fetch(shield.url + path, { headers })).status;
  };

  test('signs in with the key alone, shows attacks as text as they come, and signs out', async () => {
    await page.goto(`${shield.url}/dashboard`);
    await page.fill('#key', 'not-the-key');
    await page.click('#sign-in button');
    await expect.poll(() => page.textContent('#sign-in-problem')).toContain('not the admin key');
    await page.fill('#key', ADMIN_KEY);
    await page.click('#sign-in button');
    await expect.poll(() => page.textContent('#connection')).toBe('Live');
    expect(await page.textContent('#events-empty')).toContain('No events of requests yet');

    await attack('%3Cscript%3Edocument.title%3D%22owned%22%3C/script%3E', 1);
    await expect.poll(() => page.locator(BLOCKED).count()).toBe(1);
    await page.click(`${BLOCKED} a`);
    expect(await page.textContent('#drawer .value-code')).toContain('<script');
    expect(await page.locator('.event script, #drawer script').count()).toBe(0);
    expect(await page.title()).toBe('Traffic · EdgeShield');

    await page.click('#drawer button[aria-label=Close]');
    await attack('1%20UNION%20SELECT%20password%20FROM%20users', 2);
    await expect.poll(() => page.locator(BLOCKED).count()).toBe(2);
    expect(await page.textContent(`${BLOCKED} .outcome`)).toBe('Blocked');
    await expect.poll(() => page.textContent('[data-outcome=block] b')).toBe('2');

    // What matched stands out in the value, and each layer says what it made of the request.
    await page.click(`${BLOCKED} a`);
    expect(await page.textContent('#drawer-title')).toBe('Blocked: SQL injection in the query parameter q');
    expect(await page.locator('#drawer .match mark').first().textContent()).toMatch(/union select/i);
    expect(await page.textContent('#drawer li[data-decided] .layer-name')).toBe('Rulesdecided');
    expect(await page.locator('[data-part=contributions] li').count()).toBeGreaterThan(0);
    await expect.poll(() => page.textContent('[data-part=address]')).toContain('No source lists it');

    // Nothing sticks out of a narrow screen.
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);

    await page.keyboard.press('Escape');
    await page.click('#sign-out');
    await page.waitForSelector('#key:visible');
    expect(await page.locator('#console:visible').count()).toBe(0);
    await page.reload();
    await page.waitForSelector('#key:visible');
    expect(complaints).toEqual([]);
  });

  test('an address is blocked and unblocked from an event, a false positive taken back and taken back again', async () => {
    await page.fill('#key', ADMIN_KEY);
    await page.click('#sign-in button');
    const query = '1%20UNION%20SELECT%20name%20FROM%20shelves';
    await attack(query, 7);
    await expect.poll(() => page.textContent(`${BLOCKED} .client`)).toContain(clientAddress(7));
    await page.click(`${BLOCKED} a`);

    expect(await status(7, '/')).toBe(200);
    await page.click('#drawer button:has-text("Block…")');
    await page.click(`#drawer button:has-text("Block ${clientAddress(7)}")`);
    await expect.poll(() => page.textContent('#toasts')).toContain(`${clientAddress(7)} is blocked`);
    expect(await status(7, '/')).toBe(403);
    await page.click('#drawer button:has-text("Unblock")');
    await expect.poll(() => status(7, '/')).toBe(200);

    expect(await status(8, `/search?q=${query}`)).toBe(403);
    await page.click('#drawer button:has-text("False positive…")');
    expect(await page.inputValue('.exclusion input[name=rules]')).toContain('sqli-001');
    expect(await page.inputValue('.exclusion input[name=path]')).toBe('/search');
    await expect.poll(() => page.textContent('.exclusion .reach')).toMatch(/it would have touched \d+, and let [1-9]/);
    await page.click('.exclusion button[type=submit]');
    await expect.poll(() => page.textContent('.exclusion [role=status]')).toContain('In force as fp-');
    expect(await status(9, `/search?q=${query}`)).toBe(200);
    expect(await status(10, `/other?q=${query}`)).toBe(403);
    await page.click('.exclusion button:has-text("Undo")');
    await expect.poll(() => page.textContent('.exclusion [role=status]')).toContain('Taken back');
    expect(await status(11, `/search?q=${query}`)).toBe(403);
    expect(complaints).toEqual([]);
  });
});
