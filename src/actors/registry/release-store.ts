import { DEFAULT_RULESET } from '../../edge/ruleset-names.ts';
import type { Head, ReleaseKind, ReleaseRecord } from '../contracts.ts';
import { cutIntoParts, joinParts } from '../byte-parts.ts';
import type { Database } from '../database.ts';

export const RELEASE_MIGRATION = `
CREATE TABLE releases (
  seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL, author TEXT NOT NULL,
  note TEXT NOT NULL, size INTEGER NOT NULL, rolled_back_from INTEGER
);
CREATE TABLE bodies (hash TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (hash, part)) WITHOUT ROWID;
`;

/** Releases of a ruleset stand each under a name; those made before names were all stood in for the bundled one. */
export const RULESET_MIGRATION = `
ALTER TABLE releases ADD COLUMN ruleset TEXT NOT NULL DEFAULT '';
UPDATE releases SET ruleset = '${DEFAULT_RULESET}' WHERE kind = 'ruleset';
`;

/** Releases kept per kind, and per name of a ruleset, with their bodies. What people write is kept to go back to; what the machine writes every few seconds is not. */
const KEPT: Readonly<Record<ReleaseKind, number>> = {
  ruleset: 20,
  model: 20,
  policy: 50,
  blocklist: 20,
  watchlist: 2,
  threats: 2,
};

/** Rulesets that were removed, the history of which is kept to go back to. */
const REMOVED_KEPT = 4;

export interface NewRelease {
  readonly kind: ReleaseKind;
  /** The name of a ruleset; empty for all other kinds. */
  readonly ruleset: string;
  readonly hash: string;
  readonly at: number;
  readonly author: string;
  readonly note: string;
  readonly rolledBackFrom?: number;
}

/** A release as it is stored: what people wrote about it cut to what a list can show. */
export function signRelease(
  kind: ReleaseKind,
  hash: string,
  at: number,
  { author, note = '', ruleset = '' }: { readonly author: string; readonly note?: string; readonly ruleset?: string },
): NewRelease {
  return { kind, ruleset, hash, at, author: author.slice(0, 100), note: note.slice(0, 500) };
}

/** The releases and their bodies, content-addressed: a body is stored once, whatever releases name it. */
export class ReleaseStore {
  readonly #db: Database;
  #head: Head;

  constructor(db: Database) {
    this.#db = db;
    this.#head = this.#readHead();
  }

  get head(): Head {
    return this.#head;
  }

  /** The stored bytes of a body, or null. */
  body(hash: string): Uint8Array | null {
    if (this.#db.empty) return null;
    const rows = this.#db
      .exec<{ bytes: ArrayBuffer }>(`SELECT bytes FROM bodies WHERE hash = ? ORDER BY part`, hash)
      .toArray();
    return joinParts(rows.map((row) => row.bytes));
  }

  /** Bytes of a body; 0 when it is not kept. */
  size(hash: string): number {
    return this.#list(`WHERE hash = ? LIMIT 1`, hash)[0]?.size ?? 0;
  }

  release(seq: number): ReleaseRecord | null {
    return this.#list(`WHERE seq = ?`, seq)[0] ?? null;
  }

  /** Newest first. */
  history(kind: ReleaseKind | null, limit: number): readonly ReleaseRecord[] {
    return kind === null
      ? this.#list(`ORDER BY seq DESC LIMIT ?`, limit)
      : this.#list(`WHERE kind = ? ORDER BY seq DESC LIMIT ?`, kind, limit);
  }

  /**
   * Puts a release in force, in one transaction with its body. Its number is the head's plus one. Without a body it takes a
   * ruleset out of force. Answers the new head.
   */
  add(release: NewRelease, bytes: Uint8Array): Head {
    const seq = this.#head.seq + 1;
    const { kind, ruleset, hash, at, author, note, rolledBackFrom } = release;
    this.#db.transaction(() => {
      if (hash !== '' && !this.#has(hash)) {
        for (const [part, body] of cutIntoParts(bytes).entries())
          this.#db.exec(`INSERT INTO bodies VALUES (?, ?, ?)`, hash, part, body);
      }
      this.#db.exec(
        `INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        seq,
        kind,
        hash,
        at,
        author,
        note,
        bytes.length,
        rolledBackFrom ?? null,
        ruleset,
      );
      this.#forgetOld(kind, ruleset);
    });
    this.#head = this.#readHead();
    return this.#head;
  }

  /** The release in force is the newest of its kind and name, so it is never among the dropped. */
  #forgetOld(kind: ReleaseKind, ruleset: string): void {
    const old = this.#db
      .exec<{ seq: number; hash: string }>(
        `SELECT seq, hash FROM releases WHERE kind = ?1 AND ruleset = ?2
           AND seq NOT IN (SELECT seq FROM releases WHERE kind = ?1 AND ruleset = ?2 ORDER BY seq DESC LIMIT ?3)
         UNION SELECT seq, hash FROM releases WHERE kind = 'ruleset' AND ruleset IN (
           SELECT ruleset FROM (SELECT ruleset, hash, MAX(seq) AS last FROM releases WHERE kind = 'ruleset' GROUP BY ruleset)
           WHERE hash = '' ORDER BY last DESC LIMIT -1 OFFSET ?4)`,
        kind,
        ruleset,
        KEPT[kind],
        REMOVED_KEPT,
      )
      .toArray();
    for (const { seq, hash } of old) {
      this.#db.exec(`DELETE FROM releases WHERE seq = ?`, seq);
      this.#db.exec(`DELETE FROM bodies WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM releases WHERE hash = ?1)`, hash);
    }
  }

  #has(hash: string): boolean {
    return this.#db.exec(`SELECT 1 FROM bodies WHERE hash = ? LIMIT 1`, hash).toArray().length > 0;
  }

  #readHead(): Head {
    if (this.#db.empty) return { seq: 0, hashes: {} };
    const rows = this.#db
      .exec<{ seq: number; kind: ReleaseKind; ruleset: string; hash: string }>(
        `SELECT MAX(seq) AS seq, kind, ruleset, hash FROM releases GROUP BY kind, ruleset`,
      )
      .toArray();
    const inForce = rows.filter((row) => row.hash !== '');
    const named = inForce.filter((row) => row.ruleset !== '' && row.ruleset !== DEFAULT_RULESET);
    return {
      seq: Math.max(0, ...rows.map((row) => row.seq)),
      hashes: Object.fromEntries(inForce.filter((row) => !named.includes(row)).map((row) => [row.kind, row.hash])),
      ...(named.length > 0 && { rulesets: Object.fromEntries(named.map((row) => [row.ruleset, row.hash])) }),
    };
  }

  #list(where: string, ...bindings: SqlStorageValue[]): readonly ReleaseRecord[] {
    if (this.#db.empty) return [];
    return this.#db
      .exec<ReleaseRow>(`SELECT * FROM releases ${where}`, ...bindings)
      .toArray()
      .map(({ rolled_back_from, ruleset, ...row }) => ({
        ...row,
        ...(ruleset !== '' && { ruleset }),
        ...(rolled_back_from !== null && { rolledBackFrom: rolled_back_from }),
      }));
  }
}

type ReleaseRow = Omit<ReleaseRecord, 'rolledBackFrom' | 'ruleset'> & {
  readonly rolled_back_from: number | null;
  readonly ruleset: string;
};
