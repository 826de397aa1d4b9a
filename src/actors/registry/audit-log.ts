import { STRANGER } from '../../edge/api-key.ts';
import type { AuditCheck, AuditEntry, AuditMark, AuditNote } from '../contracts.ts';
import type { Database } from '../database.ts';
import {
  CHAIN_START,
  fitNote,
  followChain,
  hasRoomForMinor,
  linkHash,
  MINOR_LIMIT,
  minorKind,
  type MinorKind,
  showEntry,
  storeNote,
  type StoredEntry,
} from './audit-chain.ts';

/** `audit_marks`: `head` is the last entry, `anchor` the last that was dropped. */
export const AUDIT_MIGRATION = `
CREATE TABLE audit (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, who TEXT NOT NULL, name TEXT NOT NULL,
  via TEXT NOT NULL, client TEXT NOT NULL, operation TEXT NOT NULL, target TEXT NOT NULL, before TEXT, after TEXT,
  outcome TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE TABLE audit_marks (name TEXT PRIMARY KEY, n INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID;
`;

/** Years of a small team's work; at 2 KB each at most, 20 MB of an object's 10 GB. */
const KEPT = 10_000;
/** Dropped together, so that the anchor is written once for them. */
const DROPPED_TOGETHER = 100;
/** Rows read at once when the whole chain is looked at. */
const PAGE = 500;

/**
 * What operators did: append-only, each entry with the hash of the one before. A row that is altered, taken out or put in
 * between breaks the chain. Whoever can write the storage could reckon the whole chain anew: against that helps only a hash
 * that was noted elsewhere, which is why every list shows them.
 */
export class AuditLog {
  readonly #db: Database;
  /** Appending and verifying await hashes, and the chain must not move meanwhile. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Times of the latest minor entries of each kind; read once per life of the instance. */
  readonly #minor: Partial<Record<MinorKind, number[]>> = {};

  constructor(db: Database) {
    this.#db = db;
  }

  /** Appends the notes; one whose id is there already was sent twice, and a minor one past its limit is dropped. */
  append(notes: readonly AuditNote[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const note of notes) await this.#append(fitNote(note));
    });
  }

  /** Newest first, those numbered below `before`. */
  list(limit: number, before = Number.MAX_SAFE_INTEGER): readonly AuditEntry[] {
    if (this.#db.empty) return [];
    // One more, for the hash that the oldest names.
    const rows = this.#rows(`WHERE n < ? ORDER BY n DESC LIMIT ?`, before, limit + 1);
    const anchor = this.#mark('anchor');
    return rows.slice(0, limit).map((row, at) => showEntry(row, (rows[at + 1] ?? anchor).hash));
  }

  verify(): Promise<AuditCheck> {
    return this.#inTurn(async () => {
      const anchor = this.#mark('anchor');
      const head = this.#mark('head');
      let mark = anchor;
      let entries = 0;
      // From below the anchor: an entry that was put in there is none of the chain's.
      let after = Number.MIN_SAFE_INTEGER;
      for (;;) {
        const rows = this.#db.empty ? [] : this.#rows(`WHERE n > ? ORDER BY n LIMIT ?`, after, PAGE);
        const followed = await followChain(mark, rows);
        entries += rows.length;
        if (!followed.ok) return { ok: false, broken: followed.broken, entries, anchor, head };
        mark = followed.mark;
        after = mark.n;
        if (rows.length < PAGE) break;
      }
      const broken = compareEnds(mark, head);
      return { ok: broken === null, broken, entries, anchor, head };
    });
  }

  async #append(note: AuditNote): Promise<void> {
    if (this.#has(note.id)) return;
    const kind = minorKind(note);
    const minor = kind === null ? [] : (this.#minor[kind] ??= this.#readMinor(kind));
    if (!hasRoomForMinor(minor, note.at)) return;
    const head = this.#mark('head');
    const n = head.n + 1;
    const stored = storeNote(note);
    const hash = await linkHash(head.hash, n, stored);
    this.#db.transaction(() => {
      this.#insert({ ...stored, n, hash });
      this.#setMark('head', { n, hash });
      this.#dropOld(n);
    });
    if (kind !== null) this.#minor[kind] = [...minor.slice(1 - MINOR_LIMIT), note.at];
  }

  #dropOld(newest: number): void {
    const anchor = this.#mark('anchor');
    if (newest - anchor.n < KEPT + DROPPED_TOGETHER) return;
    const last = this.#rows(`WHERE n <= ? ORDER BY n DESC LIMIT 1`, newest - KEPT)[0];
    if (last === undefined) return;
    this.#setMark('anchor', last);
    this.#db.exec(`DELETE FROM audit WHERE n <= ?`, last.n);
  }

  #insert(entry: StoredEntry): void {
    const { n, id, at, who, name, via, client, operation, target, before, after, outcome, hash } = entry;
    const values = [n, id, at, who, name, via, client, operation, target, before, after, outcome, hash];
    this.#db.exec(`INSERT INTO audit VALUES (${values.map(() => '?').join(', ')})`, ...values);
  }

  #has(id: string): boolean {
    if (this.#db.empty) return false;
    return this.#db.exec(`SELECT 1 FROM audit WHERE id = ?`, id).toArray().length > 0;
  }

  #readMinor(kind: MinorKind): number[] {
    if (this.#db.empty) return [];
    const rows = this.#db.exec<{ at: number }>(
      `SELECT at FROM audit WHERE (outcome = 'refused' OR operation = 'signIn') AND (who = ?) = ? ORDER BY n DESC LIMIT ?`,
      STRANGER,
      kind === 'stranger' ? 1 : 0,
      MINOR_LIMIT,
    );
    return rows
      .toArray()
      .map(({ at }) => at)
      .toReversed();
  }

  #mark(name: 'head' | 'anchor'): AuditMark {
    if (this.#db.empty) return CHAIN_START;
    return (
      this.#db.exec<Row<AuditMark>>(`SELECT n, hash FROM audit_marks WHERE name = ?`, name).toArray()[0] ?? CHAIN_START
    );
  }

  #setMark(name: 'head' | 'anchor', { n, hash }: AuditMark): void {
    this.#db.exec(`INSERT OR REPLACE INTO audit_marks VALUES (?, ?, ?)`, name, n, hash);
  }

  #rows(where: string, ...bindings: SqlStorageValue[]): readonly StoredEntry[] {
    return this.#db.exec<Row<StoredEntry>>(`SELECT * FROM audit ${where}`, ...bindings).toArray();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** An interface as a row: SQLite's type wants an index signature, which only type aliases have. */
type Row<T> = { readonly [K in keyof T]: T[K] };

/** The first entry that is wrong, where a chain that holds ends at `last` and should end at `head`; or null. */
function compareEnds(last: AuditMark, head: AuditMark): number | null {
  if (last.n !== head.n) return Math.min(last.n, head.n) + 1;
  return last.hash === head.hash ? null : head.n;
}
