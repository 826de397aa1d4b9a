import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../../../scripts/traffic/quantile.ts';
import type { NumberedEvent } from '../../../src/actors/contracts.ts';
import type { AdminClient } from '../../support/node/admin-client.ts';
import { round } from '../report.ts';
import { Crowd } from './crowd.ts';
import type { Told } from './listeners.ts';
import type { Published, Publisher } from './publisher.ts';

const SOCKETS = 1000;
const RATE = 200;
/** Rounds with listeners and without take turns: whatever else the machine does hits both alike, and pairs can be compared. */
const ROUNDS = 10;
const ROUND_SECONDS = 3;
const WARM_UP_SECONDS = 4;
/** After they came or went, and before anything is timed. */
const SETTLE_MS = 1000;

/** A thousand sockets on the bus, and what they cost whoever tells it something. */
export async function measureFanOut(
  shield: { readonly url: string; readonly key: string; readonly admin: AdminClient },
  publisher: Publisher,
  tell: (line: string) => void,
) {
  const crowd = new Crowd();
  try {
    await publisher.run(RATE, WARM_UP_SECONDS);
    const empty: number[] = [];
    for (let i = 0; i < 100; i += 1) empty.push(await publisher.publishNothing(5));
    const alone: Published[] = [];
    const heard: Published[] = [];
    const told: Told[] = [];
    let published = 0;
    for (let i = 1; i <= ROUNDS; i += 1) {
      alone.push(await publisher.run(RATE, ROUND_SECONDS));
      const after = await lastNumber(shield.admin);
      await crowd.open(SOCKETS, { url: shield.url, key: shield.key, after });
      await sleep(SETTLE_MS);
      await crowd.tell(after);
      heard.push(await publisher.run(RATE, ROUND_SECONDS));
      const last = await lastNumber(shield.admin);
      published += last - after;
      told.push(await crowd.tell(last));
      await crowd.leave();
      await sleep(SETTLE_MS);
      tell(`fan-out ${i}/${ROUNDS}: ${show(alone.at(-1))} alone, ${show(heard.at(-1))} with ${SOCKETS} sockets`);
    }
    return summarise(alone, heard, told, published, quantile(empty, 0.5));
  } finally {
    crowd.end();
  }
}

function summarise(
  alone: readonly Published[],
  heard: readonly Published[],
  told: readonly Told[],
  published: number,
  emptyMs: number,
) {
  const sum = (key: 'events' | 'lost' | 'doubled' | 'fallen' | 'bytes' | 'frames') =>
    told.reduce((total, one) => total + one[key], 0);
  const delays = told.reduce<number[]>((all, one) => one.delays.map((count, ms) => count + (all[ms] ?? 0)), []);
  return {
    sockets: SOCKETS,
    eventsPerSecond: RATE,
    published,
    delivered: sum('events'),
    // Each socket counts the numbers that it was to have and had not, from where it came in to the last of all.
    lost: sum('lost'),
    doubled: sum('doubled'),
    fallen: sum('fallen'),
    deliveryMs: { p50: delayAt(delays, 0.5), p99: delayAt(delays, 0.99), max: delayAt(delays, 1) },
    bytesPerEvent: Math.round(sum('bytes') / sum('events')),
    megabytesPerSecond: round(sum('bytes') / 1_000_000 / (ROUNDS * ROUND_SECONDS)),
    framesPerSocketAndSecond: round(sum('frames') / SOCKETS / (ROUNDS * ROUND_SECONDS)),
    publisher: {
      emptyCallMs: round(emptyMs),
      callMeanMs: { alone: mean(alone), heard: mean(heard) },
      callMs: { alone: at(alone, 0.5), heard: at(heard, 0.5), ratio: ratio(alone, heard, 0.5) },
      callP95Ms: { alone: at(alone, 0.95), heard: at(heard, 0.95), ratio: ratio(alone, heard, 0.95) },
      achievedPerSecond: { alone: pace(alone), heard: pace(heard) },
    },
  };
}

function at(rounds: readonly Published[], q: number): number {
  return round(
    quantile(
      rounds.flatMap(({ calls }) => calls),
      q,
    ),
  );
}

function pace(rounds: readonly Published[]): number {
  const each = rounds.map(({ perSecond }) => perSecond);
  return round(quantile(each, 0.5));
}

function mean(rounds: readonly Published[]): number {
  const calls = rounds.flatMap((round) => round.calls);
  return round(calls.reduce((sum, ms) => sum + ms, 0) / calls.length);
}

/** The median of the pairs' own ratios. */
function ratio(alone: readonly Published[], heard: readonly Published[], q: number): number {
  return round(
    quantile(
      heard.map(({ calls }, i) => quantile(calls, q) / quantile(alone[i]?.calls ?? [], q)),
      0.5,
    ),
  );
}

/** Milliseconds within which a fraction `q` of the events had come. */
function delayAt(delays: readonly number[], q: number): number {
  const total = delays.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  return delays.findIndex((count) => (seen += count) >= Math.max(1, q * total));
}

async function lastNumber(admin: AdminClient): Promise<number> {
  const { events } = await admin.get<{ events: readonly NumberedEvent[] }>('/admin/events?limit=1');
  return events[0]?.n ?? 0;
}

function show(round: Published | undefined): string {
  const calls = round?.calls ?? [];
  const mean = calls.reduce((sum, ms) => sum + ms, 0) / calls.length;
  return `call p50 ${quantile(calls, 0.5).toFixed(2)} p95 ${quantile(calls, 0.95).toFixed(2)} mean ${mean.toFixed(2)} ms, ${Math.round(round?.perSecond ?? 0)} events/s`;
}
