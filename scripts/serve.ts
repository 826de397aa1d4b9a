// The second half of `npm start`: builds the page and the Worker and runs them on this machine.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDemoSite } from './demo-site/server.ts';
import { localAdminKey } from './local/admin-key.ts';
import { buildDashboard, bundleWorker, root } from './local/bundle.ts';
import { ownAccount, startLocalCloudflare, type CloudflareBindings } from './local/cloudflare.ts';
import { describeFeeds, type FeedsSeen } from './local/feeds.ts';
import { DEFAULT_PORT, portProblem, readOrigin, readPlan, readPort } from './local/settings.ts';
import { startShield } from './local/shield.ts';

const HELP = `Runs EdgeShield on this machine, in front of a demo shop or of your site.

  npm start                                       the demo shop, on http://localhost:8787
  ORIGIN_URL=http://localhost:3000 npm start      your own site
  PORT=9000 npm start                             another port
  CF_API_TOKEN=... CF_ACCOUNT_ID=... npm start    write to the lists of your Cloudflare account, not to a stand-in's
  PUBLIC_THREAT_MAP=true npm start                the live map for everybody, at /map
  FEED_MIRROR=https://mirror.example npm start    threat feeds by way of a mirror: <mirror>/<host>/<path>

Settings are in wrangler.toml, the local admin key in .dev.vars, kept state in .wrangler/state.`;

/** The runtime's own trace of a host that it could not find: of feeds it is told once, in words, and the page has the rest. */
const UNREACHED = /failed to lookup address information/;

const { values } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' }, verbose: { type: 'boolean', short: 'v' } },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const port = orExit(readPort(process.env['PORT']));
const origin = orExit(readOrigin(process.env['ORIGIN_URL']));
// This machine alone, unless told otherwise: the control plane speaks plain HTTP here.
const host = process.env['HOST'] ?? '127.0.0.1';
const busy = await portProblem(port, host);
if (busy !== null) fail(busy);

const demo = origin === null ? await startDemoSite() : null;
const admin = localAdminKey(root);
const cloudflare = await cloudflareApi();
await buildDashboard();
const shield = await startShield({
  script: await bundleWorker(),
  host,
  port,
  persist: join(root, '.wrangler', 'state', 'v3'),
  bindings: {
    ADMIN_API_KEY: admin.key,
    ORIGIN_URL: origin ?? demo?.url,
    ORIGIN: undefined,
    ...cloudflare.bindings,
    ...triedSettings(process.env),
  },
  onLog: (level, message) => {
    if (values.verbose || ((level === 'error' || level === 'warn') && !UNREACHED.test(message)))
      console.error(`${level}: ${message}`);
  },
}).catch((error: unknown) =>
  fail(`The Worker did not start: ${error instanceof Error ? error.message : String(error)}`),
);

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await shield.stop();
  await demo?.stop();
  await cloudflare.stop();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());

const base = `http://localhost:${port}`;
const nowhere = process.platform === 'win32' ? 'NUL' : '/dev/null';
console.log(`
EdgeShield protects ${origin ?? 'the demo shop'} on ${base}

  Dashboard   ${base}/dashboard
  Enforcement ${base}/status`);
console.log(
  admin.fresh
    ? `  Admin key   ${admin.key}
              shown this once; it is kept in ${admin.file}, which git ignores`
    : `  Admin key   in ${admin.file}`,
);
console.log(`  Cloudflare  ${cloudflare.where}`);
console.log(`
Try it in another terminal. A visitor passes:

  curl -i "${base}/"

An attack is blocked (403):

  curl -i "${base}/search?q=1%27%20UNION%20SELECT%20password%20FROM%20users--"

Guessing passwords is limited (429 in the end):

  curl -s -o ${nowhere} -w "%{http_code}\\n" "${base}/login?try=[1-12]"

Real traffic, attacks included:

  npm run simulate${elsewhere(' -- --target')}

How the shield is, in the terminal; the key is read from ${admin.file}:

  npx edgeshield status${elsewhere(' --url')}

Why something was stopped: open the dashboard and click on it. Ctrl-C stops the shield.`);
await firstCycle();

/** The option that the other commands need on another port than the one they know; empty on that. */
function elsewhere(option: string): string {
  return port === DEFAULT_PORT ? '' : `${option} ${base}`;
}

/** Asks the feeds for the first time, and says whether they could be reached: a machine without a network shows else only an empty page. */
async function firstCycle(): Promise<void> {
  const headers = { 'x-admin-key': admin.key };
  try {
    const cycle = await fetch(`http://${host}:${port}/enforce`, { method: 'POST', headers });
    const { message }: { message: string } = JSON.parse(await cycle.text());
    const seen: FeedsSeen = JSON.parse(await (await fetch(`http://${host}:${port}/intel/status`, { headers })).text());
    console.log(`\n${describeFeeds(seen, message)}`);
  } catch (error) {
    // Stopped meanwhile, or a shield that does not answer and says so itself.
    if (!stopping) console.error(`The first cycle of enforcement did not end: ${String(error)}`);
  }
}

/** Settings of wrangler.toml that the environment may say otherwise here: a mirror for feeds, and what to try for once. */
function triedSettings(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const names = ['FEED_MIRROR', 'FEED_ALLOW_HTTP', 'FEED_CONTACT', 'PUBLIC_THREAT_MAP'] as const;
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** A stand-in for Cloudflare's API, so that lists can be seen to be written, unless the operator has set a token of his own. */
async function cloudflareApi(): Promise<{
  readonly bindings: CloudflareBindings;
  readonly where: string;
  readonly stop: () => Promise<void>;
}> {
  const devVars = join(root, '.dev.vars');
  const own = ownAccount(process.env, existsSync(devVars) ? readFileSync(devVars, 'utf8') : '');
  if (own !== null) {
    const where = own.accountId === null ? 'your account, once CF_ACCOUNT_ID is set' : `your account ${own.accountId}`;
    return { bindings: own.bindings, where, stop: () => Promise.resolve() };
  }
  const plan = orExit(readPlan(process.env['CF_PLAN']));
  const local = await startLocalCloudflare({ folder: join(root, '.wrangler', 'state'), plan });
  const where = `a stand-in on ${local.standIn.url}, nothing leaves this machine`;
  return { bindings: local.bindings, where, stop: local.stop };
}

function orExit<T>(
  read: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string },
): T {
  return read.ok ? read.value : fail(read.message);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
