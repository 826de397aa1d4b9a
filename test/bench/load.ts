import autocannon from 'autocannon';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { fireAt } from '../../scripts/traffic/open-loop.ts';
import { quantile } from '../../scripts/traffic/quantile.ts';
import { round } from './report.ts';

const CONNECTIONS = 32;
/** Many short rounds that take turns: whatever else the machine does hits both Workers alike, and pairs can be compared. */
const ROUNDS = 8;
const ONE_HIT_ROUNDS = 2;
const ROUND_SECONDS = 2;
const WARM_UP_SECONDS = 3;
/** Long enough that a 99th percentile is not one request's luck. */
const LATENCY_ROUND_SECONDS = 4;

/**
 * Visits of one returning client over the whole run, which fits into one window: well under the limit of 100, also
 * when the machine turns out twice as fast as in the warm-up. Visitors for the load of `rate` requests a second follow from it.
 */
const VISITS_EACH = 40;
const visitorsFor = (rate: number) =>
  Math.max(2 * CONNECTIONS, Math.ceil((rate * 1.5 * ROUNDS * ROUND_SECONDS) / VISITS_EACH));

/** First addresses: of the warm-up and of clients that come once; each pool has its own. */
const WARM_UP_POOL = 100_000;
const ONE_HIT_POOL = 200_000;
const ONE_HIT_CLIENTS = 50_000;

const PATHS = ['/', '/products/kettle', '/search?q=reading+lamp', '/products/blanket?ref=home&page=2'] as const;

type Targets = Readonly<Record<'shield' | 'forward', string>>;

function visit(client: number, index: number): { method: string; path: string; headers: Record<string, string> } {
  const headers = { ...browserHeaders(client), 'cf-connecting-ip': clientAddress(client) };
  return { method: 'GET', path: PATHS[index % PATHS.length] ?? '/', headers };
}

const pool = (first: number, size: number) => Array.from({ length: size }, (_, i) => visit(first + i, i));

/** Requests a second at full load; the ratio is the median of the rounds' own ratios. `visitors`: how many clients share the load. */
export async function measureThroughput(targets: Targets, tell: (line: string) => void) {
  const warmUp = pool(WARM_UP_POOL, 20_000);
  await flatOut(targets.forward, WARM_UP_SECONDS, warmUp, 0);
  const warm = await flatOut(targets.shield, WARM_UP_SECONDS, warmUp, 0);
  const visitors = visitorsFor(warm);
  const returning = await compare('returning clients', targets, ROUNDS, pool(0, visitors), tell);
  const oneHit = await compare('one-hit clients', targets, ONE_HIT_ROUNDS, pool(ONE_HIT_POOL, ONE_HIT_CLIENTS), tell);
  return { ...returning, visitors, oneHitClients: oneHit };
}

async function compare(
  what: string,
  targets: Targets,
  rounds: number,
  visits: readonly object[],
  tell: (line: string) => void,
) {
  const rates = { shield: [] as number[], forward: [] as number[] };
  for (let i = 0; i < rounds; i++) {
    for (const name of ['forward', 'shield'] as const) {
      const rate = await flatOut(targets[name], ROUND_SECONDS, visits, i);
      rates[name].push(rate);
      tell(`throughput, ${what}, ${i + 1}/${rounds}: ${name} ${Math.round(rate)} requests/s`);
    }
  }
  const ratios = rates.shield.map((rate, i) => rate / (rates.forward[i] ?? Number.NaN));
  return {
    shieldPerSecond: round(quantile(rates.shield, 0.5)),
    forwardPerSecond: round(quantile(rates.forward, 0.5)),
    ratio: round(quantile(ratios, 0.5)),
  };
}

/** As much as the target can do. Each connection plays its own share of the clients, another share in each round. */
async function flatOut(url: string, duration: number, visits: readonly object[], turn: number): Promise<number> {
  const share = Math.floor(visits.length / CONNECTIONS);
  let connection = turn;
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration,
    setupClient: (client) => {
      const first = (connection++ % CONNECTIONS) * share;
      // Begun elsewhere in each round: one-hit clients are to be new ones.
      const at = Math.floor((turn * share) / ROUNDS);
      const own = visits.slice(first, first + share);
      client.setRequests([...own.slice(at), ...own.slice(0, at)]);
    },
  });
  if (result.errors > 0) throw new Error(`${result.errors} requests to ${url} had no answer`);
  if (result.non2xx > 0)
    throw new Error(`${result.non2xx} clean requests were refused: the figures would flatter the shield`);
  return result.requests.total / result.duration;
}

/**
 * Latency at half of the shield's full load. Both Workers get half of that load each, at the same moments: a stall of the
 * machine then hits both, where one after the other it would be taken for the one's or the other's. Added is the median of
 * the rounds' own differences.
 */
export async function measureLatency(targets: Targets, rate: number, visitors: number, tell: (line: string) => void) {
  const samples = { shield: [] as number[][], forward: [] as number[][] };
  for (let i = 1; i <= ROUNDS; i++) {
    const [forward, shield] = await Promise.all([
      sample(targets.forward, rate / 2, visitors, i),
      sample(targets.shield, rate / 2, visitors, i),
    ]);
    samples.forward.push(forward);
    samples.shield.push(shield);
    tell(`latency ${i}/${ROUNDS}: forward ${show(forward)}; shield ${show(shield)}`);
  }
  const at = (q: number) => {
    const each = (name: 'shield' | 'forward') => samples[name].map((latencies) => quantile(latencies, q));
    const [shield, forward] = [each('shield'), each('forward')];
    const added = shield.map((ms, i) => ms - (forward[i] ?? Number.NaN));
    return {
      shieldMs: round(quantile(shield, 0.5)),
      forwardMs: round(quantile(forward, 0.5)),
      addedMs: Number(quantile(added, 0.5).toFixed(2)),
    };
  };
  return { perSecond: Math.round(rate), p50: at(0.5), p99: at(0.99) };
}

const show = (latencies: number[]) =>
  `p50 ${quantile(latencies, 0.5).toFixed(2)} ms, p99 ${quantile(latencies, 0.99).toFixed(2)} ms`;

/** Latencies in ms of one round at `rate` requests a second; each round goes on with other visitors. */
async function sample(url: string, rate: number, visitors: number, turn: number): Promise<number[]> {
  const latencies: number[] = [];
  const first = Math.floor((turn * visitors) / ROUNDS);
  await fireAt(
    url,
    { rate, seconds: LATENCY_ROUND_SECONDS },
    (index) => visit((first + index) % visitors, index),
    (landing) => {
      if (landing.status !== 200) throw new Error(`a clean request got ${landing.status} ${landing.error ?? ''}`);
      latencies.push(landing.ms);
    },
  );
  return latencies;
}
