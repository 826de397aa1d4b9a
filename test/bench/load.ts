import autocannon from 'autocannon';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { fireAt } from '../../scripts/traffic/open-loop.ts';
import { quantile } from '../../scripts/traffic/quantile.ts';
import { round } from './report.ts';

const CONNECTIONS = 32;
/** Each comes back a few times in each round, and none near its limit of 100 a minute on any machine. */
const CLIENTS = 2000;
/** Many short rounds that take turns: whatever else the machine does hits both Workers alike, and pairs can be compared. */
const ROUNDS = 8;
const ROUND_SECONDS = 2;
const WARM_UP_SECONDS = 3;

const PATHS = ['/', '/products/kettle', '/search?q=reading+lamp', '/products/blanket?ref=home&page=2'] as const;

function visit(index: number): { method: string; path: string; headers: Record<string, string> } {
  const client = index % CLIENTS;
  const headers = { ...browserHeaders(client), 'cf-connecting-ip': clientAddress(client) };
  return { method: 'GET', path: PATHS[index % PATHS.length] ?? '/', headers };
}

/** Requests a second at full load; the ratio is the median of the rounds' own ratios. */
export async function measureThroughput(
  targets: Readonly<Record<'shield' | 'forward', string>>,
  tell: (line: string) => void,
) {
  const visits = Array.from({ length: CLIENTS }, (_, index) => visit(index));
  let offset = 0;
  const flatOut = async (url: string, duration: number) => {
    const result = await autocannon({
      url,
      connections: CONNECTIONS,
      duration,
      setupClient: (client) => {
        // Each connection its own clients: a share of all of them, begun elsewhere in each round.
        const share = Math.floor(CLIENTS / CONNECTIONS);
        offset = (offset + share) % CLIENTS;
        client.setRequests(visits.slice(offset, offset + share));
      },
    });
    if (result.errors > 0) throw new Error(`${result.errors} requests to ${url} had no answer`);
    return { rate: result.requests.total / result.duration, refused: result.non2xx };
  };
  const rates = { shield: [] as number[], forward: [] as number[] };
  let refused = 0;
  for (const name of ['forward', 'shield'] as const) await flatOut(targets[name], WARM_UP_SECONDS);
  for (let i = 1; i <= ROUNDS; i++) {
    for (const name of ['forward', 'shield'] as const) {
      const result = await flatOut(targets[name], ROUND_SECONDS);
      rates[name].push(result.rate);
      refused += result.refused;
      tell(`throughput ${i}/${ROUNDS}: ${name} ${Math.round(result.rate)} requests/s`);
    }
  }
  if (refused > 0)
    throw new Error(`${refused} of the clean requests were refused: the figures would flatter the shield`);
  const ratios = rates.shield.map((rate, i) => rate / (rates.forward[i] ?? Number.NaN));
  return {
    shieldPerSecond: round(quantile(rates.shield, 0.5)),
    forwardPerSecond: round(quantile(rates.forward, 0.5)),
    ratio: round(quantile(ratios, 0.5)),
  };
}

/** Latency at half of the shield's full load, both Workers at the same pace; added is the median of the rounds' own differences. */
export async function measureLatency(
  targets: Readonly<Record<'shield' | 'forward', string>>,
  rate: number,
  tell: (line: string) => void,
) {
  const samples = { shield: [] as number[][], forward: [] as number[][] };
  let index = 0;
  for (let i = 1; i <= ROUNDS; i++) {
    for (const name of ['forward', 'shield'] as const) {
      const latencies: number[] = [];
      await fireAt(
        targets[name],
        { rate, seconds: ROUND_SECONDS },
        () => visit(index++),
        (landing) => {
          if (landing.status !== 200) throw new Error(`a clean request got ${landing.status} ${landing.error ?? ''}`);
          latencies.push(landing.ms);
        },
      );
      samples[name].push(latencies);
      tell(
        `latency ${i}/${ROUNDS}: ${name} p50 ${quantile(latencies, 0.5).toFixed(2)} ms, p99 ${quantile(latencies, 0.99).toFixed(2)} ms`,
      );
    }
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
