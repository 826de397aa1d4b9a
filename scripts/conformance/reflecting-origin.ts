import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { reflect } from './reflect.ts';

/** The suites' backend on a free port: see `reflect`. */
export async function startReflectingOrigin(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  // Tests send header blocks that are longer than Node's own limit, and the Worker passes them on.
  const server = createServer({ maxHeaderSize: 128 * 1024 }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the reflecting origin has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = reflect(request.method ?? '', request.url ?? '', await buffer(request));
  for (const [name, value] of headers) response.setHeader(name, value);
  response.writeHead(status).end(body);
}
