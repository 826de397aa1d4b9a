import type { Ruleset } from '../../../rules/schema.ts';
import { bundleWorker } from '../../../scripts/local/bundle.ts';
import { startShield } from '../../../scripts/local/shield.ts';
import { quantile } from '../../../scripts/traffic/quantile.ts';
import type { Policy } from '../../../src/edge/policy.ts';
import { AdminClient } from '../../support/node/admin-client.ts';
import { round } from '../report.ts';
import { REQUESTS, type BenchRequest, type RequestKind } from '../requests.ts';
import { startNginx } from './nginx.ts';
import { childrenNamed, CORES, pin } from './pin.ts';
import { runWrk, type Load } from './wrk.ts';

const KEY = 'bench-admin-key-0123456789abcdefghijkl';

/** Short rounds that take turns: what else the machine does hits both alike. */
const ROUNDS = 3;
const ROUND_SECONDS = 3;
const WARM_UP_SECONDS = 2;
const VARIANTS = 64;

/** The traffic of a site, of which most is reading; then its kinds for themselves. */
const MIX: readonly RequestKind[] = [
  'browserGet',
  'apiGet',
  'browserGet',
  'apiGet',
  'browserGet',
  'form10Fields',
  'apiGet',
  'jsonPost2KB',
];
const KINDS: readonly RequestKind[] = ['browserGet', 'apiGet', 'jsonPost2KB', 'form10Fields'];

/** The imported rules block, as they do in nginx; the built-in ones stay out, for nginx has them not. */
const policyFor = (ruleset: string): Policy => ({
  routes: [
    {
      id: 'bench',
      path: '/',
      limit: 1_000_000,
      windowSeconds: 60,
      fail: 'open',
      overlap: false,
      durable: false,
      shards: 1,
    },
  ],
  thresholds: { log: 1, challenge: 1, block: 1 },
  deadlineMs: 250,
  rulesets: { 'owasp-core': { mode: 'off' }, [ruleset]: { mode: 'block' } },
});

export interface Rules {
  /** As imported, at the paranoia level of `setup`. */
  readonly ruleset: Ruleset;
  /** The same rules as files, for nginx. */
  readonly folder: string;
  readonly setup: string;
}

/** The whole Worker beside nginx with libmodsecurity: same origin, same requests, in turn, each on one core. */
export async function compareProxies(originUrl: string, rules: Rules, tell: (line: string) => void) {
  const before = new Set(childrenNamed('workerd'));
  const shield = await startShield({
    script: await bundleWorker(),
    direct: true,
    bindings: { ADMIN_API_KEY: KEY, ORIGIN_URL: originUrl },
    onLog: (level, message) => (level === 'error' ? tell(`worker: ${message}`) : undefined),
  });
  for (const pid of childrenNamed('workerd')) if (!before.has(pid)) pin(pid, CORES?.subject);
  const nginx = await startNginx(originUrl, rules.folder, rules.setup);
  pin(nginx.pid, CORES?.subject);
  try {
    const admin = new AdminClient(shield.url, KEY);
    await admin.post('/admin/policy/reload', policyFor(rules.ruleset.name));
    await admin.post('/admin/rules/reload', rules.ruleset);
    const targets = { worker: shield.url, nginx: nginx.url };
    const mix = await compare('mix', MIX, targets, tell);
    const byKind: Record<string, Awaited<ReturnType<typeof compare>>> = {};
    for (const kind of KINDS) byKind[kind] = await compare(kind, [kind], targets, tell);
    return { onOneCore: CORES !== null, mix, ...byKind };
  } finally {
    await Promise.all([shield.stop(), nginx.stop()]);
  }
}

async function compare(
  what: string,
  kinds: readonly RequestKind[],
  targets: Readonly<Record<'worker' | 'nginx', string>>,
  tell: (line: string) => void,
) {
  const requests: BenchRequest[] = [];
  while (requests.length < VARIANTS) for (const kind of kinds) requests.push(REQUESTS[kind](requests.length));
  const loads = { worker: [] as Load[], nginx: [] as Load[] };
  for (const url of Object.values(targets)) await runWrk(url, WARM_UP_SECONDS, requests, CORES?.others ?? null);
  for (let i = 1; i <= ROUNDS; i++) {
    for (const name of ['nginx', 'worker'] as const) {
      const load = await runWrk(targets[name], ROUND_SECONDS, requests, CORES?.others ?? null);
      loads[name].push(load);
      tell(`${what} ${i}/${ROUNDS}: ${name} ${Math.round(load.perSecond)} requests/s, median ${round(load.p50Ms)} ms`);
    }
  }
  const ratio = (key: keyof Load) =>
    round(
      quantile(
        loads.worker.map((load, i) => load[key] / (loads.nginx[i]?.[key] ?? Number.NaN)),
        0.5,
      ),
    );
  return {
    worker: figures(loads.worker),
    nginx: figures(loads.nginx),
    timesPerSecond: ratio('perSecond'),
    latencyRatioP50: ratio('p50Ms'),
    latencyRatioP99: ratio('p99Ms'),
  };
}

function figures(loads: readonly Load[]): Load {
  return {
    perSecond: round(median(loads, 'perSecond')),
    p50Ms: round(median(loads, 'p50Ms')),
    p99Ms: round(median(loads, 'p99Ms')),
  };
}

function median(loads: readonly Load[], key: keyof Load): number {
  return quantile(
    loads.map((load) => load[key]),
    0.5,
  );
}
