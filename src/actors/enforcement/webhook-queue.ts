import type { Database } from '../database.ts';
import type { QueuedWebhook, WebhookMessage } from './webhook-message.ts';

export const WEBHOOK_MIGRATION = `
CREATE TABLE webhooks (id TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL, tries INTEGER NOT NULL, next INTEGER NOT NULL) WITHOUT ROWID;
`;

/** A receiver that was away for so long reads the runs instead; 200 messages of 20 KB are 4 MB at most. */
export const QUEUE_LIMIT = 200;
/** The life of a message; a weekend and a day. */
export const MESSAGE_LIFE_MS = 3 * 86_400_000;
/** Waits after the first, second ... failed try; the last one from then on (the schedule of Standard Webhooks, shortened at its end). */
const WAITS_MS = [5000, 300_000, 1_800_000, 7_200_000, 18_000_000];

/** Messages that wait for their receiver, oldest first. */
export class WebhookQueue {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  get size(): number {
    if (this.#db.empty) return 0;
    return this.#db.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM webhooks`).one().n;
  }

  /** Queues a message, due at once. The oldest gives way when the queue is full. Answers how many gave way. */
  add(id: string, message: WebhookMessage, now: number): number {
    return this.#db.transaction(() => {
      this.#db.exec(`INSERT OR IGNORE INTO webhooks VALUES (?, ?, ?, 0, ?)`, id, now, JSON.stringify(message), now);
      const over = this.size - QUEUE_LIMIT;
      if (over <= 0) return 0;
      this.#db.exec(`DELETE FROM webhooks WHERE id IN (SELECT id FROM webhooks ORDER BY at, id LIMIT ?)`, over);
      return over;
    });
  }

  due(now: number, limit: number): readonly QueuedWebhook[] {
    if (this.#db.empty) return [];
    return this.#db
      .exec<QueuedRow>(`SELECT id, at, body, tries FROM webhooks WHERE next <= ? ORDER BY at, id LIMIT ?`, now, limit)
      .toArray();
  }

  /** When the next one is due; null when none waits. */
  next(): number | null {
    if (this.#db.empty) return null;
    return this.#db.exec<{ next: number | null }>(`SELECT MIN(next) AS next FROM webhooks`).one().next;
  }

  delivered(id: string): void {
    this.#db.exec(`DELETE FROM webhooks WHERE id = ?`, id);
  }

  failed({ id, tries }: QueuedWebhook, now: number): void {
    const wait = WAITS_MS[Math.min(tries, WAITS_MS.length - 1)] ?? 0;
    this.#db.exec(`UPDATE webhooks SET tries = ?, next = ? WHERE id = ?`, tries + 1, now + wait, id);
  }

  /** Drops what is past its life. Answers how many. */
  expire(now: number): number {
    if (this.#db.empty) return 0;
    const before = this.size;
    this.#db.exec(`DELETE FROM webhooks WHERE at <= ?`, now - MESSAGE_LIFE_MS);
    return before - this.size;
  }
}

type QueuedRow = { readonly id: string; readonly at: number; readonly body: string; readonly tries: number };
