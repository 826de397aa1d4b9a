/**
 * The SQLite database of one actor, with numbered migrations.
 *
 * Tables come into being with the first statement, not with the object: an actor that is asked and has nothing to
 * remember leaves no database behind (an empty one is about 12 KB). Durable Objects forbid `PRAGMA user_version`, so
 * the version lives in a table, per component: the alarms and the actor itself number their migrations apart.
 */
export class Database {
  readonly #storage: DurableObjectStorage;
  readonly #migrations: Migrations;
  #ready = false;

  /** Brings existing tables up to date at once; an object without tables stays so. */
  constructor(storage: DurableObjectStorage, migrations: Migrations) {
    this.#storage = storage;
    this.#migrations = migrations;
    if (!this.empty) this.#migrate();
  }

  /** True as long as nothing was ever kept (or everything was erased): a reader may skip its query then. */
  get empty(): boolean {
    if (this.#ready) return false;
    const tables = this.#storage.sql.exec(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`, VERSIONS);
    return tables.toArray().length === 0;
  }

  /** Runs one statement; throws what SQLite throws. Creates the tables first when there are none. */
  exec<Row extends Record<string, SqlStorageValue>>(
    statement: string,
    ...bindings: SqlStorageValue[]
  ): SqlStorageCursor<Row> {
    if (!this.#ready) this.#migrate();
    return this.#storage.sql.exec<Row>(statement, ...bindings);
  }

  /** All or nothing. `work` must not await. */
  transaction<T>(work: () => T): T {
    if (!this.#ready) this.#migrate();
    return this.#storage.transactionSync(work);
  }

  /** Deletes everything, the alarm too. The next statement begins a new database. */
  async erase(): Promise<void> {
    // Both begin before the first await, so that nothing another event writes in between is lost with them.
    const done = Promise.all([this.#storage.deleteAlarm(), this.#storage.deleteAll()]);
    this.#ready = false;
    await done;
  }

  #migrate(): void {
    const { sql } = this.#storage;
    this.#storage.transactionSync(() => {
      sql.exec(`CREATE TABLE IF NOT EXISTS ${VERSIONS} (component TEXT PRIMARY KEY, version INTEGER NOT NULL)`);
      const found = sql.exec<{ component: string; version: number }>(`SELECT component, version FROM ${VERSIONS}`);
      const versions = new Map(found.toArray().map((row) => [row.component, row.version]));
      for (const [component, steps] of Object.entries(this.#migrations)) {
        const version = versions.get(component) ?? 0;
        for (const step of steps.slice(version)) sql.exec(step);
        if (steps.length > version)
          sql.exec(`INSERT OR REPLACE INTO ${VERSIONS} VALUES (?, ?)`, component, steps.length);
      }
    });
    this.#ready = true;
  }
}

/** By component: SQL scripts in order; the nth brings the component to version n. Never edited once released, only added to. */
export type Migrations = Readonly<Record<string, readonly string[]>>;

const VERSIONS = 'schema_versions';
