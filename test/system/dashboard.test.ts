import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { findChromium } from '../support/node/chromium.ts';
import { startEchoOrigin, type EchoOrigin } from '../support/node/echo-origin.ts';
import { ADMIN_KEY, startTestShield, type TestShield } from '../support/node/shield.ts';

const executablePath = findChromium();
if (executablePath === null)
  console.warn('No Chromium here (CHROMIUM names one): the dashboard is not tested in a browser.');

describe.skipIf(executablePath === null)('the dashboard in a browser', () => {
  let origin: EchoOrigin;
  let shield: TestShield;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    origin = await startEchoOrigin();
    shield = await startTestShield(origin.url);
    // Containers seldom allow Chromium its own sandbox; it opens this test's page alone.
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|Uncaught/.test(message.text())) complaints.push(message.text());
    });
  });
  afterAll(async () => {
    await browser.close();
    await shield.stop();
    await origin.stop();
  });

  const attack = (query: string, client: number) =>
    fetch(`${shield.url}/search?q=${query}`, {
      headers: { ...browserHeaders(client), 'cf-connecting-ip': clientAddress(client) },
    });

  test('signs in with the key alone, shows attacks as text as they come, and signs out', async () => {
    await page.goto(`${shield.url}/dashboard`);
    await page.fill('#key', 'not-the-key');
    await page.click('#sign-in button');
    await expect.poll(() => page.textContent('#sign-in-problem')).toContain('not the admin key');
    await page.fill('#key', ADMIN_KEY);
    await page.click('#sign-in button');
    await expect.poll(() => page.textContent('#connection')).toBe('Live');
    expect(await page.textContent('#events-empty')).toContain('No events yet');

    await attack('%3Cscript%3Edocument.title%3D%22owned%22%3C/script%3E', 1);
    await expect.poll(() => page.locator('.event').count()).toBe(1);
    await page.click('.event summary');
    expect(await page.textContent('.match code')).toContain('<script');
    expect(await page.locator('.event script').count()).toBe(0);
    expect(await page.title()).toBe('Traffic · EdgeShield');

    await attack('1%20UNION%20SELECT%20password%20FROM%20users', 2);
    await expect.poll(() => page.locator('.event').count()).toBe(2);
    expect(await page.textContent('.event .outcome')).toBe('Blocked');
    await expect.poll(() => page.textContent('[data-outcome=block] b')).toBe('2');

    // Nothing sticks out of a narrow screen.
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);

    await page.click('#sign-out');
    await page.waitForSelector('#key:visible');
    expect(await page.locator('#console:visible').count()).toBe(0);
    await page.reload();
    await page.waitForSelector('#key:visible');
    expect(complaints).toEqual([]);
  });
});
