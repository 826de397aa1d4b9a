import { cutIntoParts, joinParts } from '../byte-parts.ts';
import type { Database } from '../database.ts';
import type { IndicatorTable } from './indicator-table.ts';
import { packTable, unpackTable } from './pack-table.ts';
import { NEW_RECORD, type SourceRecord } from './source-record.ts';

export const SOURCE_MIGRATION = `
CREATE TABLE sources (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE copies (source TEXT NOT NULL, part INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (source, part)) WITHOUT ROWID;
`;

/** What is remembered of each source, a row each; and the copies that stand, packed: one row for a list of 120,000 addresses. */
export class SourceStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  records(): Map<string, SourceRecord> {
    if (this.#db.empty) return new Map();
    const rows = this.#db.exec<{ id: string; body: string }>(`SELECT id, body FROM sources ORDER BY id`).toArray();
    return new Map(rows.map(({ id, body }) => [id, readRecord(body)]));
  }

  put(id: string, record: SourceRecord): void {
    this.#db.exec(`INSERT OR REPLACE INTO sources VALUES (?, ?)`, id, JSON.stringify(record));
  }

  /** A new copy and what is remembered with it: both or neither. */
  putCopy(id: string, record: SourceRecord, table: IndicatorTable): void {
    const parts = cutIntoParts(packTable(table));
    this.#db.transaction(() => {
      for (const [part, body] of parts.entries())
        this.#db.exec(`INSERT OR REPLACE INTO copies VALUES (?, ?, ?)`, id, part, body);
      this.#db.exec(`DELETE FROM copies WHERE source = ? AND part >= ?`, id, parts.length);
      this.put(id, record);
    });
  }

  /** The copy that stands; null when there is none, or none that can be read: then it must be fetched anew. */
  copy(id: string): IndicatorTable | null {
    if (this.#db.empty) return null;
    const rows = this.#db
      .exec<{ body: ArrayBuffer }>(`SELECT body FROM copies WHERE source = ? ORDER BY part`, id)
      .toArray();
    const bytes = joinParts(rows.map(({ body }) => body));
    return bytes === null ? null : unpackTable(bytes);
  }

  remove(id: string): void {
    this.#db.transaction(() => {
      this.#db.exec(`DELETE FROM copies WHERE source = ?`, id);
      this.#db.exec(`DELETE FROM sources WHERE id = ?`, id);
    });
  }
}

/** Fields that an earlier version did not know are as new. */
function readRecord(body: string): SourceRecord {
  const record: Partial<SourceRecord> = JSON.parse(body);
  return { ...NEW_RECORD, ...record };
}
