// `npm run bench`: what the shield costs, measured on this machine in one run, against a Worker that only forwards.
import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildDashboard, bundleWorker, root } from '../../scripts/local/bundle.ts';
import { startShield } from '../../scripts/local/shield.ts';
import { BUNDLE_LIMIT, gzipSize } from '../../scripts/local/size.ts';
import { AdminClient } from '../support/node/admin-client.ts';
import { measureDashboard } from './dashboard/measure.ts';
import { measureEngine } from './engine/measure.ts';
import { measureIntel } from './intel/measure.ts';
import { measureActorCosts } from './actor-costs.ts';
import { measureLatency, measureThroughput } from './load.ts';
import { measurePipeline } from './pipeline.ts';
import { measureReload } from './reload.ts';
import { bar, printBars, printFigures } from './report.ts';

const HELP = `Measures the shield on this machine; takes under four minutes. Let the machine do nothing else.

  npm run bench               progress, a table, and figures
  npm run bench -- --json     one JSON object on stdout, progress on stderr
  npm run bench -- --only throughput,latency,pipeline,actors,reload,bundle
  npm run bench -- --engine --rules DIR [--setup FILE]
                              the rules engine with a release of OWASP CRS instead: CPU for a request, memory, load, and the
                              proxy beside nginx with libmodsecurity where those are installed; some five minutes
  npm run bench -- --intel    threat intelligence and enforcement instead: parse, merge, look-up, release, API calls, crashes
  npm run bench -- --dashboard
                              a thousand dashboards on the bus, the page in Chromium (frames, memory), bundle sizes instead; some four minutes`;

const KEY = 'bench-admin-key-0123456789abcdefghijkl';
const PARTS = ['bundle', 'pipeline', 'throughput', 'latency', 'actors', 'reload'] as const;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
    only: { type: 'string' },
    engine: { type: 'boolean' },
    intel: { type: 'boolean' },
    dashboard: { type: 'boolean' },
    rules: { type: 'string' },
    setup: { type: 'string' },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
if (values.engine && values.rules === undefined) {
  console.error(`--engine wants --rules DIR, the folder with the .conf files of a CRS release\n\n${HELP}`);
  process.exit(2);
}
const only = new Set(values.engine || values.intel || values.dashboard ? [] : (values.only?.split(',') ?? PARTS));
const tell = (line: string) => console.error(line);

const origin = await startOrigin();
const page = await buildDashboard();
const workers = (name: string) => join(root, 'test', 'bench', 'workers', `${name}.ts`);
const bindings = { ADMIN_API_KEY: KEY, ORIGIN_URL: origin.url };
const serve = (script: string) =>
  startShield({
    script,
    bindings,
    direct: true,
    onLog: (level, message) => (level === 'error' ? tell(`worker: ${message}`) : undefined),
  });

const shipped = await bundleWorker();
const figures: Record<string, unknown> = {};
const bars = [];

if (values.engine && values.rules !== undefined) {
  const measured = await measureEngine(values.rules, values.setup, origin.url, tell);
  Object.assign(figures, measured.figures);
  bars.push(...measured.bars);
}

if (values.intel) {
  const measured = await measureIntel(tell);
  figures['intel'] = measured.figures;
  bars.push(...measured.bars);
}

if (values.dashboard) {
  const measured = await measureDashboard({ key: KEY, origin: origin.url, shipped, page }, tell);
  figures['dashboard'] = measured.figures;
  bars.push(...measured.bars);
}

if (only.has('bundle')) {
  const gzip = gzipSize(shipped);
  figures['bundle'] = { bytes: shipped.length, gzipBytes: gzip };
  bars.push(bar('Worker bundle, gzip', gzip / 1024, 'KB', '<=', BUNDLE_LIMIT / 1024));
}

if (only.has('pipeline')) {
  const pipeline = measurePipeline(tell);
  figures['pipelineCpu'] = pipeline;
  bars.push(bar('CPU of a browser GET, median', pipeline['browserGet']?.medianMs ?? Number.NaN, 'ms', '<=', 0.1));
}

if (only.has('throughput') || only.has('latency')) {
  const [shield, forward] = [await serve(shipped), await serve(await bundleWorker(workers('forward')))];
  const targets = { shield: shield.url, forward: forward.url };
  const throughput = await measureThroughput(targets, tell);
  figures['throughput'] = throughput;
  bars.push(bar('throughput against a bare forward', throughput.ratio, 'x', '>=', 0.6));
  if (only.has('latency')) {
    const latency = await measureLatency(targets, throughput.shieldPerSecond / 2, throughput.visitors, tell);
    figures['latencyAtHalfLoad'] = latency;
    bars.push(bar('latency added at half load, p99', latency.p99.addedMs, 'ms', '<', 5));
  }
  await Promise.all([shield.stop(), forward.stop()]);
}

if (only.has('actors')) {
  const shield = await serve(await bundleWorker(workers('counted')));
  const costs = await measureActorCosts(shield.url, tell);
  figures['actorCostsPer1000Requests'] = costs;
  const clean = costs['cleanReturning'];
  bars.push(bar('actor calls per 1,000 clean requests', clean?.calls ?? Number.NaN, '', '<=', 100));
  bars.push(bar('rows written per 1,000 clean requests', clean?.rows ?? Number.NaN, '', '<=', 10));
  await shield.stop();
}

if (only.has('reload')) {
  const shield = await serve(shipped);
  const reload = await measureReload(shield.url, new AdminClient(shield.url, KEY), tell);
  figures['hotReload'] = reload;
  bars.push(bar('hot reload, publish to first use (worst)', reload.worstMs / 1000, 's', '<=', 1));
  await shield.stop();
}

origin.stop();
const device = `${cpus()[0]?.model ?? 'unknown CPU'} x ${cpus().length}, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
if (values.json) console.log(JSON.stringify({ device, bars, figures }));
else {
  console.log(`\n${device}`);
  printBars(bars);
  console.log();
  printFigures(figures);
}
process.exitCode = bars.every(({ pass }) => pass) ? 0 : 1;

async function startOrigin(): Promise<{ readonly url: string; stop(): void }> {
  const child = fork(join(root, 'test', 'bench', 'origin.ts'));
  const { port } = await new Promise<{ port: number }>((resolve, reject) => {
    child.once('message', (address: { port: number }) => resolve(address));
    child.once('error', reject);
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => child.disconnect() };
}
