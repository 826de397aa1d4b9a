import type { Database } from '../database.ts';
import type { NumberedEvent } from '../contracts.ts';
import { RING_LIMIT } from './event-ring.ts';
import { EVENT_LIMIT } from './trim-event.ts';

/** A slot is closed when it holds this much text; the one write per batch rewrites its slot, so this is what a write moves at most. */
const SLOT_TEXT = 128 * 1024;
/** No closed slot holds fewer: events are at most EVENT_LIMIT long. */
const SLOT_EVENTS = SLOT_TEXT / EVENT_LIMIT;
/** Enough closed slots for the whole ring, and the open one. */
const SLOTS = Math.ceil(RING_LIMIT / SLOT_EVENTS) + 1;

export const EVENT_LOG_MIGRATION = `CREATE TABLE slots (slot INTEGER PRIMARY KEY, last INTEGER NOT NULL, body TEXT NOT NULL)`;

/**
 * The ring as it is kept: slots in a circle, each a packed row of some dozens of events. A batch rewrites the open slot:
 * one row written, none deleted, and no event is lost with the instance.
 */
export class EventLog {
  readonly #db: Database;
  #slot = 0;
  #texts: string[] = [];
  #size = 0;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The kept events, oldest first. Call it once, before the first `append`. */
  load(): readonly NumberedEvent[] {
    if (this.#db.empty) return [];
    const rows = this.#db.exec<{ slot: number; body: string }>(`SELECT slot, body FROM slots ORDER BY last`).toArray();
    const slots = rows.map((row): readonly NumberedEvent[] => JSON.parse(row.body));
    this.#slot = rows.at(-1)?.slot ?? 0;
    this.#texts = (slots.at(-1) ?? []).map((event) => JSON.stringify(event));
    this.#size = this.#texts.reduce((sum, text) => sum + text.length, 0);
    return slots.flat().slice(-RING_LIMIT);
  }

  append(events: readonly NumberedEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    if (this.#texts.length >= SLOT_EVENTS && (this.#size >= SLOT_TEXT || this.#texts.length >= SLOT_EVENTS * 2)) {
      this.#slot = (this.#slot + 1) % SLOTS;
      this.#texts = [];
      this.#size = 0;
    }
    for (const event of events) {
      const text = JSON.stringify(event);
      this.#texts.push(text);
      this.#size += text.length;
    }
    this.#db.exec(
      `INSERT INTO slots VALUES (?1, ?2, ?3) ON CONFLICT (slot) DO UPDATE SET last = ?2, body = ?3`,
      this.#slot,
      last.n,
      `[${this.#texts.join(',')}]`,
    );
  }
}
