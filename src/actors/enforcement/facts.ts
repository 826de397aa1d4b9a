import type { Database } from '../database.ts';
import type { ResponseRules, Tier } from '../../edge/reputation/graduated-response.ts';
import type { SourceHealth, ThreatOrigin } from '../contracts.ts';

export const FACT_MIGRATION = `
CREATE TABLE facts (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
`;

/** How far the run in hand has come. */
export interface Stage {
  readonly run: string;
  readonly step: 'judge' | 'plan' | 'apply';
  /** It has looked at the account already: once a run is enough. */
  readonly surveyed: boolean;
}

/** What the engine remembers besides tables and runs, by name. */
export interface EngineFacts {
  readonly stage: Stage;
  readonly killSwitch: boolean;
  /** Unix milliseconds: when the collector's own threats were last in force. */
  readonly liveAt: number;
  /** By which the threats were judged last. */
  readonly rules: ResponseRules;
  /** What the edge has: the time and origin of the judgement, the tiers' counts, the release's hash. */
  readonly released: Released;
  /** Hash of the plan that an operator has approved and that is being carried out. */
  readonly approved: string;
  /** The hold that was told last, by the plan's hash. */
  readonly toldHold: string;
  /** Client keys of operators, with the Unix milliseconds of their last call. */
  readonly operators: Readonly<Record<string, number>>;
  /** Health of each source when it was last told of. */
  readonly sources: Readonly<Record<string, SourceHealth>>;
  /** By KV key, a digest of what was last written there. */
  readonly mirrored: Readonly<Record<string, string>>;
  /** The last thing that went wrong with a webhook, without its address. */
  readonly webhookProblem: string;
}

export interface Released {
  readonly at: number;
  readonly origin: ThreatOrigin;
  readonly hash: string;
  readonly counts: Readonly<Record<Tier, number>>;
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
