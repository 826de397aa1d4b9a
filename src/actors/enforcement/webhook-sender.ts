import type { Webhook } from 'standardwebhooks';
import type { QueuedWebhook } from './webhook-message.ts';

/** Where webhooks go, as the settings have it. */
export interface Receiver {
  readonly url: string;
  readonly signer: Webhook;
}

/** What sending needs of a queue. */
interface Waiting {
  due(now: number, limit: number): readonly QueuedWebhook[];
  delivered(id: string): void;
  failed(queued: QueuedWebhook, now: number): void;
}

/** Messages tried in one go of the alarm: the engine's other jobs wait for it. */
const AT_ONCE = 10;
/** A receiver that does not take a message in this time is as good as away. */
const TIMEOUT_MS = 5000;

/**
 * Sends what is due, oldest first, each under its own id and signed anew with the time of the try (receivers refuse old ones).
 * A message counts as delivered by a 2xx alone: a crash before that is noted sends it again, under the same id. Answers the
 * last problem in words that name no address and no secret, or null.
 */
export async function sendDue(queue: Waiting, { url, signer }: Receiver): Promise<string | null> {
  let problem: string | null = null;
  for (const queued of queue.due(Date.now(), AT_ONCE)) {
    const outcome = await send(url, signer, queued);
    if (outcome === null) queue.delivered(queued.id);
    else {
      queue.failed(queued, Date.now());
      problem = outcome.problem;
      // Nobody is there: the others would only wait for the same.
      if (outcome.away) break;
    }
  }
  return problem;
}

/** Null when it was taken. */
async function send(url: string, signer: Webhook, { id, body }: QueuedWebhook) {
  const at = new Date();
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'EdgeShield-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signer.sign(id, at, body),
  };
  const late = new AbortController();
  // Not `AbortSignal.timeout`: its timer goes on after the answer, and keeps the object in memory for as long.
  const timer = setTimeout(() => late.abort(), TIMEOUT_MS);
  try {
    // A redirect is a failure: what is signed for one receiver is not for another to read.
    const init = { method: 'POST', headers, body, redirect: 'manual', signal: late.signal } as const;
    const response = await fetch(url, init);
    await response.body?.cancel();
    return response.ok ? null : { problem: `the receiver answered ${response.status}`, away: false };
  } catch {
    const problem = late.signal.aborted ? `no answer in ${TIMEOUT_MS / 1000} s` : 'the receiver cannot be reached';
    return { problem, away: true };
  } finally {
    clearTimeout(timer);
  }
}
