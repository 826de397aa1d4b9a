import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AuditEntry, CheckResult, EnforcementStatus, RunRecord } from '../../src/actors/contracts.ts';
import { startCloudflareStandIn, type CloudflareStandIn } from '../support/node/cloudflare/stand-in.ts';
import { startEchoOrigin } from '../support/node/echo-origin.ts';
import { startFeedServer, type FeedServer } from '../support/node/feeds/feed-server.ts';
import { startTestShield, type TestShield } from '../support/node/shield.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/node/webhook-receiver.ts';

const IPSUM = 'raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt';
const SECRET = `whsec_${Buffer.from('a secret of twenty-four by').toString('base64')}`;

interface Enforced {
  readonly success: boolean;
  readonly message: string;
  readonly timestamp: string;
  readonly run: RunRecord;
}

interface Shown {
  readonly hash: string;
  readonly lists: readonly { readonly name: string; readonly adds: number; readonly removals: number }[];
}

let origin: Awaited<ReturnType<typeof startEchoOrigin>>;
let feeds: FeedServer;
let account: CloudflareStandIn;
let receiver: WebhookReceiver;
let folder: string;
let shield: TestShield | null = null;

/** Addresses that eight lists name (score 0.85) and some that fewer do. */
const ipsum = (worst: number, mild = 0) =>
  [
    '# IPsum',
    ...Array.from({ length: worst }, (_, i) => `45.1.${i >> 8}.${i & 255}\t9`),
    ...Array.from({ length: mild }, (_, i) => `45.2.${i >> 8}.${i & 255}\t1`),
    '',
  ].join('\n');

