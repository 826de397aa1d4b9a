import { isKeyName, KEY_LIMIT, KEY_NAME_RULE, keyState } from '../../edge/api-key.ts';
import { isScope } from '../../edge/scopes.ts';
import type { Problem } from '../../parse.ts';
import type { ApiKey, KeyRevocation, NewApiKey } from '../contracts.ts';
import type { Database } from '../database.ts';

export const KEY_MIGRATION = `
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, hash TEXT NOT NULL, created INTEGER NOT NULL,
  expires INTEGER, used INTEGER, revoked INTEGER
) WITHOUT ROWID;
`;

/** A program that calls each second must not cost a row each second. */
const USED_STEP_MS = 10 * 60_000;

/**
 * The API keys, of which only a hash is kept. One SHA-256 is enough: a slow hash makes guessing dear where people choose the
 * secret, and nobody guesses 256 random bits at any speed.
 */
export class KeyStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Oldest first. */
  list(): readonly ApiKey[] {
    if (this.#db.empty) return [];
    return this.#db.exec<KeyRow>(`SELECT * FROM api_keys ORDER BY created, id`).toArray().map(keyOf);
  }

  /** Stores the key, created at `now`. When there is no room the key that has been over for longest goes, and never one that works. */
  create(asked: NewApiKey, now: number): ApiKey | Problem {
    return this.#db.transaction(() => {
      const all = this.list();
      const unfit = refuseKey(asked, all, now);
      if (unfit !== null) return unfit;
      if (all.length >= KEY_LIMIT) {
        const oldest = all
          .filter((key) => keyState(key, now) !== 'live')
          .toSorted((a, b) => overSince(a) - overSince(b))[0];
        if (oldest === undefined) return { path: '', message: `there are ${KEY_LIMIT} keys; revoke one first` };
        this.#db.exec(`DELETE FROM api_keys WHERE id = ?`, oldest.id);
      }
      const key: ApiKey = { ...asked, created: now, used: null, revoked: null };
      const { id, name, scopes, hash, expires } = key;
      this.#db.exec(
        `INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)`,
        id,
        name,
        scopes.join(' '),
        hash,
        now,
        expires,
      );
      return key;
    });
  }

  revoke(id: string, now: number): KeyRevocation | null {
    const key = this.#find(id);
    if (key === null) return null;
    if (key.revoked !== null) return { key, changed: false };
    this.#db.exec(`UPDATE api_keys SET revoked = ? WHERE id = ?`, now, id);
    return { key: { ...key, revoked: now }, changed: true };
  }

  used(id: string, at: number): void {
    const key = this.#find(id);
    if (key === null || at - (key.used ?? 0) < USED_STEP_MS) return;
    this.#db.exec(`UPDATE api_keys SET used = ? WHERE id = ?`, at, id);
  }

  #find(id: string): ApiKey | null {
    if (this.#db.empty) return null;
    const row = this.#db.exec<KeyRow>(`SELECT * FROM api_keys WHERE id = ?`, id).toArray()[0];
    return row === undefined ? null : keyOf(row);
  }
}

/** Why `asked` may not stand beside the keys there are at `now`, or null. */
function refuseKey(
  { id, name, scopes, hash, expires }: NewApiKey,
  all: readonly ApiKey[],
  now: number,
): Problem | null {
  if (!/^[0-9a-f]{12}$/.test(id) || all.some((key) => key.id === id)) return { path: 'id', message: 'is taken' };
  if (!/^[0-9a-f]{64}$/.test(hash)) return { path: 'hash', message: 'must be a SHA-256' };
  if (!isKeyName(name)) return { path: 'name', message: KEY_NAME_RULE };
  // Releases name their author: two who work at the same time must be told apart.
  const namesake = all.find((key) => key.name.toLowerCase() === name.toLowerCase() && keyState(key, now) === 'live');
  if (namesake !== undefined) return { path: 'name', message: `is the name of key ${namesake.id}` };
  if (scopes.length === 0 || !scopes.every(isScope) || new Set(scopes).size !== scopes.length)
    return { path: 'scopes', message: 'must be known scopes, each once' };
  return expires !== null && expires <= now ? { path: 'expires', message: 'is over already' } : null;
}

function overSince({ revoked, expires }: ApiKey): number {
  return Math.min(revoked ?? Number.POSITIVE_INFINITY, expires ?? Number.POSITIVE_INFINITY);
}

type KeyRow = Omit<ApiKey, 'scopes'> & { readonly scopes: string };

/** A scope that this version does not know opens nothing. */
function keyOf({ scopes, ...row }: KeyRow): ApiKey {
  return { ...row, scopes: scopes.split(' ').filter(isScope) };
}
