import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserHeaders } from '../../scripts/traffic/clients.ts';
import { describeInBrowser, launchBrowser, openDeskPage, signIn } from '../support/node/browser-desk.ts';
import { startEchoOrigin, type EchoOrigin } from '../support/node/echo-origin.ts';
import { startFeedServer, type FeedServer } from '../support/node/feeds/feed-server.ts';
import { startTestShield, type TestShield } from '../support/node/shield.ts';

const LISTED = '45.9.20.7';
const ATTACKER = '45.9.21.9';
const MARKUP = '<img src=x onerror="document.title=\'owned\'">';
const IPSUM = 'raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt';
/** What the tests bring about: a line that cannot be blocked, and a session that ends. */
const EXPECTED = [/^422 \/admin\/blocklist$/, /^401 /];

describeInBrowser('blocklist, intelligence, audit log and keys', () => {
  let origin: EchoOrigin;
  let feeds: FeedServer;
  let shield: TestShield;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    origin = await startEchoOrigin();
    feeds = await startFeedServer({ folder: null });
    const rows = Array.from({ length: 60 }, (_, i) => `45.9.20.${i}\t${i < 20 ? 12 : 4}\n`);
    feeds.set(IPSUM, { body: `# IPsum\n${rows.join('')}` });
    feeds.set('own.example/list.txt', { body: '45.9.22.1\n45.9.22.2\n' });
    shield = await startTestShield(origin.url, { bindings: { FEED_MIRROR: feeds.url, FEED_ALLOW_HTTP: 'true' } });
    browser = await launchBrowser();
    ({ page, complaints } = await openDeskPage(browser, { expected: EXPECTED }));
    await page.goto(`${shield.url}/dashboard/blocklist`);
    await signIn(page);
    await page.waitForSelector('#block-form');
    // The page is built, Worker and Chromium are started: longer than a hook is given by itself on a busy machine.
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await shield?.stop();
    await Promise.all([feeds?.stop(), origin?.stop()]);
  });

  const textOf = (selector: string) => expect.poll(() => page.textContent(selector), { timeout: 20_000 });
  const statusFor = async (ip: string) =>
    (await fetch(`${shield.url}/`, { headers: { ...browserHeaders(1), 'cf-connecting-ip': ip } })).status;
  const known = async () => (await shield.admin.get<{ threats: number }>('/intel/status')).threats;
  const blocks = async () =>
    (await shield.admin.get<{ entries: { range: string; since: number; until?: number }[] }>('/admin/blocklist'))
      .entries;

  test('an address is blocked with a reason and an end, the next request is refused, and unblocking lets it pass', async () => {
    await textOf('#blocks-empty').toContain('Nothing is blocked');
    expect(await statusFor(ATTACKER)).toBe(200);
    await page.fill('#block-ip', ATTACKER);
    await page.fill('#block-reason', MARKUP);
    await page.selectOption('#block-expiry', '3600');
    await page.click('#block-form button');
    await page.locator(`#blocks [data-range="${ATTACKER}"]`, { hasText: MARKUP }).waitFor();
    expect(await page.locator('#blocks img').count()).toBe(0);
    expect(await statusFor(ATTACKER)).toBe(403);
    expect((await blocks())[0]?.until).toBeGreaterThan(Date.now());

    const row = page.locator(`#blocks [data-range="${ATTACKER}"]`);
    await row.getByRole('button', { name: 'Edit expiry' }).click();
    await row.locator('select').selectOption('');
    await row.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => row.textContent()).toContain('until removed');
    // From without an end back to an hour, in its place: at no moment is the address let in.
    const since = (await blocks())[0]?.since;
    await row.getByRole('button', { name: 'Edit expiry' }).click();
    await row.locator('select').selectOption('3600');
    await row.locator('input').fill('guesses coupons');
    await row.getByRole('button', { name: 'Save' }).click();
    await expect.poll(async () => (await blocks())[0]?.until ?? 0).toBeGreaterThan(Date.now());
    expect((await blocks())[0]).toMatchObject({ since, reason: 'guesses coupons' });
    await expect.poll(() => row.textContent()).toContain('guesses coupons');
    expect(await statusFor(ATTACKER)).toBe(403);

    await row.getByRole('button', { name: `Unblock ${ATTACKER}` }).click();
    await expect.poll(() => row.count()).toBe(0);
    expect(await statusFor(ATTACKER)).toBe(200);
  });

  test('many are pasted at once, what cannot be blocked is named, and the export holds the rest', async () => {
    await page.click('#bulk summary');
    await page.fill(
      '#bulk-text',
      '198.51.100.0/24, scanner\n203.0.113.7\nnowhere\n2001:db8:5::/48,abuse,never\nAS64500\n',
    );
    // Before anything is sent.
    await textOf('#bulk-result').toContain('4 to block, 1 that cannot be');
    expect(await page.textContent('#bulk-result li')).toContain('Line 3, nowhere: must be an address');
    await page.click('#bulk button');
    await textOf('#bulk-result').toContain('4 of 5 blocked');
    expect(await page.getAttribute('#bulk-result', 'data-phase')).toBe('problem');
    expect(await page.inputValue('#bulk-text')).toBe('nowhere\n');
    expect((await blocks()).map(({ range }) => range).toSorted()).toEqual([
      '198.51.100.0/24',
      '2001:db8:5::/48',
      '203.0.113.7',
      'AS64500',
    ]);
    await page.fill('#block-search', 'scanner');
    await textOf('#block-count').toBe('1 of 4');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Export CSV')]);
    expect(await readFile(await download.path(), 'utf8')).toContain('2001:db8:5::/48,abuse,');
    await page.fill('#block-search', '');
    await page.locator('#blocks [data-range="203.0.113.7"]').getByRole('button', { name: 'Unblock' }).click();
    await page.setInputFiles('#bulk-file', await download.path());
    await textOf('#bulk-result').toContain('4 to block');
    await page.click('#bulk button');
    await textOf('#bulk-result').toContain('4 of 4 blocked');
    expect(await blocks()).toHaveLength(4);
  });

  test("an address's page shows its evidence, its events and where it is enforced, and blocks, pardons and allows", async () => {
    for (let i = 0; i < 3; i += 1) {
      await fetch(`${shield.url}/search?q=${i}%27%20UNION%20SELECT%20password%20FROM%20users--`, {
        headers: { ...browserHeaders(2), 'cf-connecting-ip': ATTACKER },
      });
    }
    const remembered = async () =>
      (await shield.admin.get<{ why: unknown[] }>(`/admin/reputation/${ATTACKER}`)).why.length;
    await expect.poll(remembered, { timeout: 20_000 }).toBeGreaterThan(0);
    await page.fill('#look-up', ATTACKER);
    await page.press('#look-up', 'Enter');
    await textOf('#address-ip').toBe(ATTACKER);
    expect(page.url()).toContain(`ip=${ATTACKER}`);
    await page.waitForSelector('#address-evidence .evidence rect');
    await textOf('#address-evidence').toContain('sqli');
    await expect.poll(() => page.locator('#address-events .event').count()).toBeGreaterThan(0);

    await page.click('#address-block button');
    await textOf('#address-enforced').toContain('On the blocklist');
    await textOf('#address-now').toContain('Now: blocked, by the blocklist');
    expect(await statusFor(ATTACKER)).toBe(403);
    await page.click('#address-actions >> text=Unblock');
    await page.waitForSelector('#address-block');
    await page.click('text=Pardon: forget its evidence');
    await textOf('#address-evidence').toContain('remembers nothing bad');
    await page.fill('#address-allow input', 'our scanner');
    await page.click('#address-allow button');
    await textOf('#address-enforced').toContain('On the allow-list');
    await page.click(`text=Take ${ATTACKER} off the allow-list`);
    await page.waitForSelector('#address-allow');
  });

  test('threats are paged with their sources, and a feed is added, turned off and removed', async () => {
    await expect.poll(known, { timeout: 20_000 }).toBe(60);
    await page.click('#pages a[href="/dashboard/intelligence"]');
    await textOf('#threats-place').toBe('1–25 of 60');
    await textOf('#threats').toContain('ipsum');
    await page.click('#threats-on');
    await textOf('#threats-place').toBe('26–50 of 60');
    await page.click('#threats-back');
    await textOf('#threats-place').toBe('1–25 of 60');
    await page.selectOption('#threat-score', '0.8');
    await textOf('#threats-place').toContain('of 20');
    await page.click('#run-cycle');
    await textOf('#cycle-result b').toBe('Done.');

    await page.click('#feed-new summary');
    await page.fill('#feed-id', 'own');
    await page.fill('#feed-url', 'https://own.example/list.txt');
    await page.fill('#feed-weight', '0.9');
    await page.click('#add-feed');
    await textOf('#feed-result').toContain('own is added');
    await expect.poll(known, { timeout: 20_000 }).toBe(62);
    await page.click('[data-feed=own][data-act=off]');
    await textOf('#feed-result').toContain('own is off');
    await page.click('[data-feed=own][data-act=on]');
    await textOf('#feed-result').toContain('own is on');
    await page.click('[data-feed=own][data-act=remove]');
    await textOf('#feed-result').toContain('own is removed');
    await expect.poll(() => page.locator('[data-feed=own]').count()).toBe(0);
    await expect.poll(known, { timeout: 20_000 }).toBe(60);

    await page.locator('#threats a', { hasText: LISTED }).first().click();
    await textOf('#address-enforced').toContain('ipsum');
    await textOf('#address-enforced .checked b').toBe('Block');
  });

  test('a key is made with its scopes, shown once, works, and is revoked', async () => {
    await page.click('#pages a[href="/dashboard/keys"]');
    await page.fill('#key-name', 'deploy pipeline');
    await page.check('#key-form input[value="rules:write"]');
    await page.click('#key-form button');
    const key = (await page.textContent('#key-text')) ?? '';
    const read = () => fetch(`${shield.url}/admin/stats`, { headers: { 'x-admin-key': key } });
    expect((await read()).status).toBe(200);
    await textOf('#keys').toContain('rules:write');
    await page.click('text=I have it');
    await page.reload();
    await textOf('#keys').toContain('deploy pipeline');
    expect(await page.content()).not.toContain(key);
    await page.click('#keys button');
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog:visible').count()).toBe(0);
    await page.click('#keys button');
    await page.click('dialog .danger');
    await textOf('#keys').toContain('revoked');
    expect((await read()).status).toBe(401);
  });

  test('the audit log tells who changed what, before and after, and its chain is verified', async () => {
    await page.click('#pages a[href="/dashboard/audit"]');
    await textOf('#audit').toContain('Created a key');
    await textOf('#audit').toContain('Unblocked');
    const change = page.locator('#audit tr', { hasText: 'Changed a feed' }).last();
    expect(await change.locator('del').textContent()).toBe('yes');
    expect(await change.locator('ins').textContent()).toBe('no');
    await page
      .locator('#audit tr', { hasText: 'Ran a cycle of enforcement' })
      .locator('.change', { hasText: 'done' })
      .first()
      .waitFor();
    await page.click('text=Verify the chain');
    await textOf('#audit-check b').toBe('Whole.');
    // By its words, or by the name that scripts know.
    for (const words of ['revoked a key', 'revokeKey']) {
      await page.fill('#audit-search', words);
      await expect.poll(() => page.locator('#audit tr').count()).toBe(1);
      expect(await page.textContent('#audit .change')).toContain('deploy pipeline');
    }
  });

  test('a session that is over is asked for again in place', async () => {
    await page.context().clearCookies();
    await page.click('text=Verify the chain');
    await page.waitForSelector('#key:visible');
    expect(await page.textContent('#sign-in-problem')).toContain('has ended');
    expect(complaints).toEqual([]);
  });
});
