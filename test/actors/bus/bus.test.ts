import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { WebSocket as ReconnectingWebSocket } from 'partysocket';
import { expect, test, vi } from 'vitest';
import type { BusMessage, TelemetryBatch, ThreatEvent } from '../../../src/actors/contracts.ts';
import { BusSocket, socketClassFor, upgrade } from '../../support/workerd/bus-socket.ts';
import { busOf } from '../../support/workerd/stubs.ts';

let names = 0;
const fresh = () => busOf(`bus-${names++}`);
const event = (id: string): ThreatEvent => ({
  id,
  kind: 'request',
  at: Date.now(),
  outcome: 'block',
  reason: 'r',
  seq: 0,
});
const batch = (ids: readonly string[], over: Partial<TelemetryBatch> = {}): TelemetryBatch => ({
  events: ids.map(event),
  outcomes: { block: ids.length },
  routes: {},
  countries: {},
  seq: 0,
  at: Date.now(),
  ...over,
});
const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i);
const ids = (n: number, prefix = 'e') => Array.from({ length: n }, (_, i) => `${prefix}${i}`);

test('events are numbered without gaps, kept through an eviction, and asked for newest first', async () => {
  const bus = fresh();
  await bus.publish(batch(ids(3)));
  await evictDurableObject(bus);
  await Promise.all([bus.publish(batch(ids(1))), bus.publish(batch([])), bus.publish(batch(ids(1)))]);
  await bus.publish(batch(['last']));
  expect((await bus.events({ limit: 10 })).map((e) => e.n)).toEqual([6, 5, 4, 3, 2, 1]);
  expect((await bus.events({ limit: 2, before: 6 })).map((e) => e.n)).toEqual([5, 4]);
  expect((await bus.events({ limit: 1 }))[0]).toMatchObject({ id: 'last', n: 6 });
});

test('the ring is bounded, in memory and as stored, and one report cannot flood it', async () => {
  const before = fresh();
  await before.publish(batch(ids(500)));
  expect((await before.events({ limit: 500 })).length).toBe(100);
  for (let i = 0; i < 14; i += 1) await before.publish(batch(ids(90)));
  // Not an orderly eviction, which would wait for the timer that saves the totals, but a crash.
  await abortAllDurableObjects();
  // The old stub is broken with its object.
  const bus = busOf(`bus-${names - 1}`);
  const [newest] = await bus.events({ limit: 1 });
  expect(newest?.n).toBe(100 + 14 * 90);
  const late = await BusSocket.open(bus);
  await vi.waitFor(() => expect(late.numbers()).toEqual(upTo(1360, 361)), 5000);
  expect(late.hello()).toMatchObject({ oldest: 361, latest: 1360 });
  const rows = await runInDurableObject(bus, (_, { storage }) => storage.sql.exec(`SELECT slot FROM slots`).toArray());
  expect(rows.length).toBeLessThanOrEqual(33);
});

test('totals survive an eviction, and an alarm has nothing to do, however often it rings', async () => {
  const bus = fresh();
  const rules = [{ id: 'sqli-001', name: 'n', category: 'sqli' as const, score: 70, location: 'ARGS:q', matched: '' }];
  await bus.publish(
    batch([], { events: [{ ...event('a'), rules }], outcomes: { block: 1, allow: 41 }, countries: { DE: 42 } }),
  );
  await evictDurableObject(bus);
  const stats = await bus.stats();
  expect(stats).toMatchObject({
    total: 42,
    byOutcome: { block: 1, allow: 41 },
    byCategory: { sqli: 1 },
    byRule: { 'sqli-001': 1 },
    byCountry: { DE: 42 },
  });
  expect(stats.minutes).toHaveLength(1);
  for (let i = 0; i < 2; i += 1) {
    await runInDurableObject(bus, (_, { storage }) => storage.setAlarm(Date.now() + 60_000));
    expect(await runDurableObjectAlarm(bus)).toBe(true);
  }
  expect(await bus.stats()).toEqual(stats);
});

