import type { Database } from '../database.ts';

export const BLOB_MIGRATION = `
CREATE TABLE blobs (name TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (name, part)) WITHOUT ROWID;
`;

/** Under the 2 MB that a row may have, with room for its key. */
const PART_BYTES = 1024 * 1024;

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
    if (rows.length === 0) return null;
    const whole = new Uint8Array(rows.reduce((sum, row) => sum + row.bytes.byteLength, 0));
    let at = 0;
    for (const { bytes } of rows) {
      whole.set(new Uint8Array(bytes), at);
      at += bytes.byteLength;
    }
    return whole;
  }

  /** Puts the bytes in the place of those of this name, in one transaction; null takes them away. */
  write(name: string, bytes: Uint8Array | null): void {
    const whole = bytes ?? new Uint8Array(0);
    const parts = Math.ceil(whole.length / PART_BYTES);
    this.#db.transaction(() => {
      this.#db.exec(`DELETE FROM blobs WHERE name = ? AND part >= ?`, name, parts);
      for (let part = 0; part < parts; part += 1) {
        const slice = whole.slice(part * PART_BYTES, (part + 1) * PART_BYTES);
        this.#db.exec(`INSERT OR REPLACE INTO blobs VALUES (?, ?, ?)`, name, part, slice.buffer);
      }
    });
  }
}
