import { BLOCKLIST_LIMIT } from '../../edge/reputation/blocklist.ts';
import type { BlockEntry } from '../contracts.ts';
import type { Database } from '../database.ts';
import { laterBlock } from './judge-block.ts';

export const BLOCK_MIGRATION = `
CREATE TABLE blocks (
  range TEXT PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER, source TEXT NOT NULL
) WITHOUT ROWID;
`;

/** The blocklist as it stands, a row per range; the release is made from it. */
export class BlockStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** In the order of ranges, so that the same entries give the same release. */
  list(): readonly BlockEntry[] {
    if (this.#db.empty) return [];
    return this.#db.exec<BlockRow>(`SELECT * FROM blocks ORDER BY range`).toArray().map(entryOf);
  }

  /** What stands for exactly this range, or null. */
  find(range: string): BlockEntry | null {
    if (this.#db.empty) return null;
    const row = this.#db.exec<BlockRow>(`SELECT * FROM blocks WHERE range = ?`, range).toArray()[0];
    return row === undefined ? null : entryOf(row);
  }

  /** Takes the entry in, unless what stands lasts longer. Null when the list is full and nothing may give way. */
  add(asked: BlockEntry): BlockEntry | null {
    return this.#db.transaction(() => {
      const standing = this.find(asked.range);
      const entry = laterBlock(standing, asked);
      if (entry === standing) return standing;
      if (standing === null && this.#count() >= BLOCKLIST_LIMIT && !this.#makeRoom()) return null;
      this.put(entry);
      return entry;
    });
  }

  /** Writes the entry in the place of what stands for its range, whichever lasts longer. */
  put({ range, reason, since, until, source }: BlockEntry): void {
    this.#db.exec(`INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?, ?)`, range, reason, since, until ?? null, source);
  }

  /** False when the range is not on the list. */
  remove(range: string): boolean {
    if (this.find(range) === null) return false;
    this.#db.exec(`DELETE FROM blocks WHERE range = ?`, range);
    return true;
  }

  /** Puts `entries` in the place of everything. */
  replace(entries: readonly BlockEntry[]): void {
    this.#db.transaction(() => {
      const wanted = new Map(entries.map((entry) => [entry.range, entry]));
      // Only what differs is written: each row is billed.
      for (const standing of this.list()) {
        const entry = wanted.get(standing.range);
        if (entry === undefined) this.remove(standing.range);
        else if (JSON.stringify(entry) === JSON.stringify(standing)) wanted.delete(standing.range);
      }
      for (const entry of wanted.values()) this.put(entry);
    });
  }

  /** Drops what is over at `now`; answers how many. */
  prune(now: number): number {
    if (this.#db.empty) return 0;
    const { over } = this.#db.exec<{ over: number }>(`SELECT COUNT(*) AS over FROM blocks WHERE until <= ?`, now).one();
    if (over > 0) this.#db.exec(`DELETE FROM blocks WHERE until <= ?`, now);
    return over;
  }

  /** The reputation block that would end first gives way; what an operator set stays. */
  #makeRoom(): boolean {
    const first = this.#db
      .exec<{ range: string }>(
        `SELECT range FROM blocks WHERE source = 'reputation' AND until IS NOT NULL ORDER BY until LIMIT 1`,
      )
      .toArray()[0];
    return first !== undefined && this.remove(first.range);
  }

  #count(): number {
    return this.#db.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM blocks`).one().n;
  }
}

type BlockRow = {
  readonly range: string;
  readonly reason: string;
  readonly since: number;
  readonly until: number | null;
  readonly source: string;
};

function entryOf({ range, reason, since, until, source }: BlockRow): BlockEntry {
  return until === null ? { range, reason, since, source } : { range, reason, since, until, source };
}