test('a listener hears hello, then the ring, then what happens, in coalesced frames and with totals', async () => {
  const bus = fresh();
  await bus.publish(batch(ids(3)));
  const listener = await BusSocket.open(bus);
  await vi.waitFor(() => expect(listener.numbers()).toEqual([1, 2, 3]), 5000);
  expect(listener.heard[0]).toMatchObject({ type: 'hello', head: { hashes: {} }, stats: { total: 3 }, latest: 3 });
  for (let i = 0; i < 10; i += 1) await bus.publish(batch([`x${i}`], { outcomes: { block: 1, allow: 9 } }));
  await vi.waitFor(() => expect(listener.numbers()).toEqual(upTo(13)), 5000);
  expect(listener.heard.filter((message) => message.type === 'events').length).toBeLessThan(11);
  await vi.waitFor(
    () => expect(listener.heard.at(-1)).toMatchObject({ type: 'totals', byOutcome: { block: 13, allow: 90 } }),
    5000,
  );
});

test('a listener resumes after the number it has; of another epoch it gets all', async () => {
  const bus = fresh();
  await bus.publish(batch(ids(5)));
  const first = await BusSocket.open(bus);
  await vi.waitFor(() => expect(first.numbers()).toHaveLength(5), 5000);
  const epoch = first.hello()?.epoch ?? '';
  const resumed = await BusSocket.open(bus, `?after=3&epoch=${epoch}`);
  const stranger = await BusSocket.open(bus, `?after=3&epoch=other`);
  const ahead = await BusSocket.open(bus, `?after=99`);
  await bus.publish(batch(['new']));
  await vi.waitFor(() => expect(resumed.numbers()).toEqual([4, 5, 6]), 5000);
  await vi.waitFor(() => expect(stranger.numbers()).toEqual(upTo(6)), 5000);
  await vi.waitFor(() => expect(ahead.numbers()).toEqual(upTo(6)), 5000);
});

test('a hibernating listener misses and doubles nothing, even what was not yet sent when the object went', async () => {
  const bus = fresh();
  const listener = await BusSocket.open(bus);
  await vi.waitFor(() => expect(listener.hello()).toBeDefined(), 5000);
  for (let round = 0; round < 4; round += 1) {
    await bus.publish(batch(ids(3)));
    // The frame's timer is still running: it dies with the instance.
    await evictDurableObject(bus);
  }
  await bus.publish(batch(['last']));
  await vi.waitFor(() => expect(listener.numbers()).toEqual(upTo(13)), 8000);
});

test('a listener that takes packed frames hears the same in fewer of them, also after an eviction', async () => {
  const bus = fresh();
  for (const prefix of ['a', 'b', 'c']) await bus.publish(batch(ids(90, prefix)));
  const plain = await BusSocket.open(bus);
  const packed = await BusSocket.open(bus, '?packed=1');
  await vi.waitFor(() => expect(packed.numbers()).toEqual(upTo(270)), 5000);
  // The ring is cut where a hundred events are together; the greeting takes no frame of its own.
  expect(packed.frames).toEqual([2, 1, 1]);
  for (const id of ['one', 'two', 'three']) {
    await bus.publish(batch([id]));
    await evictDurableObject(bus);
  }
  await bus.publish(batch(['last']));
  await vi.waitFor(() => expect([plain.numbers(), packed.numbers()]).toEqual([upTo(274), upTo(274)]), 8000);
  expect(packed.events()).toEqual(plain.events());
  expect(packed.heard.at(-1)).toMatchObject({ type: 'totals', byOutcome: { block: 274 } });
  expect(packed.frames.length).toBeLessThan(plain.frames.length);
});

test('who comes while the others are told in turns misses and doubles nothing', async () => {
  const bus = fresh();
  await bus.publish(batch(ids(5)));
  const sockets = await Promise.all(Array.from({ length: 150 }, () => BusSocket.open(bus, '?packed=1')));
  let published = 5;
  for (let round = 0; round < 30; round += 1) {
    await bus.publish(batch(ids(4)));
    published += 4;
    sockets.push(await BusSocket.open(bus, `?after=0${round % 2 === 0 ? '&packed=1' : ''}`));
    // Some rounds fall together, some into the time in which frames go out.
    await new Promise((resolve) => setTimeout(resolve, round % 5 === 0 ? 90 : 5));
  }
  await vi.waitFor(() => {
    for (const socket of sockets) expect(socket.numbers()).toEqual(upTo(published));
  }, 8000);
});

