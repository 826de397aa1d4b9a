import { quantile } from '../../../scripts/traffic/quantile.ts';
import { Inspection } from '../../../src/edge/inspect.ts';
import type { CompiledRuleset } from '../../../src/edge/waf/compile.ts';
import { buildRequestView, type RequestParts } from '../../../src/edge/waf/request-view.ts';
import { round } from '../report.ts';
import { partsOf, REQUESTS } from '../requests.ts';

/** Long enough for the optimising compiler, and batches that a thread clock of 4 ms steps resolves. */
const WARM_UP_MS = 1500;
const MEASURE_MS = 2500;
const BATCH_MS = 80;
/** No request takes less; the clock may not have moved at all. */
const LEAST_MS = 0.005;
/** Runs of one request that are timed together. */
const REPEATS = 3;
const VARIANTS = 64;

export interface CpuFigures {
  /** Of the thread's CPU time: other programs on the machine do not count. */
  readonly medianMs: number;
  /** Of single requests by the clock on the wall, the collector and other programs included. */
  readonly p99Ms: number;
  /** Rules that matched the first of the requests: honest ones, so what is here is a false positive. */
  readonly matched: readonly string[];
}

/** What one request takes from its parts to the rules' result: view and one ruleset, nothing else. */
export function measureCpu(ruleset: CompiledRuleset, tell: (line: string) => void): Record<string, CpuFigures> {
  const figures: Record<string, CpuFigures> = {};
  for (const [name, make] of Object.entries(REQUESTS)) {
    const variants = Array.from({ length: VARIANTS }, (_, i) => partsOf(make(i)));
    const { batches, singles } = timeAll(ruleset, variants);
    const matched = judgeOnce(ruleset, partsOf(make(0))).matches.map(({ id }) => id);
    figures[name] = { medianMs: round(quantile(batches, 0.5)), p99Ms: round(quantile(singles, 0.99)), matched };
    tell(`engine: ${name} ${figures[name].medianMs} ms CPU, p99 ${figures[name].p99Ms} ms`);
  }
  return figures;
}

/** Milliseconds of CPU that one request takes, once the compiler has seen it. */
export function timeOne(ruleset: CompiledRuleset, parts: RequestParts): number {
  judgeOnce(ruleset, parts);
  const work = () => {
    for (let i = 0; i < REPEATS; i++) judgeOnce(ruleset, parts);
  };
  return threadMs(work) / REPEATS;
}

/** Milliseconds of one thread's CPU time. */
export function threadMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function timeAll(ruleset: CompiledRuleset, variants: readonly RequestParts[]) {
  const singles: number[] = [];
  let at = 0;
  const run = (count: number) => {
    for (let i = 0; i < count; i++) {
      const parts = variants[at++ % variants.length];
      if (parts === undefined) throw new Error('unreachable: the remainder is in range');
      const before = performance.now();
      judgeOnce(ruleset, parts);
      singles.push(performance.now() - before);
    }
  };
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end;) run(1);
  const once = Math.max(quantile(singles.slice(-VARIANTS), 0.5), LEAST_MS);
  const batch = Math.max(1, Math.round(BATCH_MS / once));
  singles.length = 0;
  const batches: number[] = [];
  for (const end = performance.now() + MEASURE_MS; performance.now() < end;) {
    batches.push(threadMs(() => run(batch)) / batch);
  }
  return { batches, singles };
}

export function judgeOnce(ruleset: CompiledRuleset, parts: RequestParts) {
  return new Inspection([{ name: ruleset.name, mode: 'block', ruleset }], buildRequestView(parts)).result;
}
