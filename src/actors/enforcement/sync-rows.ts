import type { Database } from '../database.ts';
import type { TextRows } from './sync-store.ts';

export const SYNC_MIGRATION = `
CREATE TABLE sync (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
`;

/** The rows of the synchronisation's state, in the actor's database. */
export class SyncRows implements TextRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  read(name: string): string | null {
    if (this.#db.empty) return null;
    const rows = this.#db.exec<{ text: string }>(`SELECT text FROM sync WHERE name = ?`, name).toArray();
    return rows[0]?.text ?? null;
  }

  write(name: string, text: string): void {
    this.#db.exec(`INSERT INTO sync VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET text = ?2`, name, text);
  }

  remove(name: string): void {
    this.#db.exec(`DELETE FROM sync WHERE name = ?`, name);
  }
}
