import { randomUUID } from 'node:crypto';
import { browserHeaders, scriptHeaders } from '../../scripts/traffic/clients.ts';
import { quantile } from '../../scripts/traffic/quantile.ts';
import { judge } from '../../src/edge/judge.ts';
import type { NetworkFacts } from '../../src/edge/network.ts';
import { readAddress } from '../../src/edge/reputation/client-key.ts';
import { judgeAddress } from '../../src/edge/reputation/judge-address.ts';
import { bundledSnapshot } from '../../src/edge/snapshot.ts';
import { buildRequestView, type RequestParts } from '../../src/edge/waf/request-view.ts';
import { round } from './report.ts';

const ORIGIN = 'https://shop.example';
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
    const variants = Array.from({ length: 64 }, make);
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

/** CPU time, not wall time: other programs on the machine do not count. */
function threadMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

const REQUESTS: Readonly<Record<string, (_: unknown, i: number) => RequestParts>> = {
  browserGet: (_, i) =>
    request('GET', `/products/blanket-${i}?ref=home&page=${i}`, {
      ...browserHeaders(i),
      cookie: `sid=${randomUUID()}; theme=dark; cart=${i}`,
      referer: `${ORIGIN}/products?page=${i}`,
    }),
  apiGet: (_, i) =>
    request('GET', `/api/products?limit=20&after=${randomUUID()}&sort=price`, {
      ...scriptHeaders(i, ORIGIN),
      authorization: `Bearer ${randomUUID()}${randomUUID()}`,
    }),
  jsonPost2KB: (_, i) =>
    request('POST', '/api/orders', { ...scriptHeaders(i, ORIGIN), 'content-type': 'application/json' }, order(i, 2048)),
  form10Fields: (_, i) =>
    request(
      'POST',
      '/checkout',
      {
        ...browserHeaders(i),
        origin: ORIGIN,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      },
      new URLSearchParams({
        name: `Ann Example ${i}`,
        email: `ann.${i}@mail.example`,
        street: '12 Harbour Road',
        city: 'Galway',
        postcode: 'H91 X0X0',
        country: 'IE',
        phone: '+353 91 000000',
        note: "Please ring twice; the bell doesn't always work.",
        gift: 'no',
        token: randomUUID(),
      }).toString(),
    ),
  json64KB: (_, i) =>
    request(
      'POST',
      '/api/import',
      { ...scriptHeaders(i, ORIGIN), 'content-type': 'application/json' },
      order(i, 65_536),
    ),
};

function request(method: string, path: string, headers: Record<string, string>, body?: string): RequestParts {
  const bytes = body === undefined ? null : new TextEncoder().encode(body);
  const sized = bytes === null ? headers : { ...headers, 'content-length': String(bytes.length) };
  const all = { host: 'shop.example', ...sized };
  return { method, url: ORIGIN + path, headers: Object.entries(all), body: bytes, bodyTruncated: false };
}

/** An order of about `size` bytes: lines as shops send them, with a sentence of a person in each. */
function order(i: number, size: number): string {
  const lines: object[] = [];
  const build = () => JSON.stringify({ order: randomUUID(), customer: i, lines });
  let length = build().length;
  while (length < size) {
    const line = {
      id: lines.length,
      sku: `SKU-${i}-${lines.length}`,
      price: 12.5,
      note: `Wrap number ${lines.length} in paper, please.`,
    };
    lines.push(line);
    length += JSON.stringify(line).length + 1;
  }
  return build();
}
