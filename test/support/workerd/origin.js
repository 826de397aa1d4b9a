/**
 * A small real origin behind the shield under test. It runs as a Worker of its own, so every request to it crosses a
 * process boundary as in production. What it has seen of an upload and what it may send next are told by `id`.
 */
const seen = new Map();
const released = new Set();

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

export default {
  async fetch(request) {
    const url = new URL(request.url);
    const id = url.searchParams.get('id') ?? '';
    switch (url.pathname) {
      case '/sse':
        return sendEvents(id);
      case '/release':
        released.add(id);
        return new Response('released');
      case '/answer':
        return sendAnswer(url.searchParams);
      case '/drip':
        return drip(id, url.searchParams);
      case '/socket':
        return echoSocket(request);
      case '/upload':
        return takeUpload(request, id);
      case '/seen':
        return new Response(String(seen.get(id) ?? 0));
      case '/download':
        return sendBytes(Number(url.searchParams.get('bytes')), request.method);
      case '/range':
        return new Response('cdef', { status: 206, headers: { 'Content-Range': 'bytes 2-5/10', ETag: '"r"' } });
      case '/unchanged':
        return new Response(null, { status: 304, headers: { ETag: '"v1"' } });
      case '/moved':
        return new Response(null, { status: 302, headers: { Location: '/elsewhere?x=%2F' } });
      case '/cookies':
        return new Response('two', {
          headers: [
            ['Set-Cookie', 'a=1'],
            ['Set-Cookie', 'b=2'],
          ],
        });
      case '/forges':
        return new Response('x', { headers: { 'X-EdgeShield-Score': '0.999', 'X-RateLimit-Remaining': '99999' } });
      case '/breaks':
        throw new Error('the origin broke');
      default:
        return echo(request);
    }
  },
};

async function echo(request) {
  const body = await request.text();
  return Response.json({
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    length: body.length,
    body: body.slice(0, 1000),
  });
}

/** The second event is sent only when it was asked for by another request: whoever waits for both never sees the first. */
function sendEvents(id) {
  const { readable, writable } = new TransformStream();
  const run = async () => {
    const writer = writable.getWriter();
    const encoder = new TextEncoder();
    await writer.write(encoder.encode('data: one\n\n'));
    while (!released.has(id)) await pause();
    await writer.write(encoder.encode('data: two\n\n'));
    await writer.close();
  };
  run().catch(() => {});
  return new Response(readable, { headers: { 'Content-Type': 'text/event-stream' } });
}

/** Any answer: its `type`, `status`, `header` (`Name: value`), `text` after `before` bytes of padding; `packed` in gzip. */
function sendAnswer(asked) {
  const headers = new Headers({ 'Content-Type': asked.get('type') ?? 'text/html; charset=utf-8' });
  const [name, value] = (asked.get('header') ?? '').split(': ');
  if (name !== '') headers.set(name, value);
  const text = 'x'.repeat(Number(asked.get('before') ?? 0)) + (asked.get('text') ?? '');
  if (asked.has('packed')) headers.set('Content-Encoding', 'gzip');
  else headers.set('Content-Length', String(new TextEncoder().encode(text).length));
  return new Response(text, { status: Number(asked.get('status') ?? 200), headers });
}

/** A text whose first part comes at once, and whose second waits until another request asks for it. */
function drip(id, asked) {
  const { readable, writable } = new TransformStream();
  const run = async () => {
    const writer = writable.getWriter();
    const encoder = new TextEncoder();
    await writer.write(encoder.encode(asked.get('first') ?? 'first'));
    while (!released.has(id)) await pause();
    if (asked.has('breaks')) return writer.abort(new Error('gone'));
    await writer.write(encoder.encode(asked.get('second') ?? 'second'));
    await writer.close();
  };
  run().catch(() => {});
  return new Response(readable, { headers: { 'Content-Type': asked.get('type') ?? 'text/html' } });
}

function echoSocket(request) {
  if (request.headers.get('Upgrade') !== 'websocket') return new Response('no upgrade', { status: 426 });
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.addEventListener('message', ({ data }) => server.send(`echo ${data}`));
  return new Response(null, { status: 101, webSocket: client });
}

async function takeUpload(request, id) {
  let bytes = 0;
  let sum = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    for (let i = 0; i < chunk.byteLength; i += 997) sum = (sum + chunk[i]) % 65_536;
    seen.set(id, bytes);
  }
  return Response.json({ bytes, length: request.headers.get('Content-Length') });
}

function sendBytes(bytes, method) {
  const headers = { 'Content-Length': String(bytes), 'Content-Type': 'application/octet-stream' };
  if (method === 'HEAD') return new Response(null, { headers });
  const { readable, writable } = new FixedLengthStream(bytes);
  const run = async () => {
    const writer = writable.getWriter();
    const chunk = new Uint8Array(65_536);
    for (let left = bytes; left > 0; left -= chunk.byteLength)
      await writer.write(chunk.subarray(0, Math.min(left, chunk.byteLength)));
    await writer.close();
  };
  run().catch(() => {});
  return new Response(readable, { headers });
}
