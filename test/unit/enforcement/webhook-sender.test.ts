import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { sendDue } from '../../../src/actors/enforcement/webhook-sender.ts';
import { type QueuedWebhook, tellBlocked, THREATS_TOLD } from '../../../src/actors/enforcement/webhook-message.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/node/webhook-receiver.ts';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four bytes').toString('base64')}`;
const signer = new Webhook(SECRET);

let receiver: WebhookReceiver;
let waiting: QueuedWebhook[];
let failed: string[];

const queue = {
  due: (_: number, limit: number) => waiting.slice(0, limit),
  delivered: (id: string) => {
    waiting = waiting.filter((queued) => queued.id !== id);
  },
  failed: ({ id }: QueuedWebhook) => {
    failed.push(id);
  },
};

const message = (id: string, body = JSON.stringify({ type: 'run.failed', data: { note: 'é' } })): QueuedWebhook => ({
  id,
  at: Date.now(),
  body,
  tries: 0,
});

beforeEach(async () => {
  receiver = await startWebhookReceiver(SECRET);
  waiting = [];
  failed = [];
});
afterEach(() => receiver.stop());

test('messages come in order, signed so that the library of Standard Webhooks takes them', async () => {
  waiting = [message('msg_1'), message('msg_2')];
  expect(await sendDue(queue, { url: receiver.url, signer })).toBeNull();
  expect(receiver.received.map(({ id, data }) => [id, data])).toEqual([
    ['msg_1', { note: 'é' }],
    ['msg_2', { note: 'é' }],
  ]);
  expect([receiver.refused, waiting, failed]).toEqual([[], [], []]);
});

test('a message signed with another secret is refused by the receiver, and stays queued', async () => {
  waiting = [message('msg_1')];
  const other = new Webhook(`whsec_${Buffer.from('another secret of enough bytes').toString('base64')}`);
  expect(await sendDue(queue, { url: receiver.url, signer: other })).toBe('the receiver answered 400');
  expect(receiver.received).toEqual([]);
  expect(failed).toEqual(['msg_1']);
  expect(waiting).toHaveLength(1);
});

test('one that is refused does not hold up the others, and comes again under the same id', async () => {
  waiting = [message('msg_1'), message('msg_2')];
  receiver.answer(500);
  expect(await sendDue(queue, { url: receiver.url, signer })).toBe('the receiver answered 500');
  expect(failed).toEqual(['msg_1', 'msg_2']);
  receiver.answer(200);
  expect(await sendDue(queue, { url: receiver.url, signer })).toBeNull();
  expect(receiver.received.map(({ id }) => id)).toEqual(['msg_1', 'msg_2', 'msg_1', 'msg_2']);
});

test('a redirect is a failure: what is signed for one is not sent to another', async () => {
  const server = createServer((_, response) => response.writeHead(307, { location: receiver.url }).end());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const place = server.address();
  const port = typeof place === 'object' ? place?.port : 0;
  waiting = [message('msg_1')];
  expect(await sendDue(queue, { url: `http://127.0.0.1:${port}/`, signer })).toBe('the receiver answered 307');
  expect(receiver.received).toEqual([]);
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

test('where nobody is, one try is enough, and the problem names neither address nor secret', async () => {
  const { url } = receiver;
  await receiver.stop();
  waiting = [message('msg_1'), message('msg_2')];
  expect(await sendDue(queue, { url, signer })).toBe('the receiver cannot be reached');
  expect(failed).toEqual(['msg_1']);
  receiver = await startWebhookReceiver(SECRET);
});

test('a message of many new blocks names the worst and counts all, in under 20 KB', () => {
  const top = Array.from({ length: 500 }, (_, i) => ({
    ip: `2001:db8:${i.toString(16)}:1234::/64`,
    score: 0.91,
    sources: ['ipsum', 'emerging-threats', 'spamhaus-drop-v6'],
  }));
  const told = tellBlocked(1_790_000_000_000, 'run', 'live', 120_000, top);
  expect(told).toMatchObject({
    type: 'threats.blocked',
    timestamp: '2026-09-21T14:13:20.000Z',
    data: { count: 120_000 },
  });
  expect(told.data['threats']).toHaveLength(THREATS_TOLD);
  expect(JSON.stringify(told).length).toBeLessThan(20_000);
});
