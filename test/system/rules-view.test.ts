import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Policy } from '../../src/edge/policy.ts';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { describeInBrowser, signIn } from '../support/node/browser-desk.ts';
import { openDesk, type Desk } from '../support/node/open-desk.ts';
import type { TestShield } from '../support/node/shield.ts';

describeInBrowser('rules, limits and model', () => {
  let desk: Desk;
  let shield: TestShield;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    desk = await openDesk({ expected: [/^422 \/admin\/rules\/reload$/] });
    ({ page, shield, complaints } = desk);
    await page.goto(`${shield.url}/dashboard`);
    await signIn(page);
  }, 60_000);
  afterAll(() => desk?.close());

  let client = 0;
  /** Each from an address of its own, so that no reputation gathers. */
  const statusOf = async (path: string) => {
    client += 1;
    const headers = { ...browserHeaders(client), 'cf-connecting-ip': clientAddress(client) };
    const response = await fetch(`${shield.url}${path}`, { headers });
    await response.body?.cancel();
    return response.status;
  };
  /** A ruleset takes the registry a moment to prove, longer on a busy machine. */
  const becomes = (path: string, status: number) => expect.poll(() => statusOf(path), { timeout: 20_000 }).toBe(status);
  const press = (name: string, within = '#view') =>
    page.locator(within).getByRole('button', { name, exact: true }).click();
  const openView = (view: string) => page.goto(`${shield.url}/dashboard/${view}`);
  const seen = (selector: string) => expect.poll(() => page.textContent(selector), { timeout: 20_000 });

  /** What the editor holds, with one thing in it for another. */
  async function replaceInEditor(from: string, to: string): Promise<void> {
    const content = page.locator('.editor-host .cm-content');
    await content.click();
    const { ruleset } = await shield.admin.get<{ ruleset: unknown }>('/admin/rules/owasp-core');
    const text = JSON.stringify(ruleset);
    expect(text).toContain(from);
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(text.replace(from, to));
  }

  test(
    'a rule is edited, refused at its place, tried, published, in force, and rolled back',
    { timeout: 90_000 },
    async () => {
      expect(await statusOf('/?q=orange-zebra')).toBe(200);
      expect(await statusOf('/?q=zebra%20UNION%20SELECT%20a%20FROM%20b')).toBe(403);
      await openView('rules?tab=edit&ruleset=owasp-core');
      await seen('.editor-state').toBe('As it is in force');

      // What the registry refuses stands at its place.
      const rule = {
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
        examples: { match: [{ path: '/?q=okapi' }], noMatch: [] },
      };
      await replaceInEditor('"rules":[', `"rules":[${JSON.stringify(rule)},`);
      await press('Dry run');
      await seen('.editor-output').toContain('zebra-001 does not match its example');
      await page.getByRole('button', { name: 'rules.0.examples.match.0' }).click();
      await page.waitForSelector('.cm-lintRange-error');

      const honest = { ...rule, examples: { match: [{ path: '/?q=zebra' }], noMatch: [] } };
      await replaceInEditor('"rules":[', `"rules":[${JSON.stringify(honest)},`);
      await press('Dry run');
      await seen('.editor-output').toContain('1 added (zebra-001)');
      // The one request that named a zebra was passed, and passes are counted, not told.
      await seen('.trial-said').toContain('matches 1, of which 0 were allowed; 1 of them');
      expect(await statusOf('/?q=orange-zebra')).toBe(200);

      await page.fill('.publish-bar input', 'Zebras bite');
      await press('Publish');
      await seen('.editor-output').toContain('Published as release');
      await becomes('/?q=orange-zebra', 403);
      // The fleet of a local shield is one isolate, which has just answered.
      await seen('.rollout[data-done=true]').toMatch(/Release \d+ is in force everywhere after \d/);

      await page.getByRole('tab', { name: 'History' }).click();
      await seen('.releases .why').toBe('Zebras bite');
      await press('What changed');
      await seen('.releases .diff').toContain('zebra-001');
      // The first release has none before it: the way back is the next one.
      await shield.admin.send(
        'POST',
        '/admin/rules/reload?note=As%20it%20was',
        (await shield.admin.get<{ ruleset: unknown }>('/admin/rules/owasp-core?bundled=1')).ruleset,
      );
      await becomes('/?q=orange-zebra', 200);
      await page.reload();
      await seen('.releases .why').toBe('As it was');
      await press('Roll back to this', '.releases li:nth-child(2)');
      await press('Press again to roll back');
      await becomes('/?q=orange-zebra', 403);
      await seen('.releases .why').toContain('back to release');
      expect(complaints).toEqual([]);
    },
  );

  test(
    'a rule that is in the way only tells, by the policy, until it is rolled back',
    { timeout: 60_000 },
    async () => {
      await openView('rules?rule=zebra-001');
      await seen('.rules-table').toContain('The word zebra');
      await page.selectOption('select[aria-label="Mode of zebra-001"]', 'log');
      await page.fill('.pending-bar input', 'Zebras are customers');
      await press('Publish');
      await becomes('/?q=orange-zebra', 200);
      const { policy } = await shield.admin.get<{ policy: { detectionOnly: unknown } }>('/admin/policy');
      expect(policy.detectionOnly).toMatchObject([{ rulesets: ['owasp-core'], rules: ['zebra-001'] }]);
      await expect
        .poll(() => page.textContent('.rules-table tr:has([data-rule="zebra-001"]) [data-column=Hits]'), {
          timeout: 20_000,
        })
        .not.toBe('0');

      await page.waitForSelector('.rules-table tr[data-mode=log][data-pending=false]:has([data-rule="zebra-001"])');
      await page.selectOption('select[aria-label="Mode of zebra-001"]', 'block');
      await press('Publish');
      await becomes('/?q=orange-zebra', 403);
      expect(complaints).toEqual([]);
    },
  );

  test(
    'what was written and chosen is there when one comes back, and a template that nobody changed is not published',
    { timeout: 60_000 },
    async () => {
      await openView('rules?tab=edit&ruleset=site-rules&rule=new');
      await seen('.editor-state').toBe('New: not published yet');
      await press('Publish');
      await seen('.editor-output').toContain('Change the template first: it looks for “change-this-word”');
      await page.getByRole('button', { name: 'rules.0.operator' }).click();

      const content = page.locator('.editor-host .cm-content');
      await content.click();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText('{ "name": "site-rules", "version": "1", "rules": [] }');
      await seen('.editor-state').toBe('Edited');
      await page.fill('.publish-bar input', 'Quaggas');
      await page.getByRole('tab', { name: 'Test' }).click();
      await seen('.test-form').toContain('your draft of site-rules is not among them');
      await page.getByRole('tab', { name: 'Rules' }).click();
      await page.waitForSelector('.rules-table');
      await page.selectOption('select[aria-label="Mode of zebra-001"]', 'off');
      await page.locator('nav a[data-view=traffic]').click();
      await page.waitForSelector('.releases-view', { state: 'detached' });
      await page.locator('nav a[data-view=rules]').click();
      await seen('.pending-bar').toContain('zebra-001: off');
      await press('Discard');
      await page.waitForSelector('.pending-bar', { state: 'hidden' });

      await page.getByRole('tab', { name: 'Editor' }).click();
      await page.selectOption('select[aria-label=Ruleset]', 'site-rules');
      await seen('.editor-state').toBe('Edited, kept from before');
      expect(await content.textContent()).toContain('"rules": [] }');
      expect(await page.inputValue('.publish-bar input')).toBe('Quaggas');
      await press('Undo all edits');
      await seen('.editor-state').toBe('New: not published yet');
      expect(complaints).toEqual([]);
    },
  );

  test(
    'a ruleset of one’s own blocks by the press that publishes it, and is removed where its history ends',
    { timeout: 60_000 },
    async () => {
      await openView('rules?tab=edit&ruleset=site-rules&rule=new');
      await seen('.editor-state').toBe('New: not published yet');
      const rule = {
        id: 'site-001',
        name: 'The word quagga',
        category: 'other',
        severity: 'critical',
        score: 100,
        action: 'block',
        targets: [{ collection: 'ARGS' }],
        transformations: ['lowercase'],
        operator: { name: 'contains', text: 'quagga' },
        tags: [],
        examples: { match: [{ path: '/?q=quagga' }], noMatch: [] },
      };
      await page.locator('.editor-host .cm-content').click();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(JSON.stringify({ name: 'site-rules', version: '1', rules: [rule] }));
      expect(await statusOf('/?q=quagga')).toBe(200);
      await page.selectOption('select[aria-label="What its matches do"]', 'block');
      await page.fill('.publish-bar input', 'Quaggas are extinct');
      await press('Publish');
      await seen('.editor-output').toMatch(/Published as release \d+.*By release \d+ it blocks, as its rules say/);
      await becomes('/?q=quagga', 403);
      await page.waitForSelector('.mode-choice', { state: 'hidden' });
      await seen('.editor-state').toBe('As it is in force');
      await seen('.said').not.toContain('only tells');

      await page.getByRole('tab', { name: 'History' }).click();
      await seen('.releases .why').toBe('Quaggas are extinct');
      await seen('.releases [data-first]').toContain('before: none');
      await press('Roll back to this', '.releases [data-first]');
      await press('Press again to remove it');
      await becomes('/?q=quagga', 200);
      await seen('.releases .tag').toBe('none in force');
      await press('Roll back to this', '.releases li:nth-child(2)');
      await press('Press again to roll back');
      await becomes('/?q=quagga', 403);
      expect(complaints).toEqual([]);
    },
  );

  test('a pasted request is judged, with what matched', { timeout: 30_000 }, async () => {
    await openView('rules?tab=test');
    await page.fill('#test-request', "curl 'https://shop.test/?q=<script>alert(1)</script>'");
    await press('Test');
    await seen('.verdict-card').toContain('Blocked');
    await seen('.matches mark').toContain('<script');
    expect(await page.locator('.verdict-card script').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('a limit is edited and published', { timeout: 30_000 }, async () => {
    await openView('limits');
    await seen('.routes-table').toContain('over the limit');
    await page.getByRole('button', { name: 'Edit login' }).click();
    await page.fill('.route-form input[type=number] >> nth=0', '7');
    await press('Keep');
    await seen('.pending-bar').toContain('login: 7 per minute');
    await press('Publish');
    await expect
      .poll(async () => {
        const { policy } = await shield.admin.get<{ policy: Pick<Policy, 'routes'> }>('/admin/policy');
        return policy.routes.find(({ id }) => id === 'login')?.limit;
      })
      .toBe(7);
    await press('Roll back to this', '.releases [data-first]');
    await press('Press again to roll back');
    await seen('.releases .why').toBe('back to the built-in policy');
    const { policy } = await shield.admin.get<{ policy: Pick<Policy, 'routes'> }>('/admin/policy');
    expect(policy.routes.find(({ id }) => id === 'login')?.limit).not.toBe(7);
    expect(complaints).toEqual([]);
  });

  test(
    'the model tells what it is; a threshold is tried, moved and published; a model is pushed and taken back',
    { timeout: 60_000 },
    async () => {
      await openView('model');
      await seen('.model-card').toContain('57 parameters');
      // The built-in one has its card with it, in sections of which the first stands open.
      await seen('.card-text').toContain('Held out');
      expect(await page.locator('.card-text details[open]').textContent()).toContain('sigmoid');
      await page.locator('.card-text summary', { hasText: 'Limits' }).click();
      await page.locator('.card-text li', { hasText: 'Whoever buries a payload' }).waitFor();
      await page.fill('input[aria-label="Block from"]', '0.9');
      await seen('.pending-bar').toContain('block from 0.9');
      await seen('.scores').toMatch(/None of the last \d+ events would have been decided otherwise/);
      await press('Publish', '.pending-bar');
      await expect
        .poll(
          async () => (await shield.admin.get<{ policy: { thresholds: unknown } }>('/admin/policy')).policy.thresholds,
        )
        .toMatchObject({ block: 0.9 });

      const { model } = await shield.admin.get<{ model: { version: string; outputBias: number } }>('/admin/model');
      const push = async (version: string, other: object) => {
        const buffer = Buffer.from(JSON.stringify({ ...model, version, ...other }));
        await page.setInputFiles('input[type=file]', { name: 'weights.json', mimeType: 'application/json', buffer });
        await press('Publish', '.push-model');
        await seen('.model-card h2').toContain(version);
      };
      await push('9.0.0', { outputBias: model.outputBias + 0.001 });
      await seen('.card-text').toContain('This model has no card');
      await push('9.0.1', { training: { card: `## Ours\n\nMeasured on <img src=x onerror=alert(1)> \`traffic\`.` } });
      await seen('.card-text details').toContain('Measured on <img src=x onerror=alert(1)> traffic.');
      expect(await page.locator('.card-text img').count()).toBe(0);
      await press('Roll back to this', '.releases li:nth-child(2)');
      await press('Press again to roll back');
      await seen('.model-card h2').toContain('9.0.0');
      expect(complaints).toEqual([]);
    },
  );
});
