import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Policy } from '../../src/edge/policy.ts';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { describeInBrowser } from '../support/node/browser-desk.ts';
import { openDesk, type Desk } from '../support/node/open-desk.ts';
import { asFromPlace, type PlaceName } from '../../scripts/traffic/places.ts';
import { ADMIN_KEY, type TestShield } from '../support/node/shield.ts';

describeInBrowser('map and overview', () => {
  let desk: Desk;
  let shield: TestShield;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    desk = await openDesk();
    ({ page, shield, complaints } = desk);
    // An actor that a busy machine wakes too late is an event, and would stand in the figures.
    const { policy } = await shield.admin.get<{ policy: Policy }>('/admin/policy');
    await shield.admin.post('/admin/policy/reload', { ...policy, deadlineMs: 5000 });
    // Past the form: its page is asked for by nobody yet, and would stand in the figures.
    await page.context().request.post(`${shield.url}/admin/session`, { data: { key: ADMIN_KEY } });
    await page.addInitScript("localStorage.setItem('edgeshield-signed-in', 'yes')");
  }, 60_000);
  afterAll(() => desk?.close());

  const send = (client: number, place: PlaceName | null, query: string) =>
    fetch(`${shield.url}/search?q=${query}`, {
      headers: {
        ...browserHeaders(client),
        'cf-connecting-ip': clientAddress(client),
        ...(place === null ? {} : asFromPlace(place)),
      },
    });
  const SQLI = '1%20UNION%20SELECT%20password%20FROM%20users';
  const XSS = '%3Cscript%3Ealert(1)%3C/script%3E';
  const table = (label: string) => page.locator('table', { has: page.locator('caption', { hasText: label }) });
  const cells = async (label: string, row: string) =>
    (await table(label).locator('tr', { hasText: row }).locator('th, td').allTextContents()).slice(0, 4);
  /** How many pixels of the map's own canvas, which has shores and markers, are not transparent: nothing is told of what they mean. */
  const painted = (selector: string): Promise<number> =>
    page.evaluate(`(() => {
      const canvas = document.querySelector(${JSON.stringify(selector)});
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let n = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i] > 0) n += 1;
      return n;
    })()`);

  test('an attack flies over the map, and the tables say all that the map says', async () => {
    await page.goto(`${shield.url}/dashboard/map`);
    await expect.poll(() => page.textContent('.geo-nowhere')).toContain('Nothing was stopped');
    expect(await painted('.leaflet-pane canvas')).toBeGreaterThan(50_000);
    expect(await painted('.map-flights')).toBe(0);

    await send(1, 'lagos', SQLI);
    await send(2, 'tokyo', XSS);
    await send(3, null, SQLI);
    await expect.poll(() => page.textContent('.geo-summary')).toMatch(/^3 events since .* 1 without a place$/);
    // From Lagos to London lies an arc, on its way or at rest.
    await expect.poll(() => painted('.map-flights')).toBeGreaterThan(100);
    expect(await cells('Countries', 'Nigeria')).toEqual(['Nigeria', '1', '1 blocked', 'SQL injection']);
    expect(await cells('Places', 'Tokyo')).toEqual(['Tokyo, Japan', '1', '1 blocked', 'Cross-site scripting']);
    expect(await table('Places').locator('tr', { hasText: 'Lagos' }).textContent()).toContain('LHR');
    expect(await cells('Places', 'Without coordinates')).toEqual(['Without coordinates', '1', '', '']);
    expect(await cells('Countries', 'Without a country')).toEqual(['Without a country', '1', '', '']);
  });

  test('a category can be hidden, and comes back', async () => {
    await page.click('.geo-choice >> text=Category');
    expect(page.url()).toContain('/dashboard/map?colour=category');
    await page.click('.geo-key >> text=SQL injection');
    await expect.poll(() => page.textContent('.geo-summary')).toMatch(/^1 event since/);
    expect(await table('Countries').textContent()).toContain('Japan');
    await page.click('.geo-key >> text=SQL injection');
    await expect.poll(() => page.textContent('.geo-summary')).toMatch(/^3 events since/);
  });

  test('a pause holds the map and counts what waits', async () => {
    await page.keyboard.press('p');
    await send(4, 'berlin', SQLI);
    await expect.poll(() => page.textContent('.geo-pause')).toBe('Resume · 1 new');
    expect(await page.textContent('.geo-summary')).toMatch(/^3 events/);
    await page.click('.geo-pause');
    await expect.poll(() => page.textContent('.geo-summary')).toMatch(/^4 events/);
    expect(await cells('Countries', 'Germany')).toEqual(['Germany', '1', '1 blocked', 'SQL injection']);
  });

  test('where less motion is asked for nothing moves, and the arc is there at once', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.reload();
    await expect.poll(() => page.textContent('.geo-summary')).toMatch(/^4 events/);
    const before = await painted('.map-flights');
    expect(before).toBeGreaterThan(100);
    await send(5, 'lagos', SQLI);
    await expect.poll(() => page.textContent('.geo-summary')).toMatch(/^5 events/);
    // The arc lies on the one that was there; a flight would have been drawn beside it, and faded.
    const frames = [];
    for (let i = 0; i < 5; i++) frames.push(await painted('.map-flights'));
    expect(new Set(frames).size).toBe(1);
  });

  test('the overview tells what came, from where, against what, and how it was weighed', async () => {
    await send(6, 'berlin', 'shoes');
    await page.goto(`${shield.url}/dashboard/overview`);
    const card = (label: string) => page.locator('.total-card', { hasText: label }).locator('b').textContent();
    // Whoever signs in is nobody yet, and is counted like any other.
    await expect.poll(() => card('Requests'), { timeout: 10_000 }).toBe('7');
    expect(await card('Blocked')).toBe('5');
    expect(await card('Allowed')).toBe('2');
    const ranking = (title: string) =>
      page.locator('section', { has: page.locator('h2', { hasText: title }) }).textContent();
    expect(await ranking('Paths under attack')).toContain('/search5');
    expect(await ranking('Addresses')).toContain(clientAddress(1));
    expect(await ranking('Networks')).toContain('AS37148 Globacom Limited');
    expect(await ranking('Countries')).toContain('Nigeria2');
    expect(await ranking('Categories')).toContain('SQL injection4');
    expect(await ranking('Stopped in 24 hours')).toContain('Rules5');
    // Passes are told by their isolate a little later than what was stopped.
    await expect.poll(() => ranking('Scores'), { timeout: 10_000 }).toContain('6 judged requests');
    expect(await ranking('What the shield adds')).toContain('half of all requests');
    expect(await painted('section canvas')).toBeGreaterThan(1000);

    await page.click('.geo-choice >> text=24 h');
    await page.reload();
    expect(await page.getAttribute('.geo-choice >> text=24 h', 'aria-pressed')).toBe('true');
    await page.click('.rank >> text=/search');
    await expect.poll(() => page.url()).toContain('/dashboard/traffic?path=%2Fsearch');
    await expect.poll(() => page.locator('.event').count()).toBe(5);
  });

  test('a place, on the map and in its table, leads to the events from its country', async () => {
    await page.goto(`${shield.url}/dashboard/map`);
    await table('Places').locator('button', { hasText: 'Tokyo' }).click();
    await expect.poll(() => page.url()).toContain('/dashboard/traffic?country=JP');
    await expect.poll(() => page.locator('.event').count()).toBe(1);

    await page.goto(`${shield.url}/dashboard/map`);
    await table('Places').locator('button', { hasText: 'Lagos' }).waitFor();
    // The map is a canvas: its marker is looked for, about where Lagos is, by the tooltip that it shows.
    const box = await page.locator('.geo-stage').boundingBox();
    const find = async () => {
      for (let y = 0.46; y < 0.56; y += 0.02) {
        for (let x = 0.47; x < 0.55; x += 0.01) {
          await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) * x, (box?.y ?? 0) + (box?.height ?? 0) * y);
          // The map's library looks where the pointer is every 32 ms, and not at all at moves between.
          await page.evaluate('new Promise((done) => setTimeout(done, 40))');
          if ((await page.locator('.geo-tip', { hasText: 'Lagos' }).count()) > 0) return true;
        }
      }
      return false;
    };
    await expect.poll(find, { timeout: 60_000 }).toBe(true);
    await page.mouse.down();
    await page.mouse.up();
    await expect.poll(() => page.url()).toContain('/dashboard/traffic?country=NG');
    expect(complaints).toEqual([]);
  });
});
