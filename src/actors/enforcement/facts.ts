import type { Database } from '../database.ts';
import type { EnforcementMode, SourceHealth, ThreatOrigin } from '../contracts.ts';

export const FACT_MIGRATION = `
CREATE TABLE facts (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
`;

/** What the engine remembers besides tables and runs, by name. */
export interface EngineFacts {
  readonly killSwitch: boolean;
  /** Unix milliseconds: when the collector's own threats were last in force. */
  readonly liveAt: number;
  /** What the edge has: the judgement released last, by its time, and under what it was. */
  readonly released: { readonly at: number; readonly origin: ThreatOrigin; readonly hash: string };
  /** The mode that the edge's release and the lists were made for. */
  readonly mode: EnforcementMode;
  /** Hash of the plan that an operator has approved and that is not carried out yet. */
  readonly approved: string;
  /** Client keys of operators, with the Unix milliseconds of their last call. */
  readonly operators: Readonly<Record<string, number>>;
  /** Health of each source at the last run: what was told of it. */
  readonly sources: Readonly<Record<string, SourceHealth>>;
  /** By KV key, a digest of what was last written there. */
  readonly mirrored: Readonly<Record<string, string>>;
  /** The hold that was told last, by the plan's hash. */
  readonly toldHold: string;
  /** The last thing that went wrong with a webhook, without its address. */
  readonly webhookProblem: string;
}

/** Small facts, each a row that is written when it changes. */
export class FactStore {
  readonly #db: Database;
  readonly #known = new Map<string, string | null>();

  constructor(db: Database) {
    this.#db = db;
  }

  get<Name extends keyof EngineFacts>(name: Name): EngineFacts[Name] | null {
    const body = this.#read(name);
    return body === null ? null : JSON.parse(body);
  }

  set<Name extends keyof EngineFacts>(name: Name, value: EngineFacts[Name] | null): void {
    const body = value === null ? null : JSON.stringify(value);
    if (this.#read(name) === body) return;
    if (body === null) this.#db.exec(`DELETE FROM facts WHERE name = ?`, name);
    else this.#db.exec(`INSERT INTO facts VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET body = ?2`, name, body);
    this.#known.set(name, body);
  }

  #read(name: string): string | null {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#db.empty) return null;
    const row = this.#db.exec<{ body: string }>(`SELECT body FROM facts WHERE name = ?`, name).toArray()[0];
    const body = row?.body ?? null;
    this.#known.set(name, body);
    return body;
  }
}
