import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Ruleset } from '../../../rules/schema.ts';
import { importFolder } from '../../../scripts/import-rules/import-folder.ts';
import { findSetup } from '../../../scripts/import-rules/read-files.ts';
import { quantile } from '../../../scripts/traffic/quantile.ts';
import { compileRuleset } from '../../../src/edge/waf/compile.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';
import { bar, round, type Bar } from '../report.ts';
import type { ColdFigures } from './cold.ts';
import { measureCpu } from './cpu.ts';
import { missingTools } from './nginx.ts';
import { measurePumps } from './pumps.ts';
import { compareProxies } from './side-by-side.ts';

/** Cold starts of which the median is told: each is a process of its own. */
const COLD_RUNS = 5;

/** What the engine promises with a CRS release in force; the bars are those of paranoia level 1. */
export async function measureEngine(
  folder: string,
  setup: string | undefined,
  origin: string,
  tell: (line: string) => void,
) {
  const figures: Record<string, unknown> = {};
  const first = importAt(1, folder, setup);
  const { cpu, cold } = (figures['paranoia1'] = await measureLevel(first, tell));
  figures['paranoia2'] = await measureLevel(importAt(2, folder, setup), tell);
  const bars: Bar[] = [
    bar('browser GET, median (aim 0.15)', cpu['browserGet']?.medianMs ?? Number.NaN, 'ms', '<=', 0.3),
    bar('2 KB of JSON, median (aim 0.5)', cpu['jsonPost2KB']?.medianMs ?? Number.NaN, 'ms', '<=', 1),
    bar('64 KB form value, median', cpu['form64KB']?.medianMs ?? Number.NaN, 'ms', '<=', 10),
    bar('64 KB of JSON, 2,000 values, median', cpu['json64KB']?.medianMs ?? Number.NaN, 'ms', '<=', 30),
    bar('compiled ruleset, time to load', cold.loadMs, 'ms', '<=', 50),
    bar('compiled ruleset, memory', cold.heapMB, 'MB', '<=', 25),
    bar('first request after the load', cold.firstRequestMs, 'ms', '<=', 30),
  ];
  const pumps = measurePumps(first, compileRuleset(prepareRuleset(first)), tell);
  figures['pumps'] = pumps;
  bars.push(bar('worst input of the pump fuzzer, 64 KB', pumps.worstMs, 'ms', '<=', 50));
  const missing = missingTools();
  const setupFile = setup ?? findSetup(folder);
  if (missing !== null) tell(`without nginx and libmodsecurity there is nothing to compare with: ${missing}`);
  else if (setupFile === null) tell('nginx needs the set-up file of the rules: name it with --setup');
  else {
    const rules = { ruleset: first, folder: resolve(folder), setup: resolve(setupFile) };
    const proxies = await compareProxies(origin, rules, tell);
    figures['besideNginx'] = proxies;
    bars.push(
      bar('requests/s against nginx + libmodsecurity, one core', proxies.everyday.timesPerSecond, 'x', '>=', 5),
    );
  }
  return { figures, bars };
}

function importAt(paranoia: 1 | 2, folder: string, setup: string | undefined): Ruleset {
  const imported = importFolder(folder, setup, { name: 'owasp-crs', paranoia });
  if (imported.ok) return imported.value;
  throw new Error(imported.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
}

async function measureLevel(ruleset: Ruleset, tell: (line: string) => void) {
  tell(`${ruleset.name} ${ruleset.version}: ${ruleset.rules.length} rules`);
  const prepared = prepareRuleset(ruleset);
  const cold = await measureCold(JSON.stringify(prepared));
  tell(`engine: loaded in ${cold.loadMs} ms, first request ${cold.firstRequestMs} ms, ${cold.heapMB} MB`);
  return { rules: ruleset.rules.length, cold, cpu: measureCpu(compileRuleset(prepared), tell) };
}

/** The medians of some fresh processes' own figures. */
async function measureCold(body: string): Promise<ColdFigures & { readonly bodyMB: number }> {
  const home = mkdtempSync(join(tmpdir(), 'edgeshield-cold-'));
  try {
    const path = join(home, 'ruleset.json');
    writeFileSync(path, body);
    const runs: ColdFigures[] = [];
    for (let i = 0; i < COLD_RUNS; i++) runs.push(await runCold(path));
    const median = (key: keyof ColdFigures) =>
      round(
        quantile(
          runs.map((run) => run[key]),
          0.5,
        ),
      );
    return {
      bodyMB: round(body.length / 1e6),
      loadMs: median('loadMs'),
      firstRequestMs: median('firstRequestMs'),
      secondRequestMs: median('secondRequestMs'),
      heapMB: median('heapMB'),
    };
  } finally {
    rmSync(home, { recursive: true });
  }
}

function runCold(path: string): Promise<ColdFigures> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'cold.ts'), [path], { execArgv: ['--expose-gc'] });
    child.once('message', (figures: ColdFigures) => resolve(figures));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error(`the cold process ended with ${code}`));
    });
  });
}
