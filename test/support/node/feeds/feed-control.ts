import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FeedFault } from './feed-faults.ts';
import type { FeedOrder, SeenRequests } from './feed-order.ts';
import type { FeedServer } from './feed-server.ts';

const PATH = '/__control';

export function isControl(request: IncomingMessage): boolean {
  return request.method === 'POST' && request.url === PATH;
}

/** Does what it is told, and answers the requests for the address so far. */
export async function answerControl(
  feeds: FeedServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const order: FeedOrder = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  if (order.set !== undefined) feeds.set(order.address, order.set);
  if (order.fault !== undefined) feeds.fault(order.address, order.fault as FeedFault | null, order.times);
  const seen: SeenRequests = feeds.requests.filter(({ address }) => address === order.address);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(seen));
}
