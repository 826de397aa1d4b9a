import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReleaseRecord } from '../../src/actors/contracts.ts';
import type { Policy } from '../../src/edge/policy.ts';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { describeInBrowser, openDeskPage, signIn } from '../support/node/browser-desk.ts';
import { openDesk, type Desk } from '../support/node/open-desk.ts';
import { auditPage, overflowOf } from '../support/node/look-at-page.ts';
import type { TestShield } from '../support/node/shield.ts';

const ATTACK = '/search?q=1%20UNION%20SELECT%20password%20FROM%20users';

describeInBrowser('exclusions, from an event to their list and back', () => {
  let desk: Desk;
  let browser: Browser;
  let shield: TestShield;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    desk = await openDesk({ viewport: { width: 1280, height: 900 } });
    ({ page, shield, complaints, browser } = desk);
    await page.goto(`${shield.url}/dashboard`);
    await signIn(page);
  }, 60_000);
  afterAll(() => desk?.close());

  let client = 0;
  /** Each from an address of its own, so that no reputation gathers. */
  const statusOf = async (path: string) => {
    client += 1;
    const headers = { ...browserHeaders(client), 'cf-connecting-ip': clientAddress(client) };
    return (await fetch(shield.url + path, { headers })).status;
  };
  const becomes = (status: number) => expect.poll(() => statusOf(ATTACK), { timeout: 20_000 }).toBe(status);
  const policy = async () => (await shield.admin.get<{ policy: Policy }>('/admin/policy')).policy;
  const notes = async () =>
    (await shield.admin.get<{ releases: readonly ReleaseRecord[] }>('/admin/releases?kind=policy')).releases.map(
      ({ note }) => note,
    );
  const said = () => expect.poll(() => page.textContent('.exclusion [role=status]'));
  const openForm = async () => {
    await page.goto(`${shield.url}/dashboard/traffic?outcome=block`);
    await page.locator('.event a').first().click();
    await page.click('#drawer button:has-text("False positive…")');
  };
  const toast = (text: string) => page.locator('.toast', { hasText: text });

  test('an empty list tells how an exclusion comes to be', async () => {
    await page.goto(`${shield.url}/dashboard/rules?tab=exclusions`);
    await expect.poll(() => page.textContent('.exclusions-empty')).toContain('False positive…');
    expect(await auditPage(page)).toEqual([]);
  });

  test('a form whose match is excluded already shows by what, and makes no second one', async () => {
    await becomes(403);
    await openForm();
    await page.fill('.exclusion input[name=reason]', 'Our librarians search for SQL');
    await page.click('.exclusion button[type=submit]');
    await said().toContain('In force as fp-');
    const [made] = (await policy()).exclusions ?? [];
    await becomes(200);
    expect((await notes())[0]).toBe(`Our librarians search for SQL (${made?.id})`);

    await openForm();
    await expect.poll(() => page.textContent('.already')).toMatch(/^Excluded since .+ by operator, until .+, as fp-/);
    expect(await page.locator('.exclusion button[type=submit]:visible').count()).toBe(0);
    expect(await auditPage(page)).toEqual([]);
    await page.click('.already button');
    await said().toContain(`${made?.id} is removed`);
    await becomes(403);
    expect((await notes())[0]).toBe(`taken back: ${made?.id}`);
    expect((await policy()).exclusions).toEqual([]);
  });

  test('an undo says when another exclusion still lets the request pass', async () => {
    await openForm();
    await page.click('.exclusion button[type=submit]');
    await said().toContain('In force as fp-');
    const inForce = await policy();
    const rest = { id: 'by-hand', rules: ['*'], score: true, path: '/search', reason: 'written by hand' } as const;
    await shield.admin.send('POST', '/admin/policy/reload', {
      ...inForce,
      exclusions: [...(inForce.exclusions ?? []), rest],
    });
    await page.click('.exclusion button:has-text("Undo")');
    await said().toContain('Taken back, but by-hand still covers this');
    expect(await page.textContent('.already')).toContain('without an end, as by-hand: written by hand');
    await becomes(200);
  });

  test('a rule tells how many exclusions it has; the list takes one out and puts it back', async () => {
    await page.goto(`${shield.url}/dashboard/rules?rule=sqli-001`);
    await page.getByRole('button', { name: '1 exclusion' }).first().click();
    await expect.poll(() => page.textContent('.exclusions-tab')).toContain('Those that take something from sqli-001');
    expect(await page.textContent('.exclusions-table tbody')).toContain('/search');
    expect(await auditPage(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await overflowOf(page)).toBeNull();
    expect(await auditPage(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole('button', { name: 'Show all 1' }).click();
    await page.getByRole('button', { name: 'Remove by-hand' }).click();
    await toast('by-hand is removed').waitFor();
    await expect.poll(() => page.textContent('.exclusions-tab')).toContain('Nothing is excluded');
    await becomes(403);
    await toast('by-hand is removed').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => page.textContent('.exclusions-table tbody')).toContain('by-hand');
    await becomes(200);
    expect(complaints).toEqual([]);
  });

  test('what is published without a note is told by what it changes', async () => {
    await page.goto(`${shield.url}/dashboard/rules?rule=sqli-001`);
    await page.getByLabel('Mode of sqli-001').selectOption('log');
    await page.getByRole('button', { name: 'Publish' }).click();
    await expect.poll(async () => (await notes())[0], { timeout: 20_000 }).toBe('sqli-001: log only');
    expect(complaints).toEqual([]);
  });

  test('who signs in with a key sees its name and what it may do, and is refused in plain words', async () => {
    const { key } = await shield.admin.post<{ key: string }>('/admin/keys', { name: 'night watch', scopes: ['read'] });
    const desk = await openDeskPage(browser, { expected: [/^403 /] });
    await desk.page.goto(`${shield.url}/dashboard/traffic?outcome=block`);
    await signIn(desk.page, key);
    expect(await desk.page.textContent('#who')).toBe('night watch, read only');
    await desk.page.reload();
    await expect.poll(() => desk.page.textContent('#who')).toBe('night watch, read only');
    await desk.page.locator('.event a').first().click();
    await desk.page.click('#drawer button:has-text("Block…")');
    await desk.page.click('#drawer .block-panel button[type=submit]');
    await expect.poll(() => desk.page.textContent('#toasts')).toContain('lacks the scope blocklist:write');
    expect(await auditPage(desk.page)).toEqual([]);
    await desk.page.goto(`${shield.url}/dashboard/rules`);
    await desk.page.setViewportSize({ width: 360, height: 740 });
    await expect.poll(() => desk.page.textContent('#who')).toBe('night watch, read only');
    expect(await overflowOf(desk.page)).toBeNull();
    expect(await page.textContent('#who')).toBe('');
    expect(desk.complaints).toEqual([]);
  });
});
