import { quantile } from '../../../scripts/traffic/quantile.ts';
import { Inspection } from '../../../src/edge/inspect.ts';
import type { CompiledRuleset } from '../../../src/edge/waf/compile.ts';
import { buildRequestView, type RequestParts } from '../../../src/edge/waf/request-view.ts';
import { round } from '../report.ts';
import { partsOf, REQUESTS } from '../requests.ts';

/** Long enough for the optimising compiler. */
const WARM_UP_MS = 1500;
const MEASURE_MS = 2500;
/** Few requests of 20 ms would make a 99th percentile of one; more would make the bench long. */
const LEAST_SAMPLES = 100;
const VARIANTS = 64;

export interface CpuFigures {
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Rules that matched the first of the requests: honest ones, so what is here is a false positive. */
  readonly matched: readonly string[];
}

/** Milliseconds that one request takes from its parts to the rules' result, each timed for itself: view and one ruleset, nothing else. */
export function measureCpu(ruleset: CompiledRuleset, tell: (line: string) => void): Record<string, CpuFigures> {
  const figures: Record<string, CpuFigures> = {};
  for (const [name, make] of Object.entries(REQUESTS)) {
    const variants = Array.from({ length: VARIANTS }, (_, i) => partsOf(make(i)));
    const times = timeAll(ruleset, variants);
    const matched = judge(ruleset, partsOf(make(0))).matches.map(({ id }) => id);
    figures[name] = { medianMs: round(quantile(times, 0.5)), p99Ms: round(quantile(times, 0.99)), matched };
    tell(`engine: ${name} ${figures[name].medianMs} ms, p99 ${figures[name].p99Ms} ms`);
  }
  return figures;
}

/** Milliseconds that one request takes, once the compiler has seen it a few times. */
export function timeOne(ruleset: CompiledRuleset, parts: RequestParts): number {
  const times = Array.from({ length: 5 }, () => timeRequest(ruleset, parts));
  return quantile(times, 0.5);
}

function timeAll(ruleset: CompiledRuleset, variants: readonly RequestParts[]): number[] {
  const times: number[] = [];
  const warm = performance.now() + WARM_UP_MS;
  const end = warm + MEASURE_MS;
  while (performance.now() < end || times.length < LEAST_SAMPLES) {
    for (const parts of variants) {
      const time = timeRequest(ruleset, parts);
      if (performance.now() > warm) times.push(time);
    }
  }
  return times;
}

/** Once, as it comes. */
export function timeRequest(ruleset: CompiledRuleset, parts: RequestParts): number {
  const before = performance.now();
  judge(ruleset, parts);
  return performance.now() - before;
}

function judge(ruleset: CompiledRuleset, parts: RequestParts) {
  return new Inspection([{ name: ruleset.name, mode: 'block', ruleset }], buildRequestView(parts)).result;
}
