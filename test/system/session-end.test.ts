import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { describeInBrowser, signIn } from '../support/node/browser-desk.ts';
import { openDesk, type Desk } from '../support/node/open-desk.ts';
import type { TestShield } from '../support/node/shield.ts';

const ZEBRA = {
  id: 'zebra-001',
  name: 'The word zebra',
  category: 'other',
  severity: 'critical',
  score: 100,
  action: 'block',
  targets: [{ collection: 'ARGS' }],
  transformations: ['lowercase'],
  operator: { name: 'contains', text: 'zebra' },
  tags: [],
  examples: { match: [{ path: '/?q=zebra' }], noMatch: [] },
};

/** Where something is written, what, and which button opens the field where it is not there at once. */
const DRAFTS = [
  { view: 'rules?tab=test', opener: '', field: '#test-request', text: 'GET /half-written' },
  { view: 'limits', opener: 'Edit login', field: '.route-form input[type=number] >> nth=0', text: '7' },
  { view: 'model', opener: '', field: '.push-model input[type=text]', text: 'because it is better' },
  { view: 'blocklist', opener: '', field: '#block-reason', text: 'a scanner, I think' },
  { view: 'intelligence', opener: '', field: '#address', text: '45.9.20.7' },
  { view: 'audit', opener: '', field: '#audit-search', text: 'revokeKey' },
  { view: 'keys', opener: '', field: '#key-name', text: 'deploy pipeline' },
];

describeInBrowser('a session that ends', () => {
  let desk: Desk;
  let shield: TestShield;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    // Whatever is asked when the session has ended is refused, and a key that may not publish.
    const expected = [/^401 /, /^403 \/admin\/rules\/reload$/];
    desk = await openDesk({ expected });
    ({ page, shield, complaints } = desk);
  }, 60_000);
  afterAll(() => desk?.close());

  const seen = (selector: string) => expect.poll(() => page.textContent(selector), { timeout: 20_000 });
  const press = (name: string) => page.locator('#view').getByRole('button', { name, exact: true }).click();
  /** The page asks for statistics every few seconds, and so learns of it by itself. */
  const gateOpens = async () => {
    await page.waitForSelector('#key:visible');
    expect(await page.textContent('#sign-in-problem')).toContain('has ended');
    expect(await page.locator('#console:visible').count()).toBe(0);
  };
  let addresses = 0;
  /** Who is not signed in is counted, twenty a minute: operators come from addresses of their own. */
  const comeFromElsewhere = (tab: Page) => {
    addresses += 1;
    return tab.setExtraHTTPHeaders({ 'cf-connecting-ip': clientAddress(addresses) });
  };
  async function newKey(scopes: readonly string[]): Promise<{ readonly id: string; readonly key: string }> {
    return shield.admin.post('/admin/keys', { name: scopes.join(' ').replace(':', '-'), scopes });
  }

  test('a rule that is being written outlives its key, and is published after signing in again', async () => {
    const { id, key } = await newKey(['read', 'rules:write']);
    await page.goto(`${shield.url}/dashboard/rules?tab=edit&ruleset=owasp-core`);
    await signIn(page, key);
    await seen('.editor-state').toBe('As it is in force');
    const { ruleset } = await shield.admin.get<{ ruleset: { rules: unknown[] } }>('/admin/rules/owasp-core');
    await page.click('.editor-host .cm-content');
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(JSON.stringify({ ...ruleset, rules: [ZEBRA, ...ruleset.rules] }));
    await page.fill('.publish-bar input', 'Zebras bite');
    await seen('.editor-state').toBe('Edited');

    await shield.admin.send('DELETE', `/admin/keys/${id}`);
    await press('Publish');
    await gateOpens();
    expect((await shield.admin.get<{ releases: unknown[] }>('/admin/releases')).releases).toEqual([]);

    // The key that is over opens nothing, and costs nothing of what was written.
    await page.fill('#key', key);
    await page.click('#sign-in button');
    await seen('#sign-in-problem').toContain('no longer valid');

    // One that may only read comes in, and is told what it may not.
    const reader = await newKey(['read']);
    await signIn(page, reader.key);
    expect(await page.inputValue('.publish-bar input')).toBe('Zebras bite');
    expect(await page.textContent('.editor-state')).toBe('Edited');
    await press('Publish');
    await seen('.editor-output').toContain('This key may not do that. It lacks the scope rules:write.');

    await page.context().clearCookies();
    await gateOpens();
    await signIn(page);
    await press('Publish');
    await seen('.editor-output').toContain('Published as release');
    await seen('.releases-view .said').toContain('release');
    const headers = { ...browserHeaders(1), 'cf-connecting-ip': clientAddress(1) };
    await expect
      .poll(async () => (await fetch(`${shield.url}/?q=orange-zebra`, { headers })).status, { timeout: 20_000 })
      .toBe(403);
  });

  test('what is being written in any view is kept, and its field has the cursor again', async () => {
    // Side by side: each page learns of the end by itself, within seconds.
    const drafts = await Promise.all(
      DRAFTS.map(async (draft) => {
        const tab = await page.context().newPage();
        await comeFromElsewhere(tab);
        await tab.goto(`${shield.url}/dashboard/${draft.view}`);
        if (draft.opener !== '') await tab.getByRole('button', { name: draft.opener }).click();
        await tab.fill(draft.field, draft.text);
        return { ...draft, tab };
      }),
    );
    await page.context().clearCookies();
    // All of them, before one signs in: they share the cookie, and none that had it again would learn of the end.
    await Promise.all(drafts.map(({ tab }) => tab.waitForSelector('#key:visible')));
    for (const { view, field, text, tab } of drafts) {
      await signIn(tab);
      const kept = tab.locator(field);
      expect([view, await kept.inputValue()]).toEqual([view, text]);
      expect([view, await kept.and(tab.locator(':focus')).count()]).toEqual([view, 1]);
      await expect.poll(() => tab.textContent('#connection'), { timeout: 20_000 }).toBe('Live');
      await tab.close();
    }
  });

  test('a view that was opened meanwhile is there after signing in', async () => {
    await comeFromElsewhere(page);
    await page.goto(`${shield.url}/dashboard/keys`);
    await seen('#keys').toContain('read');
    await page.context().clearCookies();
    await page.click('#pages a[href="/dashboard/audit"]');
    await gateOpens();
    await page.click('#pages a[href="/dashboard/keys"]');
    await signIn(page);
    await seen('#keys').toContain('read');
    expect(await page.locator('#audit').count()).toBe(0);
    await page.click('#pages a[href="/dashboard/audit"]');
    await seen('#audit').toContain('Created a key');
  });

  test('a question that is open is closed: it would keep the key field out of reach', async () => {
    await page.click('#pages a[href="/dashboard/keys"]');
    await page.click('#keys button:has-text("Revoke")');
    await page.waitForSelector('dialog:modal');
    await page.context().clearCookies();
    await gateOpens();
    expect(await page.locator('dialog:modal').count()).toBe(0);
    await signIn(page);
    const { keys } = await shield.admin.get<{ keys: { state: string }[] }>('/admin/keys');
    expect(keys.map(({ state }) => state).toSorted()).toEqual(['live', 'revoked']);
  });

  test('signing out keeps nothing', async () => {
    await page.fill('#key-name', 'deploy pipeline');
    await page.click('#sign-out');
    await page.waitForSelector('#key:visible');
    expect(await page.locator('#key-name').count()).toBe(0);
    await signIn(page);
    await expect.poll(() => page.inputValue('#key-name')).toBe('');
    expect(complaints).toEqual([]);
  });
});
