import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { describeInBrowser } from '../support/node/browser-desk.ts';
import { openDesk, type Desk } from '../support/node/open-desk.ts';
import { asFromPlace, type PlaceName } from '../../scripts/traffic/places.ts';
import { overflowOf } from '../support/node/look-at-page.ts';
import type { TestShield } from '../support/node/shield.ts';

describeInBrowser('the public map', () => {
  let desk: Desk;
  let shield: TestShield;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    const narrow = { viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' } as const;
    desk = await openDesk({ shield: { bindings: { PUBLIC_THREAT_MAP: 'true' } }, ...narrow });
    ({ page, shield, complaints } = desk);
  }, 60_000);
  afterAll(() => desk?.close());

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
