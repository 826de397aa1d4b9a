// `npm run loop:demo`: the whole loop on this machine, from feeds and a first attack to the account's IP list.
import { parseArgs } from 'node:util';
import { AdminClient } from '../test/support/node/admin-client.ts';
import { startCloudflareStandIn } from '../test/support/node/cloudflare/stand-in.ts';
import { startFeedServer } from '../test/support/node/feeds/feed-server.ts';
import { feedSnapshots } from '../test/support/node/feeds/snapshots.ts';
import { startDemoSite } from './demo-site/server.ts';
import { buildDashboard, bundleWorker } from './local/bundle.ts';
import { startShield } from './local/shield.ts';
import { Account } from './loop-demo/account.ts';
import { madeUpFeeds } from './loop-demo/made-up-feeds.ts';
import { Timeline } from './loop-demo/timeline.ts';
import { browserHeaders } from './traffic/clients.ts';

const HELP = `Shows the enforcement loop on this machine, with stand-ins for the feeds and for Cloudflare's API.

  npm run loop:demo               from an empty state: feeds, plan, lists; then an attacker until he is in the list
  npm run loop:demo -- --verbose  with the Worker's warnings and errors

Ends with code 1 when any step does not happen. Nothing leaves this machine.`;

const KEY = 'loop-demo-admin-key-0123456789abcdef';
const ATTACKER = '64.225.11.99';
const VISITOR = '84.112.7.20';
/** Attacks until the shield remembers enough to block the address: about seven, and some for reports under way. */
const MOST_ATTACKS = 60;
const ATTACK_EVERY_MS = 250;
/** The API allows 1,200 calls in five minutes, of which the engine needs some. */
const LOOK_EVERY_MS = 2000;
/** The engine waits for more evidence before it runs; an operation at the stand-in takes some hundred milliseconds. */
const PATIENCE_MS = 60_000;

