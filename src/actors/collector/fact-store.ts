import type { IntelligenceStatus } from '../contracts.ts';
import type { Database } from '../database.ts';

export const FACT_MIGRATION = `CREATE TABLE facts (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;`;

export type FeedEvent = IntelligenceStatus['events'][number];

/** A feed that fails and recovers each hour has four days of events; 20 KB, one row written per event. */
const EVENT_LIMIT = 100;

/** What happened to feeds, newest first, and when the last merge was. */
export class FactStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  events(): readonly FeedEvent[] {
    const body = this.#read('events');
    return body === null ? [] : JSON.parse(body);
  }

  addEvent(event: FeedEvent): void {
    this.#write('events', [event, ...this.events()].slice(0, EVENT_LIMIT));
  }

  /** Unix milliseconds; null before the first merge. */
  mergedAt(): number | null {
    const body = this.#read('mergedAt');
    return body === null ? null : Number(body);
  }

  setMergedAt(at: number): void {
    this.#write('mergedAt', at);
  }

  #read(name: string): string | null {
    if (this.#db.empty) return null;
    const row = this.#db.exec<{ body: string }>(`SELECT body FROM facts WHERE name = ?`, name).toArray()[0];
    return row?.body ?? null;
  }

  #write(name: string, value: unknown): void {
    this.#db.exec(`INSERT OR REPLACE INTO facts VALUES (?, ?)`, name, JSON.stringify(value));
  }
}