test('of a burst a listener hears what the ring holds, in frames of a hundred events', async () => {
  const bus = fresh();
  const listener = await BusSocket.open(bus, '?packed=1');
  await vi.waitFor(() => expect(listener.hello()).toBeDefined(), 5000);
  // More than one report may tell, in more reports than the ring can hold before a frame is due.
  await Promise.all(Array.from({ length: 30 }, () => bus.publish(batch(ids(250)))));
  await vi.waitFor(() => expect(listener.numbers().at(-1)).toBe(3000), 5000);
  const numbers = listener.numbers();
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(new Set(numbers).size).toBe(numbers.length);
  // What is newest is not what is left out.
  expect(numbers.slice(-1000)).toEqual(upTo(3000, 2001));
  const sizes = listener.heard.map((message) => (message.type === 'events' ? message.events.length : 0));
  expect(Math.max(...sizes)).toBe(100);
  expect((await bus.stats()).byOutcome).toEqual({ block: 7500 });
});

test('a partysocket client reconnects through evictions without losing or doubling an event', async () => {
  const bus = fresh();
  const numbers: number[] = [];
  const opened: string[] = [];
  const url = () => {
    const after = `wss://bus.test/ws/threats?after=${numbers.at(-1) ?? 0}`;
    opened.push(after);
    return after;
  };
  const client = new ReconnectingWebSocket(url, [], {
    WebSocket: socketClassFor(bus),
    minReconnectionDelay: 10,
    maxReconnectionDelay: 50,
  });
  client.addEventListener('message', ({ data }: MessageEvent) => {
    const message: BusMessage = JSON.parse(String(data));
    if (message.type === 'events') numbers.push(...message.events.map((e) => e.n));
  });
  let published = 0;
  for (let round = 0; round < 5; round += 1) {
    await bus.publish(batch(ids(5)));
    published += 5;
    // In turn: with all of it delivered, and with the frame still waiting when the sockets break.
    if (round % 2 === 0) await vi.waitFor(() => expect(numbers.at(-1)).toBe(published), 8000);
    await evictDurableObject(bus, { webSockets: 'close' });
  }
  await vi.waitFor(() => expect(numbers.at(-1)).toBe(published), 8000);
  expect(numbers).toEqual(upTo(published));
  expect(opened.length).toBeGreaterThan(1);
  client.close();
});

test('a socket that throws is closed and harms neither publishers nor the others', async () => {
  const bus = fresh();
  const one = await BusSocket.open(bus);
  const other = await BusSocket.open(bus);
  await vi.waitFor(() => expect([one.hello(), other.hello()]).not.toContain(undefined), 5000);
  await runInDurableObject(bus, (_, state) => {
    const [socket] = state.getWebSockets();
    Object.assign(socket ?? {}, {
      send: () => {
        throw new Error('gone');
      },
    });
  });
  await bus.publish(batch(ids(2)));
  await vi.waitFor(() => {
    const complete = [one, other].filter((socket) => socket.numbers().length === 2);
    const closed = [one, other].filter((socket) => socket.closed !== null);
    expect([complete.length, closed.length]).toEqual([1, 1]);
  }, 5000);
});

test('what a listener says is ignored, except a ping; plain requests are refused', async () => {
  const bus = fresh();
  const listener = await BusSocket.open(bus);
  const pongs: unknown[] = [];
  listener.socket.addEventListener('message', ({ data }) => {
    if (data === 'pong') pongs.push(data);
  });
  listener.socket.send('{"type":"events","events":[]}');
  listener.socket.send('x'.repeat(100_000));
  listener.socket.send('ping');
  await vi.waitFor(() => expect(pongs).toEqual(['pong']), 5000);
  expect(await bus.events({ limit: 10 })).toEqual([]);
  const response = await bus.fetch(new Request('https://bus.test/anything'));
  expect(response.status).toBe(426);
});

test('there is an end to how many may listen', async () => {
  const bus = fresh();
  const sockets = await Promise.all(Array.from({ length: 1026 }, () => BusSocket.open(bus)));
  await vi.waitFor(() => expect(sockets.filter((socket) => socket.closed?.code === 1013)).toHaveLength(2), 8000);
  await vi.waitFor(() => expect(sockets.filter((socket) => socket.hello() !== undefined)).toHaveLength(1024), 8000);
});

