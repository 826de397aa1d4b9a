import { quantile } from '../../scripts/traffic/quantile.ts';
import { judge } from '../../src/edge/judge.ts';
import type { NetworkFacts } from '../../src/edge/network.ts';
import { readAddress } from '../../src/edge/reputation/client-key.ts';
import { judgeAddress } from '../../src/edge/reputation/judge-address.ts';
import { bundledSnapshot } from '../../src/edge/snapshot.ts';
import { buildRequestView } from '../../src/edge/waf/request-view.ts';
import { threadMs } from './engine/cpu.ts';
import { round } from './report.ts';
import { partsOf, REQUESTS } from './requests.ts';

const FACTS: NetworkFacts = { ip: '81.2.69.160', country: 'GB', asn: 20712, organization: 'Example Broadband' };

/** Long enough for the optimising compiler, and batches that a thread clock of 4 ms steps resolves. */
const WARM_UP_MS = 1000;
const MEASURE_MS = 2000;
const BATCH_MS = 100;
/** No request takes less. */
const LEAST_MS = 0.005;

/** Milliseconds of one thread's CPU time for one request, from its parts to the verdict: view, rules, fingerprint, reputation, network. */
export function measurePipeline(tell: (line: string) => void) {
  const snapshot = bundledSnapshot({});
  const figures: Record<string, { medianMs: number; worstBatchMs: number }> = {};
  for (const [name, make] of Object.entries(REQUESTS)) {
    // No two requests are alike, or a cache inside a regular expression engine would answer for the rules.
    const variants = Array.from({ length: 64 }, (_, i) => partsOf(make(i)));
    const run = (count: number) => {
      let decided = 0;
      for (let i = 0; i < count; i++) {
        const parts = variants[i % variants.length];
        if (parts === undefined) throw new Error('unreachable: the remainder is in range');
        const address = readAddress(FACTS.ip);
        const verdict = judge(buildRequestView(parts), FACTS, judgeAddress(FACTS, address, null), snapshot);
        if (verdict.decision === 'allow') decided += 1;
      }
      if (decided !== count)
        throw new Error(`${count - decided} of ${count} clean requests (${name}) were not allowed`);
    };
    // The clock may not have moved at all: without a floor the batch would be endless.
    const once = Math.max(threadMs(() => run(20)) / 20, LEAST_MS);
    const batch = Math.max(1, Math.round(BATCH_MS / once));
    for (const end = performance.now() + WARM_UP_MS; performance.now() < end;) run(batch);
    const samples: number[] = [];
    for (const end = performance.now() + MEASURE_MS; performance.now() < end;) {
      samples.push(threadMs(() => run(batch)) / batch);
    }
    figures[name] = { medianMs: round(quantile(samples, 0.5)), worstBatchMs: round(quantile(samples, 1)) };
    tell(`pipeline: ${name} ${figures[name].medianMs} ms CPU`);
  }
  return figures;
}
