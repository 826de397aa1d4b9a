import { join } from 'node:path';
import type { Ruleset } from '../../../rules/schema.ts';
import { bundleWorker, root } from '../../../scripts/local/bundle.ts';
import { loneRulesetPolicy } from '../../../scripts/local/lone-ruleset-policy.ts';
import { startShield, type LocalShield } from '../../../scripts/local/shield.ts';
import { quantile } from '../../../scripts/traffic/quantile.ts';
import { AdminClient } from '../../support/node/admin-client.ts';
import { round } from '../report.ts';
import { REQUESTS, type BenchRequest, type RequestKind } from '../requests.ts';
import { startNginx } from './nginx.ts';
import { childrenNamed, CORES, pin } from './pin.ts';
import { runWrk, type Load } from './wrk.ts';

const FORWARD = join(root, 'test', 'bench', 'workers', 'forward.ts');
const KEY = 'bench-admin-key-0123456789abcdefghijkl';

/** Short rounds that take turns: what else the machine does hits all alike. */
const SMALL = { rounds: 3, seconds: 3, connections: 8 } as const;
/** libmodsecurity takes about a second for one of these. */
const LARGE = { rounds: 1, seconds: 10, connections: 2 } as const;
const WARM_UP_SECONDS = 2;
const VARIANTS = 64;

/** What a site is asked every day, in equal parts; then each kind for itself. */
const EVERYDAY: readonly RequestKind[] = ['browserGet', 'apiGet', 'jsonPost2KB', 'form10Fields'];
const HUGE: readonly RequestKind[] = ['form64KB', 'json64KB'];

export interface Rules {
  /** As imported, at the paranoia level of `setup`. */
  readonly ruleset: Ruleset;
  /** The same rules as files, for nginx. */
  readonly folder: string;
  readonly setup: string;
}

/** The whole Worker beside nginx with libmodsecurity: same origin, same requests, in turn, each on one core. */
export async function compareProxies(originUrl: string, rules: Rules, tell: (line: string) => void) {
  const shield = await startPinned(await bundleWorker(), originUrl, tell);
  // What the platform itself can do on that core, to which the shield can only add.
  const forward = await startPinned(await bundleWorker(FORWARD), originUrl, tell);
  const nginx = await startNginx(originUrl, rules.folder, rules.setup);
  pin(nginx.pid, CORES?.subject);
  try {
    const admin = new AdminClient(shield.url, KEY);
    // The imported rules block, as they do in nginx; the built-in ones stay out, for nginx has them not.
    await admin.post('/admin/policy/reload', loneRulesetPolicy(rules.ruleset.name, 'block'));
    await admin.post('/admin/rules/reload', rules.ruleset);
    const targets = { worker: shield.url, nginx: nginx.url, forward: forward.url };
    const everyday = await compare('everyday mix', EVERYDAY, targets, SMALL, tell);
    const byKind: Record<string, Comparison> = {};
    for (const kind of EVERYDAY) byKind[kind] = await compare(kind, [kind], targets, SMALL, tell);
    for (const kind of HUGE) byKind[kind] = await compare(kind, [kind], targets, LARGE, tell);
    return { onOneCore: CORES !== null, everyday, ...byKind };
  } finally {
    await Promise.all([shield.stop(), forward.stop(), nginx.stop()]);
  }
}

async function startPinned(script: string, originUrl: string, tell: (line: string) => void): Promise<LocalShield> {
  const before = new Set(childrenNamed('workerd'));
  const shield = await startShield({
    script,
    direct: true,
    bindings: { ADMIN_API_KEY: KEY, ORIGIN_URL: originUrl },
    onLog: (level, message) => (level === 'error' ? tell(`worker: ${message}`) : undefined),
  });
  for (const pid of childrenNamed('workerd')) if (!before.has(pid)) pin(pid, CORES?.subject);
  return shield;
}

interface Comparison {
  readonly worker: Load;
  readonly nginx: Load;
  /** A Worker that only forwards. */
  readonly forward: Load;
  /** The Worker against nginx; the medians of the rounds' own ratios. */
  readonly timesPerSecond: number;
  readonly latencyRatioP50: number;
  readonly latencyRatioP99: number;
}

type Targets = Readonly<Record<'worker' | 'nginx' | 'forward', string>>;

async function compare(
  what: string,
  kinds: readonly RequestKind[],
  targets: Targets,
  { rounds, seconds, connections }: { readonly rounds: number; readonly seconds: number; readonly connections: number },
  tell: (line: string) => void,
): Promise<Comparison> {
  const requests: BenchRequest[] = [];
  while (requests.length < VARIANTS) for (const kind of kinds) requests.push(REQUESTS[kind](requests.length));
  const run = (url: string, duration: number) =>
    runWrk(url, requests, { seconds: duration, connections, core: CORES?.others ?? null });
  const loads = { worker: [] as Load[], nginx: [] as Load[], forward: [] as Load[] };
  for (const url of Object.values(targets)) await run(url, WARM_UP_SECONDS);
  for (let i = 1; i <= rounds; i++) {
    for (const name of ['nginx', 'worker', 'forward'] as const) {
      const load = await run(targets[name], seconds);
      loads[name].push(load);
      tell(`${what} ${i}/${rounds}: ${name} ${round(load.perSecond)} requests/s, median ${round(load.p50Ms)} ms`);
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
    forward: figures(loads.forward),
    timesPerSecond: ratio('perSecond'),
    latencyRatioP50: ratio('p50Ms'),
    latencyRatioP99: ratio('p99Ms'),
  };
}

function figures(loads: readonly Load[]): Load {
  const median = (key: keyof Load) =>
    round(
      quantile(
        loads.map((load) => load[key]),
        0.5,
      ),
    );
  return { perSecond: median('perSecond'), p50Ms: median('p50Ms'), p99Ms: median('p99Ms') };
}
