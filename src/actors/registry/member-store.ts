import type { Member } from '../contracts.ts';
import type { Database } from '../database.ts';

export const MEMBER_MIGRATION = `
CREATE TABLE members (kind TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
`;

/** A policy of some hundred routes with a few shards each; telling so many takes one broadcast about a second. */
export const MEMBER_LIMIT = 500;
/** Members join when they wake; one that has not for so long sleeps, and telling it would only wake it. */
const FRESH_MS = 30 * 60_000;
/** A member that wakes often is not written each time. */
const REFRESH_MS = 10 * 60_000;

/** Who wants to hear of new heads: kept, because the registry may sleep while its members are awake. */
export class MemberStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  add({ kind, name }: Member, now: number): void {
    const known = this.#db
      .exec<{ at: number }>(`SELECT at FROM members WHERE kind = ? AND name = ?`, kind, name)
      .toArray()[0];
    if (known !== undefined && now - known.at < REFRESH_MS) return;
    this.#db.exec(`INSERT OR REPLACE INTO members VALUES (?, ?, ?)`, kind, name.slice(0, 200), now);
    this.#db.exec(
      `DELETE FROM members WHERE (kind, name) IN (SELECT kind, name FROM members ORDER BY at DESC LIMIT -1 OFFSET ?)`,
      MEMBER_LIMIT,
    );
  }

  remove({ kind, name }: Member): void {
    this.#db.exec(`DELETE FROM members WHERE kind = ? AND name = ?`, kind, name);
  }

  /** Those who have joined of late. */
  list(now: number): readonly Member[] {
    if (this.#db.empty) return [];
    return this.#db
      .exec<{ kind: Member['kind']; name: string }>(`SELECT kind, name FROM members WHERE at > ?`, now - FRESH_MS)
      .toArray();
  }
}
