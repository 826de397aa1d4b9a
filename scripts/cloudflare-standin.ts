// `npm run cloudflare:standin`: a stand-in for Cloudflare's Lists and Rulesets API on this machine.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PLANS } from '../test/support/node/cloudflare/plan.ts';
import { root } from './local/bundle.ts';
import { startLocalCloudflare } from './local/cloudflare.ts';
import { portProblem, readPlan } from './local/settings.ts';

const DEFAULT_PORT = 8790;

const HELP = `Runs a stand-in for the parts of Cloudflare's API that EdgeShield writes to. Nothing leaves this machine.

  npm run cloudflare:standin
  npm run cloudflare:standin -- --plan free --port 9100

  --port N            where to listen                                   (${DEFAULT_PORT})
  --plan NAME         ${Object.keys(PLANS).join(', ')}: lists and items allowed  (pro)
  --operation-ms N    how long a bulk operation takes                   (1000)
  --persist FOLDER    where its ids and lists are kept                  (.wrangler/cloudflare-standin)
  --help

npm start runs one by itself unless CF_API_TOKEN is set.`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: String(DEFAULT_PORT) },
    plan: { type: 'string', default: 'pro' },
    'operation-ms': { type: 'string', default: '1000' },
    persist: { type: 'string', default: join(root, '.wrangler', 'cloudflare-standin') },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const port = readNumber('port', values.port, 65_535);
const operationMs = readNumber('operation-ms', values['operation-ms'], 600_000);
const plan = readPlan(values.plan, '--plan');
if (!plan.ok) fail(plan.message);
if (port !== 0 && (await portProblem(port, '127.0.0.1')) !== null) {
  fail(`Port ${port} cannot be used here; choose another: npm run cloudflare:standin -- --port ${port + 1}`);
}

const { standIn, bindings, stop } = await startLocalCloudflare({
  folder: values.persist,
  plan: plan.value,
  port,
  operationMs,
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void stop().then(() => process.exit(0)));
}

console.log(`
A stand-in for Cloudflare's API (plan ${plan.value}) on ${standIn.url}

  Account     ${standIn.accountId}
  Zone        ${standIn.zoneId}
  Token       ${standIn.token}
              worth nothing anywhere else; lists are kept in ${values.persist}

A shield uses it with these variables (in .dev.vars, or in the environment of npm start):

${Object.entries(bindings)
  .map(([name, value]) => `  ${name}=${value}`)
  .join('\n')}

Look into it:

  curl -H "Authorization: Bearer ${standIn.token}" ${standIn.url}/accounts/${standIn.accountId}/rules/lists

Ctrl-C stops it.`);

function readNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  return fail(`--${name} must be a number from 0 to ${most}, not "${text}".`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
