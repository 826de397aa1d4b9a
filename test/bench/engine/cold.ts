// A fresh process, as a fresh isolate: loads the ruleset whose file it is given, judges the first request, and tells what both cost.
import { readFileSync } from 'node:fs';
import { Inspection } from '../../../src/edge/inspect.ts';
import { compileRuleset } from '../../../src/edge/waf/compile.ts';
import { parsePreparedRuleset } from '../../../src/edge/waf/prepared-ruleset.ts';
import { buildRequestView } from '../../../src/edge/waf/request-view.ts';
import { partsOf, REQUESTS } from '../requests.ts';

/** What `cold.ts` says to its parent. */
export interface ColdFigures {
  /** From the release's text to the compiled ruleset. */
  readonly loadMs: number;
  readonly firstRequestMs: number;
  readonly secondRequestMs: number;
  /** Heap that the compiled ruleset holds after the first requests, its text dropped. */
  readonly heapMB: number;
}

const [path = ''] = process.argv.slice(2);
const heapBefore = usedHeap();
const text = readFileSync(path, 'utf8');
const started = threadMs();
const read = parsePreparedRuleset(JSON.parse(text));
if (!read.ok) throw new Error(`${path}: ${read.problems[0]?.message}`);
const ruleset = compileRuleset(read.value);
const loadMs = threadMs() - started;
const times = [0, 1].map((i) => {
  const parts = partsOf(REQUESTS.browserGet(i));
  const before = threadMs();
  void new Inspection([{ name: ruleset.name, mode: 'block', ruleset }], buildRequestView(parts)).result;
  return threadMs() - before;
});
const figures: ColdFigures = {
  loadMs,
  firstRequestMs: times[0] ?? Number.NaN,
  secondRequestMs: times[1] ?? Number.NaN,
  heapMB: (usedHeap() - heapBefore) / 1e6,
};
process.send?.(figures);
// Held until here, or the heap would have been measured without it.
if (ruleset.rules.length === 0) throw new Error(`${path} has no rules`);

/** Milliseconds of this thread's CPU time. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function usedHeap(): number {
  global.gc?.();
  return process.memoryUsage().heapUsed;
}
