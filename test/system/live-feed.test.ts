import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ReconnectingWebSocket from 'partysocket/ws';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import type { BusMessage, NumberedEvent } from '../../src/actors/contracts.ts';
import { describeInBrowser, launchBrowser, openDeskPage, signIn } from '../support/node/browser-desk.ts';
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

/** The whole shield goes, the bus and its memory with it, and comes back on the same port with what it wrote. */
async function evictAll(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
  await shield.stop();
  await meanwhile();
  shield = await startTestShield(origin.url, { persist: folder, port: Number(new URL(shield.url).port) });
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

  await evictAll();
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

describeInBrowser('the feed of a page that loses its line', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test('has each event once after the bus was evicted, those from before, between and after, and says how the line is', async () => {
    // What the line's end brings about, and nothing else.
    const expected = [/^net::ERR_/, /^WebSocket connection to/];
    const { page, complaints } = await openDeskPage(browser, { expected });
    await page.goto(`${shield.url}/dashboard/traffic`);
    await signIn(page);
    const line = () => page.textContent('#connection');
    /** The page's attacks, newest first; each has a number of its own in its query. */
    const rows = () => page.locator('#events .event[data-outcome=block] .request').allTextContents();
    /** The same as the bus keeps them, under its own numbers. */
    const kept = async () => {
      const { events } = await shield.admin.get<{ events: readonly NumberedEvent[] }>(
        '/admin/events?outcome=block&limit=100',
      );
      expect(new Set(events.map(({ n }) => n)).size).toBe(events.length);
      return events.map(({ request }) => `${request?.method} ${request?.path}`);
    };
    await expect.poll(line).toBe('Live');
    await attack();
    await attack();
    await expect.poll(rows).toEqual(await expectKept(kept, attacks));

    await page.context().setOffline(true);
    await attack();
    await expectKept(kept, attacks);
    await evictAll(async () => {
      await expect.poll(line, { timeout: 20_000 }).toMatch(/^Offline since \d\d:\d\d:\d\d/);
    });
    await attack();
    await attack();
    expect(await line()).toMatch(/^Offline since/);
    await page.context().setOffline(false);
    await expect.poll(line, { timeout: 30_000 }).toBe('Live');
    await attack();
    await expect.poll(rows, { timeout: 20_000 }).toEqual(await expectKept(kept, attacks));

    // A line that breaks while the browser has its network is tried again, and says so.
    await evictAll(async () => {
      await expect.poll(line, { timeout: 20_000 }).toMatch(/^(?:Offline since|Connecting again)/);
    });
    await attack();
    await expect.poll(line, { timeout: 30_000 }).toBe('Live');
    await expect.poll(rows, { timeout: 20_000 }).toEqual(await expectKept(kept, attacks));
    expect(complaints).toEqual([]);
  });
});

/** Isolates tell the bus a moment later: waits until it has all of `count`. */
async function expectKept(kept: () => Promise<readonly string[]>, count: number): Promise<readonly string[]> {
  return vi.waitFor(
    async () => {
      const paths = await kept();
      expect(new Set(paths).size).toBe(count);
      return paths;
    },
    { timeout: 20_000, interval: 100 },
  );
}
