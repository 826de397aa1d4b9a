import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { asFromPlace } from '../../scripts/traffic/places.ts';
import { describeInBrowser, signIn } from '../support/node/browser-desk.ts';
import { openDesk, type Desk } from '../support/node/open-desk.ts';
import { overflowOf } from '../support/node/look-at-page.ts';
import type { TestShield } from '../support/node/shield.ts';

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };
const SQLI = 'q=1%20UNION%20SELECT%20password%20FROM%20users';
const XSS = 'q=%3Cscript%3Ealert(1)%3C/script%3E';

interface Entry {
  readonly range: string;
  readonly reason: string;
  readonly until?: number;
}

describeInBrowser('the event drawer', () => {
  let desk: Desk;
  let shield: TestShield;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    desk = await openDesk({ viewport: WIDE, expected: [/^401 /] });
    ({ page, shield, complaints } = desk);
    await page.goto(`${shield.url}/dashboard`);
    await signIn(page);
    for (const [client, query] of [SQLI, XSS, SQLI].entries()) await attack(`/shop?${query}`, client + 1);
    // The page is built first, and a machine may be busy.
  }, 60_000);
  afterAll(() => desk?.close());

  const attack = async (path: string, client: number, headers: Readonly<Record<string, string>> = {}) =>
    (
      await fetch(shield.url + path, {
        headers: { ...browserHeaders(client), 'cf-connecting-ip': clientAddress(client), ...headers },
      })
    ).status;
  const rows = () => page.locator('#events .event').count();
  const title = () => page.textContent('#drawer-title');
  const opened = () => new URL(page.url()).searchParams.get('event');
  const current = () => page.getAttribute('#events a[aria-current=true]', 'data-event');
  const blocks = async () => (await shield.admin.get<{ entries: readonly Entry[] }>('/admin/blocklist')).entries;
  const toast = (text: string) => page.locator('.toast', { hasText: text });
  /** Opens the newest event from this client; of blocked ones alone, for the shield's own events come and go. */
  const open = async (client: number) => {
    await page.goto(`${shield.url}/dashboard/traffic?outcome=block&outcome=limit`);
    await page
      .locator('.event', { hasText: clientAddress(client) })
      .first()
      .locator('a')
      .click();
    await page.waitForSelector('#drawer');
  };

  test('an opened event says why, stands in the address, and a reload opens it again', async () => {
    await open(2);
    expect(await title()).toBe('Blocked: Cross-site scripting in the query parameter q');
    expect(await current()).toBe(opened());
    expect(await page.evaluate('document.activeElement.id')).toBe('drawer-title');
    await page.reload();
    await expect.poll(title).toBe('Blocked: Cross-site scripting in the query parameter q');
    await expect.poll(current).toBe(opened());
  });

  test('the id that a refused visitor was given finds the event, typed or in a link', async () => {
    const refused = await fetch(`${shield.url}/shop?${XSS}`, {
      headers: { ...browserHeaders(4), 'cf-connecting-ip': clientAddress(4) },
    });
    const id = refused.headers.get('X-Request-Id') ?? '';
    expect(await refused.text()).toContain(id);
    await page.keyboard.press('/');
    await page.keyboard.type(id.toUpperCase());
    await page.keyboard.press('Enter');
    await expect.poll(title).toBe('Blocked: Cross-site scripting in the query parameter q');
    expect(await page.textContent('.drawer-verdict')).toContain(id);
    const n = opened();
    await page.goto(`${shield.url}/dashboard/traffic?request=${id}`);
    await expect.poll(opened).toBe(n);

    // Pasted, it is found without another key.
    await page.goto(`${shield.url}/dashboard/traffic`);
    await page.fill('#search', id);
    await page.focus('#search');
    for (const keys of ['Control+a', 'Control+x', 'Control+v']) await page.keyboard.press(keys);
    await expect.poll(opened).toBe(n);
    expect(await page.inputValue('#search')).toBe('');

    // What passed leaves no event.
    await page.goto(`${shield.url}/dashboard/traffic?request=00000000-0000-4000-8000-000000000000`);
    await expect.poll(() => page.textContent('#drawer .empty')).toContain('keeps no event of this request');
    await page.keyboard.press('Escape');
    await page.waitForSelector('#drawer', { state: 'detached' });
    await open(2);
  });

  test('j and k move the drawer along the list, wherever the focus is', async () => {
    await page.keyboard.press('k');
    await expect.poll(title).toBe('Blocked: SQL injection in the query parameter q');
    expect(await page.textContent('.drawer-verdict')).toContain(clientAddress(3));
    expect(await page.evaluate('document.activeElement.id')).toBe('drawer-title');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect.poll(() => page.textContent('.drawer-verdict')).toContain(clientAddress(1));
    expect(await current()).toBe(opened());
    // At the end it stays.
    await page.keyboard.press('j');
    expect(await page.textContent('.drawer-verdict')).toContain(clientAddress(1));
    // From the list: the focus is in the row.
    await page.locator('#events a').first().focus();
    await page.keyboard.press('k');
    await expect.poll(() => page.textContent('.drawer-verdict')).toContain(clientAddress(2));
    expect(await page.evaluate('document.activeElement.dataset.event')).toBe(opened());
    await page.keyboard.press('Escape');
    await page.waitForSelector('#drawer', { state: 'detached' });
    expect(opened()).toBeNull();
    expect(await page.locator('.event:has(a:focus)').textContent()).toContain(clientAddress(2));
  });

  test('Escape leaves the filter, so that keys are keys again; the list of keys has the undo', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('jk');
    await page.keyboard.press('Escape');
    expect(await page.inputValue('#search')).toBe('');
    await page.keyboard.press('p');
    expect(await page.inputValue('#search')).toBe('');
    expect(await page.getAttribute('#pause', 'aria-pressed')).toBe('true');
    await page.keyboard.press('p');
    await page.keyboard.press('?');
    expect(await page.textContent('#help')).toContain('Undo what was done last');
    await page.click('#help button');
  });

  test('what streams in above leaves the drawer as it is', async () => {
    await open(1);
    await expect.poll(() => page.textContent('[data-part=address]')).toContain('No source lists it');
    const before = await page.textContent('#drawer');
    await page.evaluate(`(() => {
      const body = document.querySelector('.drawer-body');
      body.scrollTop = 120;
      body.dataset.seen = 'before';
    })()`);
    const scrolled: unknown = await page.evaluate(`document.querySelector('.drawer-body').scrollTop`);
    expect(scrolled).toBe(120);
    const known = await rows();
    await Promise.all([4, 5, 6, 7, 8].map((client) => attack(`/shop?${SQLI}`, client)));
    await expect.poll(rows).toBe(known + 5);
    expect(await page.textContent('#drawer')).toBe(before);
    expect(await page.evaluate(`document.querySelector('.drawer-body[data-seen]').scrollTop`)).toBe(120);
    expect(await current()).toBe(opened());
  });

  test('a block is undone by its toast, and the drawer shows how the address stands', async () => {
    await open(4);
    const ip = clientAddress(4);
    await page.keyboard.press('b');
    await page.waitForSelector(`#drawer button.danger:focus:has-text("Block ${ip}")`);
    await page.keyboard.press('Enter');
    await toast(`${ip} is blocked for 1 day.`).waitFor();
    await expect.poll(() => page.textContent('[data-part=address]')).toContain(`Blocked as ${ip}`);
    expect(await attack('/', 4)).toBe(403);
    await toast(`${ip} is blocked for 1 day.`).getByRole('button', { name: 'Undo' }).click();
    await toast(`Undone: ${ip} is no longer blocked.`).waitFor();
    // What was said of it before is no longer true.
    expect(await toast(ip).count()).toBe(1);
    await expect.poll(() => page.locator('#drawer button:has-text("Unblock"):visible').count()).toBe(0);
    expect(await attack('/', 4)).toBe(200);

    // Blocked by somebody else, for a reason and a time: both are there again after an undo, by key this time.
    const asked = { ip, reason: 'ticket 4711', ttl_seconds: 7200 };
    await shield.admin.post('/admin/blocklist', asked);
    await open(4);
    const [entry] = await blocks();
    await page.click(`#drawer button:has-text("Unblock ${ip}")`);
    await toast(`${ip} is no longer blocked.`).waitFor();
    expect(await blocks()).toEqual([]);
    await page.keyboard.press('u');
    await toast(`Undone: ${ip} is blocked as before.`).waitFor();
    const [again] = await blocks();
    expect(again).toMatchObject({ range: ip, reason: 'ticket 4711' });
    expect(Math.abs((again?.until ?? 0) - (entry?.until ?? 0))).toBeLessThan(10_000);
    // A shorter block changes nothing, and says so.
    await page.keyboard.press('b');
    await page.selectOption('#drawer select', '3600');
    await page.click('#drawer button.danger');
    await toast(`${ip} was blocked for longer already`).waitFor();
    expect(await blocks()).toEqual([again]);
    // A longer one takes its place, and an undo gives the shorter back.
    await page.keyboard.press('b');
    await page.selectOption('#drawer select', '604800');
    await page.click('#drawer button.danger');
    await toast(`${ip} is blocked for 7 days.`).getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await blocks())[0]?.reason).toBe('ticket 4711');
    expect(Math.abs(((await blocks())[0]?.until ?? 0) - (entry?.until ?? 0))).toBeLessThan(10_000);
  });

  test('an address that its record alone stops is told so when it is unblocked, and is pardoned', async () => {
    const ip = clientAddress(40);
    const attacked = async () => {
      await attack(`/shop?${SQLI}`, 40);
      return (await blocks()).some(({ range }) => range === ip);
    };
    await expect.poll(attacked, { timeout: 20_000 }).toBe(true);
    await open(40);
    await page.click(`#drawer button:has-text("Unblock ${ip}")`);
    await toast(`${ip} is off the blocklist; its bad record (`).waitFor();
    await expect.poll(() => page.textContent('.drawer-acts')).toMatch(/Its bad record \(0\.\d\d\) alone stops it/);
    await expect.poll(() => attack('/', 40), { timeout: 8000, interval: 400 }).toBe(403);

    // The event of that: an exclusion would not help, and is not to be published.
    await page.goto(`${shield.url}/dashboard/traffic?outcome=block`);
    // It is told a moment after the request was refused.
    await page
      .locator('.event', { hasText: ip, has: page.getByText('The address has a bad record') })
      .first()
      .locator('a')
      .click();
    await expect.poll(title).toBe('Blocked: the address has a bad record');
    await page.click('#drawer button:has-text("False positive…")');
    await expect.poll(() => page.textContent('.exclusion .reach')).toContain('there is nothing to publish');
    expect(await page.getAttribute('.exclusion button[type=submit]', 'aria-disabled')).toBe('true');
    await page.locator('#drawer').getByRole('button', { name: 'Pardon' }).click();
    await toast(`${ip} is pardoned`).waitFor();
    const record = await shield.admin.get<{ score: number }>(`/admin/reputation/${ip}`);
    expect(record.score).toBe(0);
    await expect.poll(() => page.locator('#drawer button:has-text("Pardon"):visible').count()).toBe(0);
  });

  test('neighbours and a whole network are blocked, and the drawer of any address in it unblocks them', async () => {
    expect(await attack(`/shop?${SQLI}`, 20, asFromPlace('berlin'))).toBe(403);
    await open(20);
    await page.click('#drawer button:has-text("Block…")');
    await page.check('#drawer input[value="AS3320"]');
    await page.selectOption('#drawer select', '604800');
    await page.click('#drawer button:has-text("Block AS3320")');
    await expect.poll(() => page.textContent('[data-part=address]')).toContain('Blocked as AS3320');
    expect(await attack('/', 21, asFromPlace('berlin'))).toBe(403);
    await open(21);
    expect(await title()).toBe('Blocked: its network AS3320 is on the blocklist');
    expect(await page.locator('#drawer li[data-decided]').textContent()).toContain('Blocklist');
    await page.click('#drawer button:has-text("Unblock AS3320")');
    await expect.poll(() => attack('/', 22, asFromPlace('berlin'))).toBe(200);
  });

  test('a limited request tells of its limit and leads there', async () => {
    let refused = 0;
    for (let i = 0; i < 14; i += 1) if ((await attack(`/login?try=${i}`, 30)) === 429) refused += 1;
    expect(refused).toBeGreaterThan(0);
    await open(30);
    expect(await title()).toMatch(/^Limited: more than \d+ requests in \d+ s on route login$/);
    expect(await page.locator('#drawer li[data-decided]').textContent()).toContain('Rate limit');
    await page.click('#drawer a:has-text("Rate limits")');
    await expect.poll(() => page.url()).toContain('/dashboard/limits');
    await page.waitForSelector('#drawer', { state: 'detached' });
  });

  test('on a narrow screen it is a sheet: it has the focus, covers what is behind, and gives the focus back', async () => {
    await page.setViewportSize(NARROW);
    await open(2);
    expect(await page.getAttribute('#drawer', 'role')).toBe('dialog');
    expect(await page.locator('#view[inert]').count()).toBe(1);
    const box = await page.locator('#drawer').boundingBox();
    expect(box).toMatchObject({ x: 0, y: 0, ...NARROW });
    expect(await overflowOf(page)).toBeNull();
    expect(
      await page.evaluate(`(() => {
        const body = document.querySelector('.drawer-body');
        return body.scrollWidth - body.clientWidth;
      })()`),
    ).toBe(0);
    await page.click('#drawer button[aria-label="Close"]');
    expect(await page.locator('.event:has(a:focus)').textContent()).toContain(clientAddress(2));
    // A session that ends takes it out of sight, and whoever signs in has it back.
    await open(2);
    await page.context().clearCookies();
    await page.keyboard.press('j');
    await page.waitForSelector('#key:visible');
    expect(await page.locator('#drawer:visible').count()).toBe(0);
    await signIn(page);
    await page.waitForSelector('#drawer:visible');
    // A window made wider has room beside the list.
    await page.setViewportSize(WIDE);
    await expect.poll(() => page.getAttribute('#drawer', 'role')).toBe('region');
    expect(await page.locator('[inert]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
