import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { findChromium } from '../support/node/chromium.ts';
import { startEchoOrigin, type EchoOrigin } from '../support/node/echo-origin.ts';
import { asFromPlace, type PlaceName } from '../../scripts/traffic/places.ts';
import { startTestShield, type TestShield } from '../support/node/shield.ts';

const executablePath = findChromium();
if (executablePath === null)
  console.warn('No Chromium here (CHROMIUM names one): the public map is not tested in a browser.');

describe.skipIf(executablePath === null)('the public map in a browser', () => {
  let origin: EchoOrigin;
  let shield: TestShield;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    origin = await startEchoOrigin();
    shield = await startTestShield(origin.url, { bindings: { PUBLIC_THREAT_MAP: 'true' } });
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|Uncaught|TrustedHTML/.test(message.text())) complaints.push(message.text());
    });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await shield.stop();
    await origin.stop();
  });

  const attack = (client: number, place: PlaceName | null) =>
    fetch(`${shield.url}/secret-path?q=1%20UNION%20SELECT%20password%20FROM%20users`, {
      headers: {
        ...browserHeaders(client),
        'cf-connecting-ip': clientAddress(client),
        ...(place === null ? {} : asFromPlace(place)),
      },
    });

  test('shows attacks as they happen, with their country and their decision, and names nobody', async () => {
    await page.goto(`${shield.url}/map`);
    await expect.poll(() => page.textContent('#connection')).toBe('Live');
    expect(await page.textContent('.geo-nowhere')).toContain('Nothing was stopped');

    await attack(1, 'berlin');
    await attack(2, 'tokyo');
    await attack(3, null);
    await expect.poll(() => page.textContent('.geo-summary')).toMatch(/^3 events since .* 1 without a place$/);
    const text = (await page.textContent('main')) ?? '';
    expect(text).toContain('Germany');
    expect(text).toContain('Japan');
    expect(text).toContain('1 blocked');
    for (const secret of [clientAddress(1), 'secret-path', 'UNION', 'Berlin']) expect(text).not.toContain(secret);

    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  });
});
