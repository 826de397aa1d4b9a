import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import type { ReceivedWebhook } from './outside-order.ts';

export interface WebhookReceiver {
  readonly url: string;
  /** Those whose signature was right, in the order in which they came. */
  readonly received: readonly ReceivedWebhook[];
  /** Requests that the library of Standard Webhooks refused. */
  readonly refused: readonly string[];
  /** With what the next ones are answered. */
  answer(status: number): void;
  stop(): Promise<void>;
}

/** Takes webhooks over HTTP and verifies each as a receiver should. `hold` false: does not keep the process alive. */
export async function startWebhookReceiver(secret: string, hold = true): Promise<WebhookReceiver> {
  const webhook = new Webhook(secret);
  const received: ReceivedWebhook[] = [];
  const refused: string[] = [];
  let status = 204;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      try {
        const body = webhook.verify(Buffer.concat(chunks).toString('utf8'), headers);
        const { type, data } = body as Pick<ReceivedWebhook, 'type' | 'data'>;
        received.push({ id: headers['webhook-id'] ?? '', type, data, status });
        response.writeHead(status).end();
      } catch (error) {
        refused.push(String(error));
        response.writeHead(400).end();
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  if (!hold) server.unref();
  const place = server.address();
  if (place === null || typeof place === 'string') throw new Error('the receiver has no port');
  return {
    url: `http://127.0.0.1:${place.port}/hooks/secret-part-of-the-path`,
    received,
    refused,
    answer: (next) => {
      status = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
