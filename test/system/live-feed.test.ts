import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ReconnectingWebSocket from 'partysocket/ws';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import type { BusMessage, NumberedEvent } from '../../src/actors/contracts.ts';
import { startEchoOrigin, type EchoOrigin } from '../support/node/echo-origin.ts';
import { ADMIN_KEY, startTestShield, type TestShield } from '../support/node/shield.ts';

let origin: EchoOrigin;
let folder: string;
let shield: TestShield;

beforeAll(async () => {
  origin = await startEchoOrigin();
  folder = await mkdtemp(join(tmpdir(), 'edgeshield-feed-'));
  shield = await startTestShield(origin.url, { persist: folder });
});
afterAll(async () => {
  await shield.stop();
  await origin.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Node's WebSocket can send headers, so an operator's script needs no cookie. */
class OperatorSocket extends WebSocket {
  constructor(url: string) {
    super(url, { headers: { 'x-admin-key': ADMIN_KEY } });
  }
}

let attacks = 0;
async function attack(): Promise<string> {
  attacks += 1;
  const headers = { ...browserHeaders(attacks), 'cf-connecting-ip': clientAddress(90_000 + attacks) };
  const response = await fetch(`${shield.url}/?q=1%20UNION%20SELECT%20password%20FROM%20users--%20${attacks}`, {
    headers,
  });
  expect(response.status).toBe(403);
  return response.headers.get('x-request-id') ?? '';
}

test('a partysocket client outlives a restart of the bus without losing or doubling an event', async () => {
  const events: NumberedEvent[] = [];
  let epoch = '';
  const socket = new ReconnectingWebSocket(
    () => {
      const query = new URLSearchParams(epoch === '' ? {} : { after: String(events.at(-1)?.n ?? 0), epoch });
      return `${shield.url.replace('http', 'ws')}/ws/threats?${query}`;
    },
    [],
    { WebSocket: OperatorSocket, minReconnectionDelay: 50, maxReconnectionDelay: 200 },
  );
  socket.addEventListener('message', ({ data }) => {
    const message: BusMessage = JSON.parse(String(data));
    if (message.type === 'hello') epoch = message.epoch;
    if (message.type === 'events') events.push(...message.events);
  });
  const blocked = () => events.filter((event) => event.outcome === 'block').map((event) => event.id);

  const sent = [await attack(), await attack(), await attack()];
  await vi.waitFor(() => expect(blocked()).toEqual(sent), { timeout: 20_000 });

  // The whole shield goes, its memory with it, and comes back on the same port with what it wrote.
  await shield.stop();
  shield = await startTestShield(origin.url, { persist: folder, port: Number(new URL(shield.url).port) });
  sent.push(await attack(), await attack());
  await vi.waitFor(() => expect(blocked()).toEqual(sent), { timeout: 20_000 });

  const numbers = events.map((event) => event.n);
  expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
  socket.close();
});

test('a stranger hears nothing', async () => {
  const refused = await new Promise((resolve) => {
    const socket = new WebSocket(`${shield.url.replace('http', 'ws')}/ws/threats`);
    socket.addEventListener('open', () => resolve(false));
    socket.addEventListener('error', () => resolve(true));
  });
  expect(refused).toBe(true);
});
