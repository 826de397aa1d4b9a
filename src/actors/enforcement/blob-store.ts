import { cutIntoParts, joinParts } from '../byte-parts.ts';
import type { Database } from '../database.ts';

export const BLOB_MIGRATION = `
CREATE TABLE blobs (name TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (name, part)) WITHOUT ROWID;
`;

/** Packed tables by name, cut into rows as large as the platform takes. */
export class BlobStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The bytes at the beginning of a buffer of their own, or null. */
  read(name: string): Uint8Array | null {
    if (this.#db.empty) return null;
    const rows = this.#db
      .exec<{ bytes: ArrayBuffer }>(`SELECT bytes FROM blobs WHERE name = ? ORDER BY part`, name)
      .toArray();
    return joinParts(rows.map((row) => row.bytes));
  }

  /** Puts the bytes in the place of those of this name, in one transaction; null takes them away. */
  write(name: string, bytes: Uint8Array | null): void {
    const parts = cutIntoParts(bytes ?? new Uint8Array(0));
    this.#db.transaction(() => {
      this.#db.exec(`DELETE FROM blobs WHERE name = ? AND part >= ?`, name, parts.length);
      for (const [part, body] of parts.entries())
        this.#db.exec(`INSERT OR REPLACE INTO blobs VALUES (?, ?, ?)`, name, part, body);
    });
  }
}
