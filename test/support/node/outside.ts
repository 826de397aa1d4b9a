import { createServer } from 'node:http';
import { startCloudflareStandIn, type CloudflareStandIn } from './cloudflare/stand-in.ts';
import type { OutsideOrder, OutsideView } from './outside-order.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';

export interface Outside {
  /** Takes orders as JSON in a POST, and answers what is to be seen. */
  readonly control: string;
  readonly bindings: Readonly<Record<string, string>>;
}

const SECRET = 'whsec_dGVzdC1zZWNyZXQtb2Ytd2ViaG9va3MtMDEyMzQ1Njc4OQ==';
const ACCOUNT = {
  token: 'a'.repeat(40),
  accountId: 'b'.repeat(32),
  zoneId: 'c'.repeat(32),
  plan: 'pro',
  hold: false,
} as const;

/** A Cloudflare account and a receiver of webhooks; they do not keep the process alive. */
export async function startOutside(): Promise<Outside> {
  let account: CloudflareStandIn = await startCloudflareStandIn(ACCOUNT);
  const port = Number(new URL(account.url).port);
  const receiver = await startWebhookReceiver(SECRET, false);
  let heard = 0;

  async function obey({ reset, webhookStatus }: OutsideOrder): Promise<OutsideView> {
    if (reset === true) {
      await account.stop();
      account = await startCloudflareStandIn({ ...ACCOUNT, port });
      heard = receiver.received.length;
      receiver.answer(204);
    }
    if (webhookStatus !== undefined) receiver.answer(webhookStatus);
    return {
      received: receiver.received.slice(heard),
      refused: receiver.refused,
      lists: Object.fromEntries(account.lists().map(({ name, items }) => [name, items.map(({ ip }) => String(ip))])),
      calls: account.calls.map(({ method, path, status }) => `${method} ${path} ${status}`),
    };
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const order: OutsideOrder = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
      obey(order).then(
        (view) => response.end(JSON.stringify(view)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const place = server.address();
  const control = `http://127.0.0.1:${typeof place === 'object' ? (place?.port ?? 0) : 0}`;
  return {
    control,
    bindings: {
      OUTSIDE: control,
      CF_API_TOKEN: ACCOUNT.token,
      CF_ACCOUNT_ID: ACCOUNT.accountId,
      CF_PLAN: ACCOUNT.plan,
      CF_API_BASE_URL: account.url,
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET: SECRET,
    },
  };
}