test('a socket whose session is over hears no more, also after an eviction', async () => {
  const bus = fresh();
  const over = await BusSocket.open(bus, '?until=1');
  const lasting = await BusSocket.open(bus, `?until=${Date.now() + 3_600_000}`);
  await vi.waitFor(
    () => expect([over.hello(), lasting.hello()].every((hello) => hello !== undefined)).toBe(true),
    5000,
  );
  await evictDurableObject(bus);
  for (const id of ['one', 'two']) {
    await bus.publish(batch([id]));
    await vi.waitFor(() => expect(lasting.events().at(-1)?.id).toBe(id), 5000);
  }
  await vi.waitFor(() => expect(over.closed).toMatchObject({ code: 1008 }), 5000);
  expect(over.events()).toEqual([]);
});

test('what was frequent of late survives an eviction, and the fleet is told as it reports', async () => {
  const bus = fresh();
  const open = Array.from({ length: 20 }, (_, i) => (i === 0 ? 3 : 0));
  const more = { paths: { '/login': 3 }, asns: { AS64500: 3 }, scores: { open, ruled: open }, isolate: 'one' };
  await bus.publish(batch(['a'], more));
  await evictDurableObject(bus);
  await bus.publish(batch(['b'], more));
  const listener = await BusSocket.open(bus);
  await vi.waitFor(() => expect(listener.hello()).toBeDefined());
  const stats = listener.hello()?.stats;
  expect(stats?.byPath).toEqual([{ key: '/login', n: 6 }]);
  expect(stats?.scores?.open[0]).toBe(6);
  expect(stats?.fleet).toEqual({ isolates: 1, bySeq: [{ seq: 0, isolates: 1 }], rollout: null });
  await bus.headChanged({ seq: 7, hashes: {} });
  await bus.publish(batch([], { isolate: 'one', seq: 7 }));
  expect((await bus.stats()).fleet).toMatchObject({ isolates: 1, rollout: { seq: 7, behind: 0 } });
  expect((await bus.stats()).fleet?.rollout?.tookMs).toBeGreaterThanOrEqual(0);
  await vi.waitFor(() =>
    expect(listener.heard.findLast(({ type }) => type === 'totals')).toMatchObject({ fleet: { rollout: { seq: 7 } } }),
  );
});

test('the public map hears the latest few and then each event, without what names anybody, also after an eviction', async () => {
  const bus = fresh();
  const client = { ip: '203.0.113.7', country: 'DE', city: 'Kleindorf', latitude: 52.52, longitude: 13.4 };
  const placed = (id: string) => ({ ...event(id), client });
  await bus.publish(batch([], { events: ids(80).map(placed) }));
  const heard: unknown[] = [];
  const socket = await upgrade(bus, 'https://bus.test/ws/map?after=0');
  socket.addEventListener('message', ({ data }) => {
    heard.push(JSON.parse(String(data)));
  });
  socket.accept();
  await vi.waitFor(() => expect(heard).toMatchObject([{ type: 'pins', pins: { length: 50 } }]));
  const operator = await BusSocket.open(bus);
  await vi.waitFor(() => expect(operator.hello()).toBeDefined(), 5000);
  await evictDurableObject(bus);
  await bus.publish(batch([], { events: [placed('one more')] }));
  await bus.headChanged({ seq: 9, hashes: {} });
  await vi.waitFor(() => expect(heard).toHaveLength(2), 5000);
  expect(heard[1]).toEqual({
    type: 'pins',
    pins: [{ at: expect.any(Number), outcome: 'block', country: 'DE', latitude: 53, longitude: 13 }],
  });
  expect(JSON.stringify(heard)).not.toMatch(/203\.0|Kleindorf|hashes|byOutcome/);
  await vi.waitFor(() => expect(operator.events().at(-1)?.id).toBe('one more'), 5000);
});

test('sockets of the public map take none from the operators', async () => {
  const bus = fresh();
  const closed: number[] = [];
  await Promise.all(
    Array.from({ length: 258 }, async () => {
      const socket = await upgrade(bus, 'https://bus.test/ws/map');
      socket.addEventListener('close', ({ code }) => {
        closed.push(code);
      });
      socket.accept();
    }),
  );
  await vi.waitFor(() => expect(closed).toEqual([1013, 1013]), 8000);
  const operator = await BusSocket.open(bus);
  await vi.waitFor(() => expect(operator.hello()).toBeDefined(), 5000);
});
