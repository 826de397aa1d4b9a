import { WATCHLIST_LIMIT, writeWatchlist } from '../../edge/reputation/watchlist.ts';
import type { Database } from '../database.ts';

export const WATCH_MIGRATION = `
CREATE TABLE watched (client TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
`;

/** The longest client key is an IPv6 /64: 22 characters. */
const KEY_LIMIT = 64;

/** The clients whose reputation actors have something to remember. */
export class WatchStore {
  readonly #db: Database;
  /** Order of announcement; memory may forget it, since a gap harms nothing. */
  #number = Date.now();
  /** Counted once per life of the instance: a count reads every row, and rows read are billed. */
  #size: number | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** True when the set changed. When it is full the earliest-announced makes room. */
  add(client: string): boolean {
    if (client.length === 0 || client.length > KEY_LIMIT || this.#has(client)) return false;
    this.#number += 1;
    const size = this.#count() + 1;
    this.#db.exec(`INSERT INTO watched VALUES (?, ?)`, client, this.#number);
    this.#size = size;
    if (size > WATCHLIST_LIMIT) {
      this.#db.exec(`DELETE FROM watched WHERE client = (SELECT client FROM watched ORDER BY number LIMIT 1)`);
      this.#size -= 1;
    }
    return true;
  }

  /** True when the set changed. */
  remove(client: string): boolean {
    if (!this.#has(client)) return false;
    const size = this.#count() - 1;
    this.#db.exec(`DELETE FROM watched WHERE client = ?`, client);
    this.#size = size;
    return true;
  }

  /** The release body of the set as it stands. */
  body(): string {
    const rows = this.#db.empty ? [] : this.#db.exec<{ client: string }>(`SELECT client FROM watched`).toArray();
    return writeWatchlist(rows.map((row) => row.client));
  }

  #has(client: string): boolean {
    if (this.#db.empty) return false;
    return this.#db.exec(`SELECT 1 FROM watched WHERE client = ?`, client).toArray().length > 0;
  }

  #count(): number {
    this.#size ??= this.#db.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM watched`).one().n;
    return this.#size;
  }
}
