import type { Database } from '../database.ts';
import type { RunRecord } from '../contracts.ts';

export const RUN_MIGRATION = `
CREATE TABLE runs (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
`;

/** A day of runs at the default pace: what an operator looks back at when a list is not as he expects. */
export const RUNS_KEPT = 50;

/** The last runs, numbered in the order in which they began. */
export class RunLog {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Adds the run or, when it is known by its id, writes it anew. */
  save(run: RunRecord): void {
    this.#db.transaction(() => {
      this.#db.exec(
        `INSERT INTO runs (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = ?2`,
        run.id,
        JSON.stringify(run),
      );
      this.#db.exec(`DELETE FROM runs WHERE n <= (SELECT MAX(n) FROM runs) - ?`, RUNS_KEPT);
    });
  }

  /** Newest first. */
  list(limit: number): readonly RunRecord[] {
    if (this.#db.empty) return [];
    const rows = this.#db.exec<{ body: string }>(`SELECT body FROM runs ORDER BY n DESC LIMIT ?`, limit).toArray();
    return rows.map(({ body }): RunRecord => JSON.parse(body));
  }

  last(): RunRecord | null {
    return this.list(1)[0] ?? null;
  }
}