beforeAll(async () => {
  origin = await startEchoOrigin();
});
afterAll(() => origin.stop());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edgeshield-enforcement-'));
  feeds = await startFeedServer({ folder: null });
  feeds.set(IPSUM, { body: ipsum(60, 40) });
  account = await startCloudflareStandIn({ plan: 'pro' });
  receiver = await startWebhookReceiver(SECRET);
});
afterEach(async () => {
  await shield?.stop();
  shield = null;
  await Promise.all([feeds.stop(), account.stop(), receiver.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function start(bindings: Record<string, string> = {}, persist = folder): Promise<TestShield> {
  shield = await startTestShield(origin.url, {
    persist,
    bindings: {
      FEED_MIRROR: feeds.url,
      FEED_ALLOW_HTTP: 'true',
      CF_API_TOKEN: account.token,
      CF_ACCOUNT_ID: account.accountId,
      CF_ZONE_ID: account.zoneId,
      CF_API_BASE_URL: account.url,
      CF_PLAN: 'pro',
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET: SECRET,
      ...bindings,
    },
  });
  return shield;
}

const itemsOf = (name: string) =>
  account
    .list(name)
    ?.items.map((item) => item.ip)
    .toSorted() ?? [];

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not in time: ${what.toString()}`);
}

test('a cycle takes what the feeds name to the edge and into the account, and tells of it', async () => {
  const { admin, url } = await start();
  const done = await admin.post<Enforced>('/enforce', {});
  expect(done).toMatchObject({ success: true, run: { state: 'done', trigger: 'operator', origin: 'live', added: 60 } });
  expect(done.timestamp).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(itemsOf('threat_block')).toHaveLength(60);
  expect(itemsOf('threat_challenge')).toEqual([]);
  const status = await admin.get<EnforcementStatus>('/enforcement/status');
  expect(status).toMatchObject({ state: 'RUNNING', mode: 'apply', listMode: 'three-lists', origin: 'live' });
  expect(status.edge).toMatchObject({ block: 60 });
  const listed = await fetch(url, { headers: { 'CF-Connecting-IP': '45.1.0.7' } });
  expect(listed.status).toBe(403);
  const check = await admin.get<CheckResult>('/check?ip=45.1.0.7');
  expect(check).toMatchObject({ tier: 'block', enforced: { edge: 'block', lists: [{ name: 'threat_block' }] } });
  expect(check.why).toMatch(/listed by ipsum/);
  const blocks = () => receiver.received.filter(({ type }) => type === 'threats.blocked');
  await until(() => blocks().length > 0);
  expect(blocks()).toMatchObject([{ data: { count: 60, origin: 'live' } }]);
  expect(receiver.refused).toEqual([]);
});

test('a second cycle with nothing new writes nothing; one with changes writes those alone', async () => {
  const { admin } = await start();
  await admin.post('/enforce', {});
  const before = account.calls.length;
  expect(await admin.post<Enforced>('/enforce', {})).toMatchObject({ run: { state: 'done', added: 0, removed: 0 } });
  expect(account.calls.slice(before)).toEqual([]);
  feeds.set(IPSUM, { body: ipsum(61, 40) });
  expect(await admin.post<Enforced>('/enforce', {})).toMatchObject({ run: { state: 'done', added: 1, removed: 0 } });
  expect(itemsOf('threat_block')).toHaveLength(61);
});

test('a crash in the middle of an operation is taken up where it was, and writes nothing twice', async () => {
  const first = await start();
  account.fault({ kind: 'stuck-operation' });
  const cycle = first.admin.post<Enforced>('/enforce', {}).catch(() => null);
  await until(() => account.operations.length > 0);
  await first.stop();
  shield = null;
  await cycle;
  account.releaseOperations();
  const second = await start();
  const done = await second.admin.post<Enforced>('/enforce', {});
  expect(done).toMatchObject({ success: true, run: { state: 'done' } });
  expect(itemsOf('threat_block')).toHaveLength(60);
  const writes = account.calls.filter(({ method, path }) => method === 'POST' && path.includes('/items'));
  expect(writes).toHaveLength(1);
});

test('a crash after each call of a first run, then resumed: lists as planned, nothing added twice', async () => {
  const bindings = { ENFORCEMENT_RULES: 'on' };
  for (let crash = 1; crash <= 10; crash += 1) {
    await account.stop();
    account = await startCloudflareStandIn({ plan: 'pro' });
    account.addForeignList({ name: 'threat_block', items: [{ ip: '198.51.100.9', comment: 'by hand' }] });
    const persist = join(folder, String(crash));
    const running = await start(bindings, persist);
    let over = false;
    const cycle = running.admin.post<Enforced>('/enforce', {}).then(
      () => (over = true),
      () => (over = true),
    );
    await until(() => over || account.calls.length >= crash);
    await running.stop();
    shield = null;
    await cycle;
    const again = await start(bindings, persist);
    const done = await again.admin.post<Enforced>('/enforce', {});
    expect(done).toMatchObject({ success: true, run: { state: 'done', problem: null } });
    expect(itemsOf('threat_block')).toHaveLength(61);
    expect(itemsOf('threat_block')).toContain('198.51.100.9');
    expect([account.rules().length, account.lists().length]).toEqual([2, 3]);
    const adds = account.calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/items'));
    expect(adds).toHaveLength(1);
    await again.stop();
    shield = null;
  }
}, 240_000);

/** Puts the thresholds of the policy in force where the test wants them, at once. */
async function setThresholds({ admin }: TestShield, block: number): Promise<void> {
  const { policy } = await admin.get<{ policy: object }>('/admin/policy');
  const thresholds = { rate_limit: 0.4, challenge: 0.6, block };
  await admin.post('/admin/policy/reload', { ...policy, enforcement: { thresholds, hysteresis: 0, dwellSeconds: 0 } });
}

test('a plan that would shrink a list by more than half waits for an approval of just that plan', async () => {
  // So many that it pays to look for the ids of the items before they are taken out.
  feeds.set(IPSUM, { body: ipsum(120, 40) });
  const running = await start();
  const { admin } = running;
  await admin.post('/enforce', {});
  await setThresholds(running, 0.99);
  const held = await admin.post<Enforced>('/enforce', {});
  expect(held).toMatchObject({ success: true, run: { state: 'held', added: 0, removed: 0 } });
  expect(held.message).toMatch(/held for an approval: threat-block would shrink/);
  expect(itemsOf('threat_block')).toHaveLength(120);
  const status = await admin.get<EnforcementStatus>('/enforcement/status');
  expect(status).toMatchObject({ state: 'DEGRADED', heldPlan: held.run.planHash });
  await until(() => receiver.received.some(({ type }) => type === 'plan.held'));
  const shown = await admin.get<Shown>('/enforcement/plan');
  expect(shown).toMatchObject({ hash: held.run.planHash, approved: false });
  expect(shown.lists.find(({ name }) => name === 'threat_block')).toMatchObject({
    removals: 120,
    before: 120,
    after: 0,
  });

  const wrong = 'f'.repeat(64);
  await expect(admin.post(`/enforcement/plan/${wrong}/approve`, {})).rejects.toThrow(/409.*the plan has changed/);
  // The same again while it is held: no second message.
  await admin.post('/enforce', {});
  feeds.set(IPSUM, { body: ipsum(121, 40) });
  const other = await admin.post<Enforced>('/enforce', {});
  expect(other.run.planHash).not.toBe(held.run.planHash);
  await expect(admin.post(`/enforcement/plan/${shown.hash}/approve`, {})).rejects.toThrow(/409/);
  expect(itemsOf('threat_block')).toHaveLength(120);

  expect(await admin.post(`/enforcement/plan/${other.run.planHash}/approve`, {})).toMatchObject({ approved: true });
  expect(itemsOf('threat_block')).toEqual([]);
  expect(itemsOf('threat_challenge')).toHaveLength(121);
  const [last] = (await admin.get<{ runs: readonly RunRecord[] }>('/enforcement/runs')).runs;
  expect(last).toMatchObject({ trigger: 'approval', state: 'done', added: 121, removed: 120 });
  const { entries } = await admin.get<{ entries: readonly AuditEntry[] }>('/admin/audit?limit=20');
  expect(entries.filter(({ operation }) => operation === 'approvePlan')).toMatchObject([
    {
      target: other.run.planHash,
      before: {
        held: expect.arrayContaining([expect.stringContaining('threat-block would shrink')]),
        lists: ['threat-block 120', 'threat-challenge 0', 'threat-rate-limit 0'],
      },
      after: {
        lists: [
          'threat-block 0: 0 added, 120 removed',
          'threat-challenge 121: 121 added, 0 removed',
          'threat-rate-limit 0: 0 added, 0 removed',
        ],
      },
    },
  ]);
  await until(() => receiver.received.filter(({ type }) => type === 'plan.held').length === 2);
});

test('without a token the edge enforces and the lists are only planned', async () => {
  const { admin, url } = await start({ CF_API_TOKEN: '', CF_ACCOUNT_ID: '' });
  const done = await admin.post<Enforced>('/enforce', {});
  expect(done).toMatchObject({ success: true, run: { state: 'done', mode: 'plan', calls: 0 } });
  expect(done.message).toMatch(/only planned/);
  expect(account.calls).toEqual([]);
  expect((await fetch(url, { headers: { 'CF-Connecting-IP': '45.1.0.7' } })).status).toBe(403);
  expect(await admin.get<Shown>('/enforcement/plan')).toMatchObject({ plan: { listMode: 'three-lists' } });
});

test('turned off it does nothing and the edge has no threats', async () => {
  const first = await start();
  await first.admin.post('/enforce', {});
  await first.stop();
  const calls = account.calls.length;
  const { admin, url } = await start({ ENFORCEMENT_MODE: 'off' });
  const done = await admin.post<Enforced>('/enforce', {});
  expect(done).toMatchObject({ success: true, run: { mode: 'off', calls: 0 } });
  expect((await fetch(url, { headers: { 'CF-Connecting-IP': '45.1.0.7' } })).status).toBe(200);
  expect(await admin.get<EnforcementStatus>('/enforcement/status')).toMatchObject({ state: 'STOPPED', origin: 'none' });
  expect(account.calls).toHaveLength(calls);
  expect(itemsOf('threat_block')).toHaveLength(60);
});

test('an API that refuses the token fails the run and says so, and no secret is in any answer, event, log or call', async () => {
  const { admin, errors } = await start({ CF_API_TOKEN: WRONG_TOKEN });
  const response = await admin.post<Enforced>('/enforce', {}).then(JSON.stringify, String);
  expect(response).toMatch(/502.*"success":false/);
  const answers = [response, ...(await Promise.all(PATHS.map((path) => admin.get(path))))].map((answer) =>
    JSON.stringify(answer),
  );
  await until(() => receiver.received.some(({ type }) => type === 'run.failed'));
  const secrets = [WRONG_TOKEN, SECRET, SECRET.slice(6), 'secret-part-of-the-path'];
  for (const text of [...answers, JSON.stringify(receiver.received), ...errors]) {
    for (const secret of secrets) expect(text.includes(secret)).toBe(false);
  }
  expect(await admin.get<EnforcementStatus>('/enforcement/status')).toMatchObject({ state: 'DEGRADED' });
});

const WRONG_TOKEN = 'wrong-token-0123456789abcdef0123456789';
const PATHS = [
  '/enforcement/status',
  '/enforcement/plan',
  '/enforcement/runs',
  '/admin/events',
  '/admin/stats',
  '/test/connection',
  '/test/effectiveness',
  '/test/response-logic',
  '/check?ip=45.1.0.7',
  '/info',
  '/status',
];

test('the kill switch empties own items and the edge, leaves others alone, and lets go again', async () => {
  const { admin, url } = await start();
  await admin.post('/enforce', {});
  account.addForeignItems('threat_block', [{ ip: '198.51.100.9', comment: 'by hand' }]);
  const on = await admin.post<EnforcementStatus>('/enforcement/kill-switch', {});
  expect(on).toMatchObject({ state: 'STOPPED', killSwitch: true, origin: 'none' });
  expect(itemsOf('threat_block')).toEqual(['198.51.100.9']);
  const passed = await fetch(url, { headers: { 'CF-Connecting-IP': '45.1.0.7' } });
  expect(passed.status).toBe(200);
  const off = await admin.send<EnforcementStatus>('DELETE', '/enforcement/kill-switch');
  expect(off).toMatchObject({ killSwitch: false, origin: 'live' });
  expect(itemsOf('threat_block')).toHaveLength(61);
});
