import type { Database } from '../database.ts';

export const FACTS_MIGRATION = `CREATE TABLE facts (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID`;

type Name = 'totals' | 'epoch';

/** What the bus keeps besides events, a row each. */
export class BusFacts {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  read(name: Name): string | null {
    if (this.#db.empty) return null;
    const rows = this.#db.exec<{ body: string }>(`SELECT body FROM facts WHERE name = ?`, name).toArray();
    return rows[0]?.body ?? null;
  }

  write(name: Name, body: string): void {
    this.#db.exec(`INSERT INTO facts VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET body = ?2`, name, body);
  }
}
