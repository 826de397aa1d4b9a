import { parseRange } from '../../edge/reputation/range.ts';
import type { Database } from '../database.ts';
import { joinSightings, type Sighting, SIGHTING_LIMIT, weakest } from './first-hand.ts';
import { HOUR_MS } from './indicator-table.ts';

export const SIGHTING_MIGRATION = `
CREATE TABLE sightings (
  client TEXT PRIMARY KEY, confidence REAL NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, why TEXT NOT NULL
) WITHOUT ROWID;
`;

/** First-hand evidence, a row per client; all of it in memory too (2 MB at most), since each merge wants it. */
export class SightingStore {
  readonly #db: Database;
  #byClient: Map<string, Sighting> | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): readonly Sighting[] {
    return [...this.#load().values()];
  }

  get size(): number {
    return this.#load().size;
  }

  /** False when it tells nothing new: seen in the same hour already, no less surely. Then nothing is written. */
  add(sighting: Sighting): boolean {
    const sightings = this.#load();
    const standing = sightings.get(sighting.client);
    const joined = joinSightings(standing, sighting);
    if (standing !== undefined && standing.confidence === joined.confidence && hour(standing) === hour(joined))
      return false;
    const over = standing === undefined && sightings.size >= SIGHTING_LIMIT ? weakest(sightings.values()) : null;
    if (over !== null) this.#remove(over.client);
    sightings.set(joined.client, joined);
    const { client, confidence, firstSeen, lastSeen, why } = joined;
    this.#db.exec(
      `INSERT OR REPLACE INTO sightings VALUES (?, ?, ?, ?, ?)`,
      client,
      confidence,
      firstSeen,
      lastSeen,
      why,
    );
    return true;
  }

  /** Forgets what was last seen before `moment`, Unix milliseconds. */
  prune(moment: number): void {
    for (const { client, lastSeen } of this.list()) if (lastSeen < moment) this.#remove(client);
  }

  #remove(client: string): void {
    this.#load().delete(client);
    this.#db.exec(`DELETE FROM sightings WHERE client = ?`, client);
  }

  #load(): Map<string, Sighting> {
    this.#byClient ??= new Map(this.#read().map((sighting) => [sighting.client, sighting]));
    return this.#byClient;
  }

  #read(): readonly Sighting[] {
    if (this.#db.empty) return [];
    return this.#db
      .exec<SightingRow>(`SELECT * FROM sightings`)
      .toArray()
      .flatMap(({ client, confidence, first, last, why }) => {
        const parsed = parseRange(client);
        if (!parsed.ok) return [];
        return [{ client, at: parsed.range, confidence, firstSeen: first, lastSeen: last, why }];
      });
  }
}

type SightingRow = {
  readonly client: string;
  readonly confidence: number;
  readonly first: number;
  readonly last: number;
  readonly why: string;
};

function hour({ lastSeen }: Sighting): number {
  return Math.floor(lastSeen / HOUR_MS);
}
