import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { describeInBrowser, launchBrowser, openDeskPage } from '../support/node/browser-desk.ts';
import { startEchoOrigin, type EchoOrigin } from '../support/node/echo-origin.ts';
import { asFromPlace, type PlaceName } from '../../scripts/traffic/places.ts';
import { overflowOf } from '../support/node/look-at-page.ts';
import { startTestShield, type TestShield } from '../support/node/shield.ts';

describeInBrowser('the public map', () => {
  let origin: EchoOrigin;
  let shield: TestShield;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    origin = await startEchoOrigin();
    shield = await startTestShield(origin.url, { bindings: { PUBLIC_THREAT_MAP: 'true' } });
    browser = await launchBrowser();
    const narrow = { viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' } as const;
    ({ page, complaints } = await openDeskPage(browser, narrow));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await shield?.stop();
    await origin?.stop();
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

    expect(await overflowOf(page)).toBeNull();
    expect(complaints).toEqual([]);
  });
});
