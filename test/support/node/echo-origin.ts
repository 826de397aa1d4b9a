import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** RFC 6455, section 1.3. */
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
export const ETAG = '"echo-1"';
export const DOCUMENT = 'The quick brown fox jumps over the lazy dog.';

export interface EchoOrigin {
  readonly url: string;
  /** Sends one more event to every open `/sse`. */
  sendEvent(data: string): void;
  stop(): Promise<void>;
}

/** An origin that shows what a proxy may not touch: streams, ranges, conditions, redirects, upgrades. */
export async function startEchoOrigin(): Promise<EchoOrigin> {
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://echo.invalid').pathname;
    if (path === '/upload') return void weigh(request, response);
    if (path === '/document') return sendDocument(request, response);
    if (path === '/download') return sendBytes(response);
    if (path === '/odd-status') return void response.writeHead(999, { 'x-own': 'kept' }).end('odd');
    if (path === '/moved') return void response.writeHead(302, { location: '/document?moved=1' }).end();
    if (path === '/sse') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: hello\n\n');
      listeners.add(response);
      return void response.on('close', () => listeners.delete(response));
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    return void response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
  });
  const sockets = new Set<Duplex>();
  server.on('upgrade', (request, socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    echoFrames(request, socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the echo origin has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    sendEvent: (data) => {
      for (const listener of listeners) listener.write(`data: ${data}\n\n`);
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function weigh(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ bytes, sha256: hash.digest('hex') }));
}

function sendDocument(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers['if-none-match'] === ETAG) return void response.writeHead(304, { etag: ETAG }).end();
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  const headers = { 'content-type': 'text/plain', etag: ETAG, 'accept-ranges': 'bytes' };
  if (range === null) {
    response.writeHead(200, { ...headers, 'content-length': DOCUMENT.length });
    return void response.end(DOCUMENT);
  }
  const part = DOCUMENT.slice(Number(range[1]), Number(range[2]) + 1);
  const contentRange = `bytes ${range[1]}-${range[2]}/${DOCUMENT.length}`;
  response.writeHead(206, { ...headers, 'content-length': part.length, 'content-range': contentRange });
  return void response.end(part);
}

/** 20 MB in pieces, no length told. */
function sendBytes(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  const piece = Buffer.alloc(1024 * 1024, 7);
  let left = 20;
  const send = () => {
    while (left-- > 0) if (!response.write(piece)) return void response.once('drain', send);
    response.end();
  };
  send();
}

/** Answers the handshake and sends short text frames back as they came, without their mask (RFC 6455, section 5.2). */
function echoFrames(request: IncomingMessage, socket: Duplex): void {
  const key = String(request.headers['sec-websocket-key']);
  const accept = createHash('sha1')
    .update(key + WEBSOCKET_GUID)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.on('data', (frame: Buffer) => {
    const opcode = (frame[0] ?? 0) & 0x0f;
    const length = (frame[1] ?? 0) & 0x7f;
    if (opcode !== 1 || length > 125) return void socket.end();
    const mask = frame.subarray(2, 6);
    const text = frame.subarray(6, 6 + length).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
    return void socket.write(Buffer.concat([Buffer.from([0x81, length]), text]));
  });
  socket.on('error', () => socket.destroy());
}
