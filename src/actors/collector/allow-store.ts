import { parseRange } from '../../edge/reputation/range.ts';
import type { AllowEntry } from '../contracts.ts';
import type { Database } from '../database.ts';
import type { AllowedRange } from './allow-set.ts';

export const ALLOW_MIGRATION = `CREATE TABLE allowed (range TEXT PRIMARY KEY, note TEXT NOT NULL) WITHOUT ROWID;`;

/** Entries by hand; more than this are a list, and a list can be a source. */
export const ALLOW_LIMIT = 1000;
export const NOTE_LIMIT = 200;

/** What operators spare, a row each. */
export class AllowStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): readonly AllowedRange[] {
    if (this.#db.empty) return [];
    const rows = this.#db.exec<{ range: string; note: string }>(`SELECT range, note FROM allowed ORDER BY range`);
    return rows.toArray().flatMap(({ range, note }) => {
      const parsed = parseRange(range);
      if (!parsed.ok) return [];
      const entry: AllowEntry = { range, note, origin: 'operator' };
      return [{ entry, at: parsed.range }];
    });
  }

  put(range: string, note: string): void {
    this.#db.exec(`INSERT OR REPLACE INTO allowed VALUES (?, ?)`, range, note);
  }

  /** False when the range is not on the list. */
  remove(range: string): boolean {
    if (!this.list().some(({ entry }) => entry.range === range)) return false;
    this.#db.exec(`DELETE FROM allowed WHERE range = ?`, range);
    return true;
  }
}
