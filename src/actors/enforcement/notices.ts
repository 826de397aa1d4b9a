import { Webhook } from 'standardwebhooks';
import { type Env, SINGLETON } from '../../env.ts';
import type { Alarms } from '../alarms.ts';
import { refuseFeedUrl } from '../collector/feed-url.ts';
import type { FactStore } from './facts.ts';
import type { WebhookMessage } from './webhook-message.ts';
import type { WebhookQueue } from './webhook-queue.ts';
import { type Receiver, sendDue } from './webhook-sender.ts';

/** The job that sends what is queued. */
export const WEBHOOK_JOB = 'webhooks';

/** Tells operators what happened: dashboards by the threat bus, best effort; their receiver by webhooks, at least once. */
export class Notices {
  readonly #env: Env;
  readonly #queue: WebhookQueue;
  readonly #facts: FactStore;
  readonly #alarms: Alarms;
  readonly #report: (during: string, error: unknown) => string;
  #sending: Promise<void> | null = null;

  constructor(
    env: Env,
    queue: WebhookQueue,
    facts: FactStore,
    alarms: Alarms,
    report: (during: string, error: unknown) => string,
  ) {
    this.#env = env;
    this.#queue = queue;
    this.#facts = facts;
    this.#alarms = alarms;
    this.#report = report;
  }

  /** Queues a webhook, in the caller's transaction if there is one; without a receiver nothing. `flush` sends it. */
  queue(message: WebhookMessage, now: number): void {
    if (this.#receiver() === null) return;
    const dropped = this.#queue.add(`msg_${crypto.randomUUID()}`, message, now);
    if (dropped > 0) void this.tell('error', `webhooks: the queue is full, ${dropped} of the oldest dropped`);
  }

  /** Has the alarm send what is queued. */
  async flush(): Promise<void> {
    const next = this.#queue.next();
    if (next !== null) await this.#alarms.schedule(WEBHOOK_JOB, next);
  }

  /** An event for the dashboards. Never rejects. */
  async tell(outcome: 'notice' | 'error', reason: string): Promise<void> {
    const at = Date.now();
    const event = {
      id: crypto.randomUUID(),
      kind: 'system',
      at,
      outcome,
      reason: `enforcement: ${reason}`,
      seq: 0,
    } as const;
    try {
      const bus = this.#env.THREAT_BUS.getByName(SINGLETON);
      await bus.publish({ events: [event], outcomes: {}, routes: {}, countries: {}, seq: 0, at });
    } catch (error) {
      this.#report('tell the bus', error);
    }
  }

  /** The job. What fails stays queued and is tried again later. One go at a time: two would send the same twice. */
  send(): Promise<void> {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #send(): Promise<void> {
    const expired = this.#queue.expire(Date.now());
    if (expired > 0) await this.tell('error', `webhooks: ${expired} dropped, undelivered for three days`);
    const receiver = this.#receiver();
    if (receiver !== null && receiver.problem === null) {
      this.#facts.set('webhookProblem', await sendDue(this.#queue, receiver));
    } else this.#facts.set('webhookProblem', receiver?.problem ?? null);
    const next = this.#queue.next();
    // A receiver that cannot be used is looked at again with the next message, or when the settings change.
    if (next !== null && receiver?.problem === null)
      await this.#alarms.schedule(WEBHOOK_JOB, Math.max(next, Date.now()));
  }

  status(): { readonly queued: number; readonly lastProblem: string | null } {
    const lastProblem = this.#receiver()?.problem ?? this.#facts.get('webhookProblem');
    return { queued: this.#queue.size, lastProblem };
  }

  /** Null when none is set; with a problem when it cannot be used as it is set. */
  #receiver(): (Receiver & { readonly problem: null }) | { readonly problem: string } | null {
    const { WEBHOOK_URL: url = '', WEBHOOK_SECRET: secret = '', FEED_ALLOW_HTTP } = this.#env;
    if (url === '') return null;
    const refused = refuseFeedUrl(url, FEED_ALLOW_HTTP === 'true');
    if (refused !== null) return { problem: `WEBHOOK_URL ${refused}` };
    if (secret === '') return { problem: 'WEBHOOK_SECRET is not set: webhooks are not sent unsigned' };
    try {
      return { url, signer: new Webhook(secret), problem: null };
    } catch {
      return { problem: 'WEBHOOK_SECRET is not whsec_ and base64' };
    }
  }
}