const { values } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' }, verbose: { type: 'boolean', short: 'v' } },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const opened: { stop(): Promise<void> }[] = [];
try {
  await demonstrate();
  console.log('\nThe loop is closed: Cloudflare would now drop the attacker before the Worker runs.');
} catch (error) {
  console.error(`\nThe loop did not close: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  for (const part of opened.toReversed()) await part.stop();
}

async function demonstrate(): Promise<void> {
  console.log('Starting a demo shop, the feeds, a stand-in for the Cloudflare API and the shield ...');
  const [site, feeds, cloudflare] = [
    await startDemoSite(),
    await startFeedServer(),
    await startCloudflareStandIn({ plan: 'pro', operationMs: 400 }),
  ];
  opened.push(site, feeds, cloudflare);
  const snapshots = feedSnapshots() !== null;
  if (!snapshots) for (const [path, body] of madeUpFeeds()) feeds.set(path, { body });
  await buildDashboard();
  const shield = await startShield({
    script: await bundleWorker(),
    bindings: {
      ADMIN_API_KEY: KEY,
      ORIGIN_URL: site.url,
      FEED_MIRROR: feeds.url,
      FEED_ALLOW_HTTP: 'true',
      CF_API_TOKEN: cloudflare.token,
      CF_ACCOUNT_ID: cloudflare.accountId,
      CF_ZONE_ID: cloudflare.zoneId,
      CF_API_BASE_URL: cloudflare.url,
      CF_PLAN: 'pro',
    },
    onLog: (level, message) => {
      if (values.verbose && (level === 'error' || level === 'warn')) console.error(`${level}: ${message}`);
    },
  });
  opened.push(shield);
  const admin = new AdminClient(shield.url, KEY);
  const account = new Account(cloudflare.url, cloudflare.accountId, cloudflare.token);
  const visit = (ip: string, path: string) =>
    fetch(shield.url + path, { headers: { ...browserHeaders(0), 'cf-connecting-ip': ip }, redirect: 'manual' });

  console.log(`\nFirst cycle, from an empty state (${snapshots ? 'snapshots of the real feeds' : 'made-up feeds'})`);
  const timeline = new Timeline(console.log);
  timeline.mark('the shield stands, no list exists', Date.now());
  expect((await account.lists()).size === 0, 'the account was to be empty');
  const cycle = await admin.post<{ success: boolean; message: string }>('/enforce', {});
  expect(cycle.success, `POST /enforce failed: ${cycle.message}`);
  const intel = await admin.get<Intel>('/intel/status');
  const collected = intel.sources.filter((source) => source.health === 'ok');
  expect(collected.length > 0, 'no feed was collected');
  timeline.mark(`${collected.length} sources collected, ${count(intel.threats)} threats`, Date.now());
  await until('the lists are as planned', LOOK_EVERY_MS, async () => (await runs(admin))[0]?.state === 'done');
  const plan = await admin.get<{ lists: readonly Listed[] }>('/enforcement/plan');
  const lists = await account.lists();
  for (const { name, after } of plan.lists) {
    const held = lists.get(name)?.length ?? 0;
    expect(held === after, `the list ${name} was to hold ${after} items and holds ${held}`);
    timeline.mark(`${name}: ${count(held)} items, as planned and read back through the API`, Date.now());
  }
  expect(
    [...lists.values()].some((items) => items.length > 0),
    'no list holds anything',
  );

  console.log(`\nAn attacker (${ATTACKER}) that no feed knows`);
  const attack = new Timeline(console.log);
  expect((await account.listsWith(ATTACKER)).length === 0, 'the attacker was listed before his first attack');
  expect((await visit(ATTACKER, '/')).status === 200, 'the attacker was refused before his first attack');
  const first = await visit(ATTACKER, '/search?q=1%27%20UNION%20SELECT%20password%20FROM%20users--');
  expect(first.status === 403, `the first attack was answered ${first.status}`);
  attack.mark('first attack, refused by a rule', Date.now());
  let tries = 1;
  await until('the edge blocks his address', ATTACK_EVERY_MS, async () => {
    // An honest page: once this is refused, it is for the address.
    if ((await visit(ATTACKER, '/')).status === 403) return true;
    tries += 1;
    expect(tries <= MOST_ATTACKS, `${MOST_ATTACKS} attacks did not get the address blocked`);
    await visit(ATTACKER, `/item?id=${tries}%20UNION%20SELECT%20${tries},version()--`);
    return false;
  });
  attack.mark(`after ${tries} attacks the edge refuses whatever he sends`, Date.now());
  expect((await visit(VISITOR, '/')).status === 200, 'an honest visitor was refused');
  await until('his address is in the list', LOOK_EVERY_MS, async () =>
    (await account.listsWith(ATTACKER)).includes('threat_block'),
  );
  attack.mark('his address is in threat_block: Cloudflare drops him for the whole account', Date.now());
  await until('the run is over', LOOK_EVERY_MS, async () => (await runs(admin))[0]?.state === 'done');
  const check = await admin.get<{ why: string; tier: string }>(`/check?ip=${ATTACKER}`);
  expect(check.tier === 'block', `GET /check says ${check.tier}`);
  console.log(`\n  GET /check?ip=${ATTACKER}: ${check.why}`);
}

interface Intel {
  readonly threats: number;
  readonly sources: readonly { readonly health: string }[];
}

interface Listed {
  readonly name: string;
  readonly after: number;
}

async function runs(admin: AdminClient): Promise<readonly { readonly state: string }[]> {
  return (await admin.get<{ runs: readonly { readonly state: string }[] }>('/enforcement/runs')).runs;
}

async function until(what: string, everyMs: number, ask: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

function expect(held: boolean, otherwise: string): void {
  if (!held) throw new Error(otherwise);
}

function count(n: number): string {
  return new Intl.NumberFormat('en').format(n);
}
