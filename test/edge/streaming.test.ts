import { SELF } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { eventually, freshClient, makeRequest, startIsolate } from '../support/workerd/isolate.ts';

const MIB = 1024 * 1024;

const asker = startIsolate();

/** Bytes of an upload that have reached the origin. */
async function seen(id: string): Promise<number> {
  const response = await asker.visit(`/seen?id=${id}`, { ip: freshClient() });
  return Number(await response.text());
}

describe('what comes from the origin', () => {
  it('streams on event by event', async () => {
    const isolate = startIsolate();
    const ip = freshClient();
    const response = await isolate.visit('/sse?id=sse-1', { ip, headers: { Accept: 'text/event-stream' } });
    const stream: ReadableStream<Uint8Array> = response.body ?? expect.fail('no body');
    const reader = stream.getReader();
    const decoder = new TextDecoder();
    expect(decoder.decode((await reader.read()).value)).toBe('data: one\n\n');
    await isolate.visit('/release?id=sse-1', { ip });
    expect(decoder.decode((await reader.read()).value)).toBe('data: two\n\n');
    expect((await reader.read()).done).toBe(true);
    expect(response.headers.get('Content-Type')).toBe('text/event-stream');
  });

  it('may be a WebSocket', async () => {
    const response = await startIsolate().visit('/socket', { ip: freshClient(), headers: { Upgrade: 'websocket' } });
    expect(response.status).toBe(101);
    const socket = response.webSocket ?? expect.fail('no socket');
    socket.accept();
    const answer = new Promise((resolve) => socket.addEventListener('message', ({ data }) => resolve(data)));
    socket.send('hello');
    expect(await answer).toBe('echo hello');
    socket.close();
  });

  it('may be large', async () => {
    const response = await startIsolate().visit(`/download?bytes=${20 * MIB}`, { ip: freshClient() });
    expect(response.headers.get('Content-Length')).toBe(String(20 * MIB));
    let bytes = 0;
    const stream: ReadableStream<Uint8Array> = response.body ?? expect.fail('no body');
    for await (const chunk of stream) bytes += chunk.byteLength;
    expect(bytes).toBe(20 * MIB);
  });

  it('keeps its status and headers: HEAD, ranges, 304, redirects, several cookies', async () => {
    const isolate = startIsolate();
    const ip = freshClient();
    const head = await isolate.visit('/download?bytes=1234', { method: 'HEAD', ip });
    expect([head.status, head.headers.get('Content-Length'), await head.text()]).toEqual([200, '1234', '']);
    const range = await isolate.visit('/range', { ip, headers: { Range: 'bytes=2-5' } });
    expect([range.status, range.headers.get('Content-Range'), await range.text()]).toEqual([
      206,
      'bytes 2-5/10',
      'cdef',
    ]);
    const same = await isolate.visit('/unchanged', { ip, headers: { 'If-None-Match': '"v1"' } });
    expect([same.status, same.headers.get('ETag'), same.body]).toEqual([304, '"v1"', null]);
    const moved = await isolate.visit('/moved', { ip });
    expect([moved.status, moved.headers.get('Location')]).toEqual([302, '/elsewhere?x=%2F']);
    expect((await isolate.visit('/cookies', { ip })).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
});

describe('what goes to the origin', () => {
  it('flows while the client still sends: 50 MB never stand in the isolate', async () => {
    const isolate = startIsolate();
    const id = 'upload-1';
    const ip = freshClient();
    const total = 50 * MIB;
    const chunk = new Uint8Array(MIB / 2);
    let produced = 0;
    let ahead = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          // Past the inspected part each further chunk waits until the origin has most of those before it.
          if (produced > MIB) {
            const arrived = await eventually(
              () => seen(id),
              (bytes) => produced - bytes <= 2 * MIB,
            );
            ahead = Math.max(ahead, produced - arrived);
          }
          if (produced === total) return controller.close();
          controller.enqueue(chunk.slice());
          produced += chunk.byteLength;
        },
      },
      { highWaterMark: 0 },
    );
    const response = await isolate.send(makeRequest(`/upload?id=${id}`, { method: 'POST', body, ip }));
    expect(await response.json()).toMatchObject({ bytes: total });
    expect(ahead).toBeLessThanOrEqual(2 * MIB);
  }, 60_000);
  it('keeps a declared length', async () => {
    // Through the front door, so that the body is one that came over a connection.
    const request = makeRequest('/upload?id=u2', { method: 'PUT', body: new Uint8Array(300_000), ip: freshClient() });
    const response = await SELF.fetch(request);
    expect(await response.json()).toEqual({ bytes: 300_000, length: '300000' });
  });

  it('moves on when a stream falters, and what comes later follows', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const response = startIsolate().send(
      makeRequest('/upload?id=u3', {
        method: 'POST',
        body: readable,
        headers: { 'Content-Type': 'application/octet-stream' },
        ip: freshClient(),
      }),
    );
    await writer.write(new TextEncoder().encode('beginning '));
    // Nothing more is sent until the origin has the beginning.
    await eventually(
      () => seen('u3'),
      (bytes) => bytes === 10,
    );
    await writer.write(new TextEncoder().encode('end'));
    await writer.close();
    const answer = await response;
    expect(answer.headers.get('X-EdgeShield-Decision')).toBe('log');
    expect(await answer.json()).toMatchObject({ bytes: 13 });
  });

  it('is inspected and sent on also where an Upgrade header stands beside it', async () => {
    const isolate = startIsolate();
    const post = (body: string) =>
      isolate.visit('/form', {
        method: 'POST',
        body,
        headers: { Upgrade: 'h2c', 'Content-Type': 'application/x-www-form-urlencoded' },
        ip: freshClient(),
      });
    expect(await (await post('a=hello')).json()).toMatchObject({ length: 7 });
    expect((await post('a=<script>alert(1)</script>')).status).toBe(403);
  });

  it('does not reach the origin when the client breaks it off before it could be judged', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const request = makeRequest('/upload?id=u5', { method: 'POST', body: readable, ip: freshClient() });
    const response = startIsolate().send(request);
    await writer.write(new TextEncoder().encode('half of '));
    await writer.abort(new Error('gone'));
    expect((await response).status).toBe(408);
    expect(await seen('u5')).toBe(0);
  });

  it('is inspected at its beginning however long it is', async () => {
    const attack = new TextEncoder().encode(`{"q":"<script>alert(1)</script>","pad":"${'x'.repeat(2 * MIB)}"}`);
    const response = await startIsolate().visit('/upload?id=u4', {
      method: 'POST',
      body: attack,
      headers: { 'Content-Type': 'application/json' },
      ip: freshClient(),
    });
    expect(response.status).toBe(403);
  });
});

describe('an origin that does not answer', () => {
  it('is told as a 502 with the request id and nothing of the inside', async () => {
    const isolate = startIsolate({ ORIGIN: undefined, ORIGIN_URL: 'http://127.0.0.1:9' });
    const response = await isolate.visit('/', { ip: freshClient(), headers: { Accept: 'application/json' } });
    const text = await response.text();
    expect(response.status).toBe(502);
    expect(JSON.parse(text)).toMatchObject({ request_id: response.headers.get('X-Request-Id') });
    expect(text).not.toMatch(/127\.0\.0\.1|stack|Error:/);
  });

  it('is told the same when it throws', async () => {
    expect((await startIsolate().visit('/breaks', { ip: freshClient() })).status).toBe(502);
  });
});
