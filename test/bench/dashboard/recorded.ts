import { setTimeout as sleep } from 'node:timers/promises';
import { clientAddress } from '../../../scripts/traffic/clients.ts';
import { builtInShot } from '../../../scripts/traffic/mix.ts';
import type { EventClient, NumberedEvent, ThreatEvent } from '../../../src/actors/contracts.ts';
import type { AdminClient } from '../../support/node/admin-client.ts';

/** Attacks that are really sent; their events are told again and again. Enough that each kind of the built-in mix is among them. */
const RECORDED = 90;
/** Telemetry waits for company before it tells. */
const SETTLE_MS = 1000;

/** A local shield is not told where a client is; on Cloudflare an event says so. */
const PLACES: readonly Omit<EventClient, 'ip'>[] = [
  place('DE', 'Frankfurt am Main', 64_500, 'Example Networks GmbH', 50.1109, 8.6821, 'FRA'),
  place('US', 'Ashburn', 64_501, 'Example Cloud Services, Inc.', 39.0438, -77.4874, 'IAD'),
  place('BR', 'Sao Paulo', 64_502, 'Exemplo Telecom S.A.', -23.5475, -46.6361, 'GRU'),
  place('IN', 'Mumbai', 64_503, 'Example Broadband Ltd.', 19.0728, 72.8826, 'BOM'),
  place('VN', 'Hanoi', 64_504, 'Example Post and Telecommunications', 21.0245, 105.8412, 'HAN'),
  place('ZA', 'Johannesburg', 64_505, 'Example Fibre (Pty) Ltd.', -26.2023, 28.0436, 'JNB'),
  place('JP', 'Tokyo', 64_506, 'Example Internet K.K.', 35.6895, 139.6917, 'NRT'),
  place('AU', 'Sydney', 64_507, 'Example Pacific Pty Ltd.', -33.8678, 151.2073, 'SYD'),
];

/** Events as the shield itself makes them of attacks: `admin` reads what `url` has made of those that are sent to it. */
export async function recordEvents(url: string, admin: AdminClient): Promise<readonly ThreatEvent[]> {
  for (let i = 0; i < RECORDED; i += 1) {
    const { method, path, headers, body } = builtInShot(i, 0, url);
    const from = { ...headers, 'cf-connecting-ip': clientAddress(i) };
    await (await fetch(url + path, { method, headers: from, body: body ?? null })).arrayBuffer();
  }
  await sleep(SETTLE_MS);
  const { events } = await admin.get<{ events: readonly NumberedEvent[] }>('/admin/events?limit=500');
  const attacks = events.filter(({ kind, rules = [] }) => kind === 'request' && rules.length > 0);
  if (attacks.length < RECORDED / 2) throw new Error(`${attacks.length} of ${RECORDED} attacks became events`);
  return attacks.map(({ n: _n, ...event }) => event);
}

/** The recorded event number `index`, happening at `at` (Unix milliseconds): to a client of its own, on a path that no other has. */
export function eventAt(recorded: readonly ThreatEvent[], index: number, at: number): ThreatEvent {
  const event = recorded[index % recorded.length];
  if (event === undefined) throw new Error('nothing was recorded');
  const client = { ip: clientAddress(index % 5000), ...PLACES[index % PLACES.length] };
  const id = crypto.randomUUID();
  const { request } = event;
  return {
    ...event,
    id,
    at,
    client,
    ...(request && { request: { ...request, path: `${request.path}&s=${id.slice(0, 13)}` } }),
  };
}

function place(
  country: string,
  city: string,
  asn: number,
  organization: string,
  latitude: number,
  longitude: number,
  colo: string,
): Omit<EventClient, 'ip'> {
  return { country, city, asn, organization, latitude, longitude, colo };
}
