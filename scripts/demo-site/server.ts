import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { homePage, loginPage, messagePage, productPage, PRODUCTS, searchPage } from './pages.ts';

/** What a sign-in form or an order may weigh; uploads are counted as they stream and have no limit here. */
const FORM_LIMIT = 64 * 1024;
/** Server-sent events: one a second, then the stream ends. */
const EVENT_COUNT = 30;

/** A small real shop for the shield to stand in front of. Answers the server and its URL on a free port. */
export async function startDemoSite(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, 500, 'text/plain', `The demo site failed: ${String(error)}\n`);
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the demo site has no port');
  return { url: `http://127.0.0.1:${address.port}`, stop: () => stop(server) };
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://demo.invalid');
  const page = (html: string, status = 200) => send(response, status, 'text/html; charset=utf-8', html);
  const json = (value: unknown, status = 200) => send(response, status, 'application/json', JSON.stringify(value));

  switch (`${request.method === 'HEAD' ? 'GET' : request.method} ${url.pathname}`) {
    case 'GET /':
      return page(homePage());
    case 'GET /search':
      return page(searchPage(url.searchParams.get('q') ?? ''));
    case 'GET /login':
      return page(loginPage());
    case 'POST /login': {
      const form = new URLSearchParams(await readText(request, FORM_LIMIT));
      return page(messagePage(`Hello ${form.get('user') ?? 'stranger'}: this is a demo, nobody has an account.`), 401);
    }
    case 'GET /api/products':
      return json(PRODUCTS);
    case 'POST /api/orders':
      return json({ accepted: true, order: JSON.parse(await readText(request, FORM_LIMIT)) }, 201);
    case 'POST /upload':
    case 'PUT /upload':
      return json(await weigh(request));
    case 'GET /events':
      return streamEvents(request, response);
    default: {
      const product = PRODUCTS.find((item) => url.pathname === `/products/${item.id}`);
      return product === undefined ? page(messagePage('There is no such page.'), 404) : page(productPage(product));
    }
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function readText(request: IncomingMessage, limit: number): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > limit) throw new Error(`a body of more than ${limit} characters`);
  }
  return text;
}

/** Counts and hashes an upload as it streams by: whoever sent it can tell that every byte came through. */
async function weigh(request: IncomingMessage): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

function streamEvents(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let n = 0;
  const tick = () => {
    n += 1;
    response.write(`id: ${n}\ndata: ${JSON.stringify({ visitors: 40 + (n % 7) })}\n\n`);
    if (n === EVENT_COUNT) finish();
  };
  const timer = setInterval(tick, 1000);
  const finish = () => {
    clearInterval(timer);
    response.end();
  };
  request.on('close', finish);
  tick();
}
