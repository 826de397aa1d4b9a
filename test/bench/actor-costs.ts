import { setTimeout as sleep } from 'node:timers/promises';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { builtInShot } from '../../scripts/traffic/mix.ts';
import { fireAt, type Shot } from '../../scripts/traffic/open-loop.ts';
import { round } from './report.ts';

/** What the till says: see `workers/counted.ts`. */
interface Counts {
  readonly calls: Readonly<Record<string, number>>;
  readonly rows: Readonly<Record<string, number>>;
}

/** For 1,000 requests. */
interface ActorCosts {
  readonly what: string;
  readonly calls: number;
  readonly rows: number;
  readonly byCall: Readonly<Record<string, number>>;
  readonly rowsByActor: Readonly<Record<string, number>>;
}

/** How long telemetry and snapshots may trail the last request. */
const SETTLE_MS = 3500;

interface Scenario {
  readonly title: string;
  readonly rate: number;
  readonly seconds: number;
  /** Sent and not counted: what a site that just started pays is not what it pays. */
  readonly warmUpSeconds: number;
  readonly shot: (index: number) => Shot;
}

function page(client: number): Shot {
  const headers = { ...browserHeaders(client), 'cf-connecting-ip': clientAddress(client) };
  return { method: 'GET', path: '/products/kettle', headers };
}

/** Addresses of their own for each scenario: what one leaves behind must not weigh on the next. */
const SCENARIOS = {
  cleanReturning: {
    title: '100 clean clients, one request a second each',
    rate: 100,
    seconds: 20,
    // Leases grow with what a client uses, and the first minute's debits come back after a minute.
    warmUpSeconds: 30,
    shot: (index) => page(index % 100),
  },
  cleanOneHit: {
    title: 'clean clients that come once',
    rate: 100,
    seconds: 8,
    warmUpSeconds: 0,
    shot: (index) => page(10_000 + index),
  },
  mixed: {
    title: '90 visitors and 10 attackers: nine visits for each attack',
    rate: 100,
    seconds: 10,
    warmUpSeconds: 0,
    shot: (index) => {
      const labelled = builtInShot(index, index % 10 === 0 ? 0 : 1, 'http://bench.example');
      const client = 30_000 + (labelled.label === 'attack' ? 90 + ((index / 10) % 10) : index % 90);
      return { ...labelled, headers: { ...labelled.headers, 'cf-connecting-ip': clientAddress(Math.floor(client)) } };
    },
  },
  flood: {
    title: 'one client, far over its limit',
    rate: 1000,
    seconds: 8,
    warmUpSeconds: 0,
    shot: () => page(50_000),
  },
} satisfies Record<string, Scenario>;

/** Actor calls and rows written for 1,000 requests, as the till counted them. `url` is a shield built from `workers/counted.ts`. */
export async function measureActorCosts(url: string, tell: (line: string) => void) {
  const figures: Record<string, ActorCosts> = {};
  for (const [name, scenario] of Object.entries<Scenario>(SCENARIOS)) {
    if (scenario.warmUpSeconds > 0) await send(url, scenario, scenario.warmUpSeconds, 0);
    await readCounts(url);
    const first = scenario.rate * scenario.warmUpSeconds;
    const sent = await send(url, scenario, scenario.seconds, first);
    await sleep(SETTLE_MS);
    const { calls, rows } = await readCounts(url);
    const perThousand = (count: number) => round((count / sent) * 1000);
    const each = (counts: Counts['calls']) =>
      Object.fromEntries(Object.entries(counts).map(([key, count]) => [key, perThousand(count)]));
    figures[name] = {
      what: scenario.title,
      calls: perThousand(sum(calls)),
      rows: perThousand(sum(rows)),
      byCall: each(calls),
      rowsByActor: each(rows),
    };
    tell(
      `actor costs: ${scenario.title}: ${figures[name].calls} calls and ${figures[name].rows} rows per 1,000 requests`,
    );
  }
  return figures;
}

async function send(url: string, scenario: Scenario, seconds: number, first: number): Promise<number> {
  let answered = 0;
  await fireAt(
    url,
    { rate: scenario.rate, seconds },
    (index) => scenario.shot(first + index),
    (landing) => {
      if (landing.error !== undefined) throw new Error(`no answer: ${landing.error}`);
      answered += 1;
    },
  );
  return answered;
}

async function readCounts(url: string): Promise<Counts> {
  const response = await fetch(`${url}/__counts`);
  const counts: Counts = JSON.parse(await response.text());
  return counts;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
